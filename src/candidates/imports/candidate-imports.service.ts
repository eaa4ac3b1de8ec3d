import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../../jobs/jobs.service.js';
import type { Actor } from '../../shared/actor.js';
import { readCsv } from '../csv-reader.js';
import { FileRefused } from '../csv-text.js';
import { headerCells } from '../invitation-file.js';
import type { InvitationColumn, MappedColumns } from '../invitation-header.js';
import { uploadLimits } from '../invitation-import.service.js';
import type { RefusedRow } from '../invitation-staging.js';
import { CandidateImport, type ImportState } from './candidate-import.entity.js';
import { guessColumns, headingKey, mappedHeader } from './column-map.js';
import { importQueue, ImportRuns } from './import-runs.service.js';
import { ImportFiles, type ReceivedFile } from './import-files.service.js';

/** What came of a file's first look: its import to go on with, or why it cannot be used. */
export type Opened = { ok: true; id: string } | { ok: false; reason: string };

/** Files that are mapped and checked before they are imported; each is its uploader's alone, for a day. */
@Injectable()
export class CandidateImports {
  constructor(
    private readonly dataSource: DataSource,
    private readonly files: ImportFiles,
    private readonly runs: ImportRuns,
    private readonly jobs: Jobs,
  ) {}

  /** Guesses what the columns hold and, where nothing is missing, checks the file. Older files that wait are dropped. */
  async open(actor: Actor, file: ReceivedFile): Promise<Opened> {
    try {
      const headings = await this.headingsOf(file.id);
      const columns = guessColumns(headings, await this.remembered(actor));
      await this.dropWaiting(actor);
      await this.dataSource.query(
        `update candidate_imports set state = 'mapping', headings = $2, columns = $3 where id = $1`,
        [file.id, JSON.stringify(headings), JSON.stringify(columns)],
      );
    } catch (error) {
      await this.files.discard(file.id);
      if (error instanceof FileRefused) {
        return { ok: false, reason: error.message };
      }
      throw error;
    }
    const upload = (await this.find(actor, file.id))!;
    if (mappedHeader(upload.columns).ok) {
      await this.begin(upload, 'mapping', 'checking');
    }
    return { ok: true, id: file.id };
  }

  /** Their own alone: what is in a file is nobody else's business before it is imported. */
  async find(actor: Actor, id: string): Promise<CandidateImport | null> {
    const { orgId, userId } = actor;
    const upload = userId && (await this.dataSource.getRepository(CandidateImport).findOneBy({ id, orgId, userId }));
    return upload && upload.state !== 'receiving' ? upload : null;
  }

  /** Checks the file anew with these columns, and remembers them for the organization's next file. */
  async map(upload: CandidateImport, columns: MappedColumns): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('update candidate_imports set columns = $2 where id = $1', [
        upload.id,
        JSON.stringify(columns),
      ]);
      await remember(manager, upload, columns);
    });
    await this.begin(upload, upload.state, 'checking');
  }

  /** Imports what was checked. */
  async confirm(upload: CandidateImport): Promise<void> {
    await this.begin(upload, 'checked', 'importing');
  }

  /** Also stops one that is under way: nothing of it goes in. */
  async discard(upload: CandidateImport): Promise<void> {
    await this.files.discard(upload.id);
  }

  async faults(upload: CandidateImport, limit: number, after = 0): Promise<RefusedRow[]> {
    return this.dataSource.query<RefusedRow[]>(
      `select line, name, reason from candidate_import_faults
        where org_id = $1 and import_id = $2 and line > $3 order by line limit $4`,
      [upload.orgId, upload.id, after, limit],
    );
  }

  /** The newest that its uploader can go on with. */
  async findOpen({ orgId, userId }: Actor): Promise<CandidateImport | null> {
    return (
      (userId &&
        this.dataSource
          .createQueryBuilder(CandidateImport, 'upload')
          .where({ orgId, userId })
          .andWhere(`upload.state in ('mapping', 'checking', 'checked', 'importing')`)
          .orderBy('upload.createdAt', 'DESC')
          .getOne()) ||
      null
    );
  }

  /** Once, however often it is asked for: a small file is done before the answer, a large one by a job. */
  private async begin(
    { id, bytes, checked }: CandidateImport,
    from: ImportState,
    to: 'checking' | 'importing',
  ): Promise<void> {
    const rows = checked ? checked.created + checked.changed + checked.unchanged + checked.refused : 0;
    const isSmall = bytes <= uploadLimits.maxBytes && rows <= uploadLimits.maxRows;
    const hasBegun = await this.dataSource.transaction(async (manager) => {
      const [, begun] = await manager.query<[unknown, number]>(
        `update candidate_imports set state = $3, read_bytes = 0, seen_at = now() where id = $1 and state = $2`,
        [id, from, to],
      );
      if (begun > 0 && !isSmall) {
        await this.jobs.enqueue(manager, importQueue, { importId: id });
      }
      return begun > 0;
    });
    if (hasBegun && isSmall) {
      await this.runs.run(id);
    }
  }

  private async headingsOf(id: string): Promise<readonly string[]> {
    for await (const [first] of readCsv(this.files.read(id))) {
      if (first) {
        return headerCells(first).map((cell) => cell.trim());
      }
    }
    throw new FileRefused('The file is empty. Its first row has to name the columns.');
  }

  private async remembered({ orgId }: Actor): Promise<Map<string, InvitationColumn | null>> {
    const rows = await this.dataSource.query<{ heading: string; field: InvitationColumn | null }[]>(
      'select heading, field from import_columns where org_id = $1',
      [orgId],
    );
    return new Map(rows.map(({ heading, field }) => [heading, field]));
  }

  private async dropWaiting({ orgId, userId }: Actor): Promise<void> {
    await this.dataSource.query(
      `delete from candidate_imports
        where org_id = $1 and user_id = $2 and state in ('mapping', 'checked', 'refused', 'done')`,
      [orgId, userId],
    );
  }
}

/** The files that wait hold names and addresses: none of an organization is left where somebody is erased. */
export async function discardImports(manager: EntityManager, orgId: string): Promise<void> {
  await manager.query('delete from candidate_imports where org_id = $1', [orgId]);
}

async function remember(manager: EntityManager, { orgId, headings }: CandidateImport, columns: MappedColumns) {
  const fieldOf = new Map(headings.map((heading, index) => [headingKey(heading), columns[index] ?? null]));
  await manager.query(
    `insert into import_columns (org_id, heading, field) select $1, * from unnest($2::text[], $3::text[])
     on conflict (org_id, heading) do update set field = excluded.field`,
    [orgId, [...fieldOf.keys()], [...fieldOf.values()]],
  );
}
