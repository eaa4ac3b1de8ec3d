import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import type { Actor } from '../shared/actor.js';
import { CsvRows, type CsvRow } from './csv-rows.js';
import { FileRefused, readCsvText } from './csv-text.js';
import { InvitationFile } from './invitation-file.js';
import { InvitationReader } from './invitation-row.js';
import { InvitationStaging } from './invitation-staging.js';

export interface RefusedRow {
  /** The line of the file on which the row begins. */
  readonly line: number;
  readonly reason: string;
  readonly name: string | null;
}

export interface ImportCounts {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: readonly RefusedRow[];
}

/** Either the whole file is refused and nothing went in, or its good rows went in and the others are listed. */
export type ImportResult = { ok: false; reason: string } | ({ ok: true } & ImportCounts);

export interface ImportLimits {
  readonly maxBytes: number;
  readonly maxRows: number;
}

export const uploadLimits: ImportLimits = { maxBytes: 5 * 1024 * 1024, maxRows: 50_000 };
export const noLimits: ImportLimits = { maxBytes: Infinity, maxRows: Infinity };

const pieceBytes = 64 * 1024;

@Injectable()
export class InvitationImportService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Imports a CSV file in one transaction: header row, commas, UTF-8 with or without a byte order mark. Idempotent: the
   * same file again changes nothing.
   */
  async importCsv(
    actor: Actor,
    file: Uint8Array | AsyncIterable<Uint8Array>,
    limits: ImportLimits = uploadLimits,
  ): Promise<ImportResult> {
    const text = readCsvText(file instanceof Uint8Array ? inPieces(file) : file, limits.maxBytes);
    try {
      return {
        ok: true,
        ...(await this.dataSource.transaction((manager) => importText(manager, actor, text, limits))),
      };
    } catch (error) {
      if (error instanceof FileRefused) {
        return { ok: false, reason: error.message };
      }
      throw error;
    }
  }
}

async function importText(
  manager: EntityManager,
  actor: Actor,
  text: AsyncIterable<string>,
  limits: ImportLimits,
): Promise<ImportCounts> {
  const reader = new InvitationReader(await holdOrgTimeZone(manager, actor));
  const staging = await InvitationStaging.open(manager, actor.orgId);
  const file = new InvitationFile(reader, limits.maxRows);
  const refused: RefusedRow[] = [];
  for await (const rows of inBatches(text)) {
    const read = rows.flatMap((row) => file.read(row));
    await staging.add(read.flatMap((row) => (row.ok ? [{ ...row.row, line: row.line }] : [])));
    refused.push(
      ...read.flatMap((row) => (row.ok ? [] : [row])).map(({ line, reason, name }) => ({ line, reason, name })),
    );
  }
  file.end();
  await staging.settle();
  const conflicts = await staging.outcomes('refused');
  refused.push(...conflicts.map(({ line, reason, name }) => ({ line, reason: reason ?? '', name })));
  const { created, changed, unchanged } = await staging.counts();
  if (created + changed > 0) {
    const after = { created, changed, unchanged, refused: refused.length };
    await recordActivity(manager, actor, { action: 'candidates.imported', after });
  }
  return { created, changed, unchanged, refused: refused.toSorted((left, right) => left.line - right.line) };
}

/** Holds the organization until the end of the transaction, so that two imports take turns. */
async function holdOrgTimeZone(manager: EntityManager, actor: Actor): Promise<string> {
  const [org] = await manager.query<{ time_zone: string }[]>(
    'select time_zone from orgs where id = $1 for no key update',
    [actor.orgId],
  );
  if (!org) {
    throw new Error(`There is no organization ${actor.orgId}`);
  }
  return org.time_zone;
}

async function* inBatches(text: AsyncIterable<string>): AsyncGenerator<CsvRow[]> {
  const rows = new CsvRows();
  for await (const piece of text) {
    yield rows.take(piece);
  }
  yield rows.end();
}

function* inPieces(bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    yield bytes.subarray(start, start + pieceBytes);
  }
}
