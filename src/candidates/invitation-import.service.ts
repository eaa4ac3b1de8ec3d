import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import { Fingerprints } from '../encryption/fingerprints.service.js';
import type { Actor } from '../shared/actor.js';
import { readCsv, type ReadingOptions } from './csv-reader.js';
import { FileRefused } from './csv-text.js';
import { InvitationFile, type FileRow } from './invitation-file.js';
import type { InvitationHeader } from './invitation-header.js';
import { InvitationReader, type InvitationRow } from './invitation-row.js';
import { InvitationStaging, type RefusedRow } from './invitation-staging.js';

export interface ImportCounts {
  readonly created: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly refused: number;
}

export interface ImportOutcome extends ImportCounts {
  /** The first `shownRefused` of them. */
  readonly refusedRows: readonly RefusedRow[];
}

/** Either the whole file is refused and nothing went in, or its good rows went in and the others are listed. */
export type ImportResult = { ok: false; reason: string } | ({ ok: true } & ImportOutcome);

export interface ImportLimits {
  readonly maxBytes: number;
  readonly maxRows: number;
  /** What to do with a file beyond these, in words. */
  readonly beyond: string;
}

export const uploadLimits: ImportLimits = {
  maxBytes: 5 * 1024 * 1024,
  maxRows: 50_000,
  beyond: 'Larger files go in through the page’s own button, or by the command “import”.',
};
export const noLimits: ImportLimits = { maxBytes: Infinity, maxRows: Infinity, beyond: '' };
export const shownRefused = 1_000;

export type FileBytes = Uint8Array | AsyncIterable<Uint8Array>;

export interface ImportOptions extends Omit<ReadingOptions, 'maxBytes'> {
  readonly limits?: ImportLimits;
  /** How the first row is read; without it, it has to name the columns as we do. */
  readonly readHeader?: (cells: readonly string[]) => InvitationHeader;
  /** Only finds out what would become of each row. */
  readonly isDryRun?: boolean;
  /** The first part of the transaction. */
  readonly begun?: (manager: EntityManager) => Promise<void>;
  /** The last part of the transaction: `refused_rows` holds all rows that do not go in. */
  readonly settled?: (manager: EntityManager, counts: ImportCounts) => Promise<void>;
}

const stagedAtOnce = 5_000;

@Injectable()
export class InvitationImportService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly fingerprints: Fingerprints,
  ) {}

  /**
   * Imports a CSV file in one transaction, whatever its length: it is read in a stream, and its rows wait in a table.
   * Idempotent: the same file again changes nothing.
   */
  async importCsv(actor: Actor, file: FileBytes, options: ImportOptions = {}): Promise<ImportResult> {
    try {
      const outcome = await this.dataSource.transaction((manager) => this.run(manager, actor, file, options));
      return { ok: true, ...outcome };
    } catch (error) {
      if (error instanceof FileRefused) {
        return { ok: false, reason: error.message };
      }
      throw error;
    }
  }

  private async run(
    manager: EntityManager,
    actor: Actor,
    bytes: FileBytes,
    { limits = uploadLimits, readHeader, isDryRun, begun, settled, onRead }: ImportOptions,
  ): Promise<ImportOutcome> {
    await begun?.(manager);
    const reader = new InvitationReader(await orgTimeZone(manager, actor));
    const staging = await InvitationStaging.open(manager, actor.orgId, this.fingerprints);
    const file = new InvitationFile(reader, limits, readHeader);
    const pieces = bytes instanceof Uint8Array ? [bytes] : bytes;
    await stage(staging, file, readCsv(pieces, { maxBytes: limits.maxBytes, ...(onRead ? { onRead } : {}) }));
    await staging.plan();
    if (!isDryRun) {
      await staging.merge();
    }
    await staging.gatherRefused();
    const counts = await staging.counts();
    if (!isDryRun && counts.created + counts.changed > 0) {
      await recordActivity(manager, actor, { action: 'candidates.imported', after: { ...counts } });
    }
    await settled?.(manager, counts);
    return { ...counts, refusedRows: await staging.firstRefused(shownRefused) };
  }
}

async function stage(
  staging: InvitationStaging,
  file: InvitationFile,
  rows: AsyncIterable<readonly Parameters<InvitationFile['read']>[0][]>,
): Promise<void> {
  let good: (InvitationRow & { readonly line: number })[] = [];
  let bad: RefusedRow[] = [];
  const flush = async () => {
    await staging.add(good);
    await staging.refuse(bad);
    [good, bad] = [[], []];
  };
  const keep = (row: FileRow) => void (row.ok ? good.push({ ...row.row, line: row.line }) : bad.push(row));
  for await (const some of rows) {
    for (const row of some) {
      file.read(row).forEach(keep);
    }
    if (good.length + bad.length >= stagedAtOnce) {
      await flush();
    }
  }
  file.end();
  await flush();
}

async function orgTimeZone(manager: EntityManager, actor: Actor): Promise<string> {
  const [org] = await manager.query<{ time_zone: string }[]>('select time_zone from orgs where id = $1', [actor.orgId]);
  if (!org) {
    throw new Error(`There is no organization ${actor.orgId}`);
  }
  return org.time_zone;
}
