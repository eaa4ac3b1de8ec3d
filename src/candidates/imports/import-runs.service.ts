import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../../shared/actor.js';
import { InvitationImportService, type ImportCounts } from '../invitation-import.service.js';
import { CandidateImport } from './candidate-import.entity.js';
import { mappedHeader } from './column-map.js';
import { ImportFiles } from './import-files.service.js';
import { largeLimits } from './import-limits.js';

export const importQueue = 'import-candidates';

const seenEveryMs = 1_000;

/** Nobody wants it any more, or somebody else is at it. */
class NotWanted extends Error {}

/**
 * Checks or imports a file, in one transaction: whatever breaks off leaves nothing behind, and may run again. Of two
 * that run for one file at once, the second does nothing.
 */
@Injectable()
export class ImportRuns {
  constructor(
    private readonly dataSource: DataSource,
    private readonly files: ImportFiles,
    private readonly imports: InvitationImportService,
  ) {}

  async run(id: string): Promise<void> {
    const upload = await this.dataSource.getRepository(CandidateImport).findOneBy({ id });
    if (!upload?.isUnderWay) {
      return;
    }
    const watch = this.watch(upload);
    try {
      const result = await this.imports.importCsv(actorOf(upload), this.files.read(id), {
        limits: largeLimits,
        readHeader: () => mappedHeader(upload.columns),
        isDryRun: upload.state === 'checking',
        begun: (manager) => takeForOneself(manager, upload),
        onRead: watch.read,
        settled: (manager, counts) => settle(manager, upload, counts),
      });
      if (!result.ok) {
        await this.refuse(upload, result.reason);
      }
    } catch (error) {
      if (!(error instanceof NotWanted)) {
        throw error;
      }
    } finally {
      watch.stop();
    }
  }

  /** Tells now and then how far it is, and finds out whether somebody has discarded it meanwhile. */
  private watch({ id }: CandidateImport): { read: (bytes: number) => void; stop: () => void } {
    let readBytes = 0;
    let isGone = false;
    const timer = setInterval(() => {
      this.dataSource
        .query<[unknown, number]>('update candidate_imports set read_bytes = $2, seen_at = now() where id = $1', [
          id,
          readBytes,
        ])
        .then(([, updated]) => (isGone = updated === 0))
        .catch(() => undefined);
    }, seenEveryMs);
    return {
      read: (bytes) => {
        readBytes = bytes;
        if (isGone) {
          throw new NotWanted();
        }
      },
      stop: () => clearInterval(timer),
    };
  }

  private async refuse({ id, state }: CandidateImport, reason: string): Promise<void> {
    await this.dataSource.query(
      `update candidate_imports set state = 'refused', reason = $3 where id = $1 and state = $2`,
      [id, state, reason],
    );
  }
}

async function takeForOneself(manager: EntityManager, { id }: CandidateImport): Promise<void> {
  const [row] = await manager.query<{ taken: boolean }[]>(
    `select pg_try_advisory_xact_lock(hashtextextended('candidate import ' || $1::text, 0)) taken`,
    [id],
  );
  if (!row?.taken) {
    throw new NotWanted();
  }
}

/** The counts and the rows that do not go in; a file of which every row is in is not kept. */
async function settle(manager: EntityManager, upload: CandidateImport, counts: ImportCounts): Promise<void> {
  const isDryRun = upload.state === 'checking';
  const [, updated] = await manager.query<[unknown, number]>(
    `update candidate_imports set state = $3, ${isDryRun ? 'checked' : 'result'} = $4, read_bytes = bytes
      where id = $1 and state = $2`,
    [upload.id, upload.state, isDryRun ? 'checked' : 'done', JSON.stringify(counts)],
  );
  if (updated === 0) {
    throw new NotWanted();
  }
  await manager.query('delete from candidate_import_faults where import_id = $1', [upload.id]);
  await manager.query(
    `insert into candidate_import_faults (import_id, org_id, line, name, reason)
     select $1, $2, line, name, reason from refused_rows`,
    [upload.id, upload.orgId],
  );
  if (!isDryRun && counts.refused === 0) {
    await manager.query('delete from candidate_import_pieces where import_id = $1', [upload.id]);
  }
}

function actorOf({ orgId, userId }: CandidateImport): Actor {
  return { orgId, userId, role: 'scheduler' };
}
