import type { EntityManager } from 'typeorm';
import type { FingerprintPads, Fingerprints } from '../encryption/fingerprints.service.js';
import { refuseErased, suppressAgain } from './erased-candidates.js';
import { mergeInvitations, planMerge } from './invitation-merge.js';
import type { InvitationRow } from './invitation-row.js';
import { quoted } from './plain-text.js';

export type InvitationOutcome = 'created' | 'changed' | 'unchanged' | 'refused';

export interface StagedOutcome {
  readonly line: number;
  readonly name: string;
  readonly externalId: string | null;
  readonly invitationId: string | null;
  readonly outcome: InvitationOutcome;
  /** Why it was refused, in plain words. */
  readonly reason: string | null;
}

/** A row that does not go in. */
export interface RefusedRow {
  /** The line of the file on which the row begins. */
  readonly line: number;
  readonly reason: string;
  readonly name: string | null;
}

type Refusal = 'repeated' | 'address taken' | 'other external_id' | 'erased';

interface OutcomeRow {
  line: number;
  name: string;
  email: string;
  external_id: string | null;
  invitation_id: string | null;
  outcome: InvitationOutcome;
  refusal: Refusal | null;
  first_line: number | null;
  erased_at: Date | null;
}

/**
 * Rows on their way into `invitations`, in tables of the transaction: any number of rows is matched, compared and
 * written by a few statements. A row is known by its external_id within its assessment, else by assessment and address.
 */
export class InvitationStaging {
  private constructor(
    private readonly manager: EntityManager,
    private readonly orgId: string,
    private readonly pads: FingerprintPads | null,
  ) {}

  /** Needs a transaction. Without `fingerprints` nobody who was erased is recognised: for invented people alone. */
  static async open(
    manager: EntityManager,
    orgId: string,
    fingerprints: Fingerprints | null,
  ): Promise<InvitationStaging> {
    await manager.query(`
      create temporary table staged_invitations (
        line integer, name text, email text, assessment text, status text, submitted_at timestamptz, time_zone text,
        external_id text
      ) on commit drop;
      create temporary table refused_rows (line integer, name text, reason text) on commit drop`);
    return new InvitationStaging(manager, orgId, (await fingerprints?.find(manager, orgId)) ?? null);
  }

  /** `line` tells the rows apart: the line of a file, or the place in a list. */
  async add(rows: readonly (InvitationRow & { readonly line: number })[]): Promise<void> {
    await this.manager.query(
      `insert into staged_invitations (line, name, email, assessment, status, submitted_at, time_zone, external_id)
       select * from unnest($1::int[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[])`,
      [
        rows.map((row) => row.line),
        rows.map((row) => row.name),
        rows.map((row) => row.email),
        rows.map((row) => row.assessment),
        rows.map((row) => row.status),
        rows.map((row) => row.submittedAt?.toISOString() ?? null),
        rows.map((row) => row.timeZone),
        rows.map((row) => row.externalId),
      ],
    );
  }

  /** What was refused before it could be compared. */
  async refuse(rows: readonly RefusedRow[]): Promise<void> {
    await this.manager.query(
      'insert into refused_rows (line, name, reason) select * from unnest($1::int[], $2::text[], $3::text[])',
      [rows.map((row) => row.line), rows.map((row) => row.name), rows.map((row) => row.reason)],
    );
  }

  /** Finds what would become of each row, and changes nothing. From here on imports of the organization take turns. */
  async plan(): Promise<void> {
    await planMerge(this.manager, this.orgId);
    if (this.pads) {
      await refuseErased(this.manager, this.orgId, this.pads);
    }
  }

  /** Does what was planned. */
  async merge(): Promise<void> {
    await mergeInvitations(this.manager, this.orgId);
    if (this.pads) {
      await suppressAgain(this.manager, this.orgId, this.pads);
    }
  }

  async settle(): Promise<void> {
    await this.plan();
    await this.merge();
  }

  /** Once all that were refused are gathered. */
  async counts(): Promise<Readonly<Record<InvitationOutcome, number>>> {
    const rows = await this.manager.query<{ outcome: InvitationOutcome; count: number }[]>(
      `select outcome, count(*)::int as count from planned_invitations where outcome <> 'refused' group by outcome
       union all select 'refused', count(*)::int from refused_rows`,
    );
    const counted = { created: 0, changed: 0, unchanged: 0, refused: 0 };
    for (const { outcome, count } of rows) {
      counted[outcome] = count;
    }
    return counted;
  }

  /** In the order of their lines, from behind the line `after`. */
  async outcomes({ only = null, after = 0, limit = null }: OutcomesAsked = {}): Promise<StagedOutcome[]> {
    const rows = await this.manager.query<OutcomeRow[]>(
      `select line, name, email, external_id, invitation_id, outcome, refusal, first_line, erased_at
       from planned_invitations where line > $1${only ? ` and outcome = '${only}'` : ''} order by line limit $2`,
      [after, limit],
    );
    return rows.map((row) => ({
      line: row.line,
      name: row.name,
      externalId: row.external_id,
      invitationId: row.outcome === 'refused' ? null : row.invitation_id,
      outcome: row.outcome,
      reason: row.refusal && inWords(row.refusal, row),
    }));
  }

  /** Puts the rows that the plan refuses to those that were refused before, so that all are in one place. */
  async gatherRefused(): Promise<void> {
    await this.manager.query(`create index on planned_invitations (line) where outcome = 'refused'`);
    for (let after = 0; ;) {
      const some = await this.outcomes({ only: 'refused', after, limit: gatheredAtOnce });
      if (some.length === 0) {
        return;
      }
      await this.refuse(some.map(({ line, name, reason }) => ({ line, name, reason: reason ?? '' })));
      after = some.at(-1)!.line;
    }
  }

  /** The first of them, once all are gathered. */
  async firstRefused(limit: number): Promise<RefusedRow[]> {
    return this.manager.query<RefusedRow[]>('select line, name, reason from refused_rows order by line limit $1', [
      limit,
    ]);
  }
}

export interface OutcomesAsked {
  readonly only?: InvitationOutcome | null;
  readonly after?: number;
  readonly limit?: number | null;
}

const gatheredAtOnce = 5_000;

function inWords(refusal: Refusal, row: OutcomeRow): string {
  switch (refusal) {
    case 'repeated':
      return `Line ${row.first_line} already names this candidate for the same assessment.`;
    case 'address taken':
      return `${quoted(row.email)} belongs to another candidate of this assessment.`;
    case 'other external_id':
      return `${quoted(row.email)} is already there with another external_id than ${quoted(row.external_id ?? '')}.`;
    case 'erased':
      return `This candidate was erased on ${row.erased_at?.toISOString().slice(0, 10)} and is not taken in again.`;
  }
}
