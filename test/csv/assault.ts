import * as fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { readCsv } from '../../src/candidates/csv-reader.js';
import { FileRefused } from '../../src/candidates/csv-text.js';
import { InvitationFile, type FileRow } from '../../src/candidates/invitation-file.js';
import { noLimits } from '../../src/candidates/invitation-import.service.js';
import { InvitationReader } from '../../src/candidates/invitation-row.js';
import { bytesOf, generatedFile, strangeBytes, type GeneratedFile } from './generated-file.js';

export interface AssaultReport {
  readonly goodRows: number;
  readonly badRows: number;
  /** Of the files that are nothing in particular. */
  readonly strange: { readonly read: number; readonly refused: number };
  /** The longest that reading held the processor without letting others have their turn. */
  readonly longestTurnMs: number;
}

export const longestAllowedMs = 100;
const noticeableMs = 20;
/** Of all files, those of which nothing is known but that they must do no harm. */
const strangeShare = 4;
/** In reality each piece comes on a turn of its own. */
const mostPieces = 500;

type Outcome = { rows: FileRow[]; longestTurnMs: number } | { refused: string; longestTurnMs: number };

/** Throws at the first file, shrunk as far as it goes, that crashes, stalls, loses a good row or lets a bad one in. */
export async function assault(runs: number, seed: number): Promise<AssaultReport> {
  const report = { goodRows: 0, badRows: 0, strange: { read: 0, refused: 0 }, longestTurnMs: 0 };
  const strangeRuns = Math.floor(runs / strangeShare);
  const note = ({ longestTurnMs }: Outcome) => {
    report.longestTurnMs = Math.max(report.longestTurnMs, longestTurnMs);
  };
  await fc.assert(
    fc.asyncProperty(generatedFile, async (file) => {
      const bytes = bytesOf(file);
      const outcome = await calmly(bytes, Math.max(file.pieceBytes, Math.ceil(bytes.length / mostPieces)));
      note(outcome);
      compare(file, outcome);
      report.goodRows += file.rows.filter(({ isGood }) => isGood).length;
      report.badRows += file.rows.filter(({ isGood }) => !isGood).length;
    }),
    { numRuns: runs - strangeRuns, seed },
  );
  await fc.assert(
    fc.asyncProperty(strangeBytes, async (bytes) => {
      const outcome = await calmly(bytes, bytes.length || 1);
      note(outcome);
      report.strange['refused' in outcome ? 'refused' : 'read'] += 1;
      inspect(outcome);
    }),
    { numRuns: strangeRuns, seed },
  );
  return report;
}

/** The collector may have run in it: only what is slow each time is slow by itself. */
async function calmly(bytes: Buffer, pieceBytes: number): Promise<Outcome> {
  let outcome = await read(bytes, pieceBytes);
  for (let again = 0; outcome.longestTurnMs > noticeableMs && again < 3; again += 1) {
    const { longestTurnMs } = await read(bytes, pieceBytes);
    outcome = { ...outcome, longestTurnMs: Math.min(outcome.longestTurnMs, longestTurnMs) };
  }
  if (outcome.longestTurnMs > longestAllowedMs) {
    throw new Error(`It held the processor for ${outcome.longestTurnMs.toFixed(0)} ms`);
  }
  return outcome;
}

/** As the import reads a file; a turn is measured in time of the processor, from one piece of the file to the next. */
async function read(bytes: Buffer, pieceBytes: number): Promise<Outcome> {
  const file = new InvitationFile(new InvitationReader('Europe/Berlin'), noLimits);
  const rows: FileRow[] = [];
  let longestTurnMs = 0;
  let before = process.threadCpuUsage();
  const endTurn = () => {
    const { user, system } = process.threadCpuUsage(before);
    longestTurnMs = Math.max(longestTurnMs, (user + system) / 1_000);
    before = process.threadCpuUsage();
  };
  try {
    for await (const some of readCsv(inPieces(bytes, pieceBytes))) {
      rows.push(...some.flatMap((row) => file.read(row)));
      endTurn();
    }
    file.end();
    return { rows, longestTurnMs };
  } catch (error) {
    if (error instanceof FileRefused) {
      return { refused: error.message, longestTurnMs };
    }
    throw error;
  }
}

function* inPieces(bytes: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) {
    yield bytes.subarray(start, start + size);
  }
}

function compare({ rows }: GeneratedFile, outcome: Outcome): void {
  if ('refused' in outcome) {
    throw new Error(`The file was refused: ${outcome.refused}`);
  }
  const wanted = rows.flatMap((row) => (row.isGood ? [row.cells.slice(0, 3).map(asRead)] : []));
  const found = outcome.rows.flatMap((one) => (one.ok ? [[one.row.name, one.row.email, one.row.assessment]] : []));
  if (!isDeepStrictEqual(found, wanted)) {
    throw new Error(`Went in: ${JSON.stringify(found)}, should have: ${JSON.stringify(wanted)}`);
  }
  const lineOf = rows.map((_, index) => index + 2);
  const faulty = outcome.rows.flatMap((one) => (one.ok ? [] : [one.line]));
  const bad = lineOf.filter((_, index) => !rows[index]!.isGood);
  if (!isDeepStrictEqual(faulty, bad)) {
    throw new Error(`Faulty lines: ${faulty.join()}, should be: ${bad.join()}`);
  }
  inspect(outcome);
}

function asRead(cell: string): string {
  return cell.normalize('NFC').replace(/\s+/gu, ' ').trim();
}

/** Each fault has a reason that a person can read, however long the line. */
function inspect(outcome: Outcome): void {
  const reasons =
    'refused' in outcome ? [outcome.refused] : outcome.rows.flatMap((row) => (row.ok ? [] : [row.reason]));
  const improper = reasons.find(
    (reason) => reason === '' || reason.length > 1_500 || /undefined|\[object/.test(reason),
  );
  if (improper !== undefined) {
    throw new Error(`It was refused without a proper word: ${improper.slice(0, 200)}`);
  }
}
