import type { EntityManager } from 'typeorm';
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

type Refusal = 'repeated' | 'address taken' | 'other external_id';

interface OutcomeRow {
  line: number;
  name: string;
  email: string;
  external_id: string | null;
  invitation_id: string | null;
  outcome: InvitationOutcome;
  refusal: Refusal | null;
  first_line: number | null;
}

/**
 * Rows on their way into `invitations`, in a table of the transaction: any number of rows is matched, compared and
 * written by a few statements. A row is known by its external_id within its assessment, else by assessment and address.
 */
export class InvitationStaging {
  private constructor(
    private readonly manager: EntityManager,
    private readonly orgId: string,
  ) {}

  /** Needs a transaction that holds the organization's row, so that two imports of one organization take turns. */
  static async open(manager: EntityManager, orgId: string): Promise<InvitationStaging> {
    await manager.query(`
      create temporary table staged_invitations (
        line integer primary key, name text, email text, assessment text, status text, submitted_at timestamptz,
        time_zone text, external_id text, assessment_id uuid, invitation_id uuid, outcome text, refusal text,
        first_line integer
      ) on commit drop`);
    return new InvitationStaging(manager, orgId);
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

  async settle(): Promise<void> {
    await this.manager.query('analyze staged_invitations');
    await this.refuseRepetitions();
    await this.placeInAssessments();
    await this.matchInvitations();
    await this.refuseTakenAddresses();
    await this.replaceLinks();
    await this.change();
    await this.create();
  }

  async counts(): Promise<Readonly<Record<InvitationOutcome, number>>> {
    const rows = await this.manager.query<{ outcome: InvitationOutcome; count: number }[]>(
      `select outcome, count(*)::int as count from staged_invitations group by outcome`,
    );
    const counted = Object.fromEntries(rows.map((row) => [row.outcome, row.count]));
    return { created: 0, changed: 0, unchanged: 0, refused: 0, ...counted };
  }

  /** In the order of their lines. */
  async outcomes(only?: InvitationOutcome): Promise<StagedOutcome[]> {
    const rows = await this.manager.query<OutcomeRow[]>(
      `select line, name, email, external_id, invitation_id, outcome, refusal, first_line
       from staged_invitations where outcome = coalesce($1, outcome) order by line`,
      [only ?? null],
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

  private async refuseRepetitions(): Promise<void> {
    await this.manager.query(`
      update staged_invitations staged
      set outcome = 'refused', refusal = 'repeated', first_line = first.line
      from (
        select line as own_line, least(
          min(line) over (partition by lower(assessment), lower(email)),
          case when external_id is not null then min(line) over (partition by lower(assessment), external_id) end
        ) as line from staged_invitations
      ) first
      where staged.line = first.own_line and first.line < first.own_line`);
  }

  /** A closed assessment takes candidates too: people hand in late, and closing only takes it off the daily lists. */
  private async placeInAssessments(): Promise<void> {
    await this.manager.query(
      `insert into assessments (org_id, title)
       select distinct on (lower(assessment)) $1::uuid, assessment from staged_invitations
       where outcome is null order by lower(assessment), line
       on conflict (org_id, lower(title)) do nothing`,
      [this.orgId],
    );
    await this.manager.query(
      `update staged_invitations staged set assessment_id = assessments.id from assessments
       where assessments.org_id = $1 and lower(assessments.title) = lower(staged.assessment)`,
      [this.orgId],
    );
  }

  private async matchInvitations(): Promise<void> {
    await this.manager.query(
      `update staged_invitations staged set invitation_id = invitations.id from invitations
       where staged.outcome is null and invitations.org_id = $1
         and invitations.assessment_id = staged.assessment_id and invitations.external_id = staged.external_id`,
      [this.orgId],
    );
    await this.manager.query(
      `update staged_invitations staged set
         invitation_id = invitations.id,
         outcome = case when staged.external_id <> invitations.external_id then 'refused' end,
         refusal = case when staged.external_id <> invitations.external_id then 'other external_id' end
       from invitations
       where staged.outcome is null and staged.invitation_id is null and invitations.org_id = $1
         and invitations.assessment_id = staged.assessment_id and lower(invitations.email) = lower(staged.email)`,
      [this.orgId],
    );
    await this.manager.query(`
      update staged_invitations staged set outcome = 'refused', refusal = 'repeated', first_line = first.line
      from (
        select line as own_line, min(line) over (partition by invitation_id) as line from staged_invitations
        where outcome is null and invitation_id is not null
      ) first
      where staged.line = first.own_line and first.line < first.own_line`);
  }

  private async refuseTakenAddresses(): Promise<void> {
    await this.manager.query(
      `update staged_invitations staged set outcome = 'refused', refusal = 'address taken' from invitations
       where staged.outcome is null and invitations.org_id = $1 and invitations.id <> staged.invitation_id
         and invitations.assessment_id = staged.assessment_id and lower(invitations.email) = lower(staged.email)`,
      [this.orgId],
    );
  }

  /**
   * Whoever gets another address gets another link: the old one may be in the wrong hands. Mails to the old address
   * that have not left do not leave.
   */
  private async replaceLinks(): Promise<void> {
    await this.manager.query(
      `with moved as (
         select invitations.id from staged_invitations staged
         join invitations on invitations.org_id = $1 and invitations.id = staged.invitation_id
         where staged.outcome is null and lower(invitations.email) <> lower(staged.email)
       ),
       revoked as (
         update booking_links set revoked_at = clock_timestamp() from moved
         where booking_links.invitation_id = moved.id and booking_links.revoked_at is null
       ),
       confirmations as (
         update emails set state = 'skipped', reason_code = 'address_changed', state_at = clock_timestamp()
         from moved join cal_com_bookings on cal_com_bookings.invitation_id = moved.id
         where emails.booking_id = cal_com_bookings.id and emails.state = 'queued'
       )
       update emails set state = 'skipped', reason_code = 'address_changed', state_at = clock_timestamp() from moved
       where emails.invitation_id = moved.id and emails.state in ('draft', 'queued')`,
      [this.orgId],
    );
  }

  private async change(): Promise<void> {
    await this.manager.query(
      `with changed as (
         update invitations set
           name = staged.name,
           email = staged.email,
           status = coalesce(staged.status, invitations.status),
           submitted_at = coalesce(staged.submitted_at, invitations.submitted_at),
           time_zone = coalesce(staged.time_zone, invitations.time_zone),
           external_id = coalesce(staged.external_id, invitations.external_id),
           updated_at = now()
         from staged_invitations staged
         where staged.outcome is null and invitations.org_id = $1 and invitations.id = staged.invitation_id
           and (
             staged.name, staged.email, coalesce(staged.status, invitations.status),
             coalesce(staged.submitted_at, invitations.submitted_at), coalesce(staged.time_zone, invitations.time_zone),
             coalesce(staged.external_id, invitations.external_id)
           ) is distinct from (
             invitations.name, invitations.email, invitations.status,
             invitations.submitted_at, invitations.time_zone, invitations.external_id
           )
         returning invitations.id
       )
       update staged_invitations staged set outcome = 'changed' from changed
       where staged.outcome is null and staged.invitation_id = changed.id`,
      [this.orgId],
    );
    await this.manager.query(
      `update staged_invitations set outcome = 'unchanged' where outcome is null and invitation_id is not null`,
    );
  }

  private async create(): Promise<void> {
    await this.manager.query(
      `update staged_invitations set outcome = 'created', invitation_id = gen_random_uuid() where outcome is null`,
    );
    await this.manager.query(
      `insert into invitations (id, org_id, assessment_id, external_id, name, email, status, submitted_at, time_zone)
       select invitation_id, $1, assessment_id, external_id, name, email, coalesce(status, 'invited'), submitted_at, time_zone
       from staged_invitations where outcome = 'created' order by line`,
      [this.orgId],
    );
  }
}

function inWords(refusal: Refusal, row: OutcomeRow): string {
  switch (refusal) {
    case 'repeated':
      return `Line ${row.first_line} already names this candidate for the same assessment.`;
    case 'address taken':
      return `${quoted(row.email)} belongs to another candidate of this assessment.`;
    case 'other external_id':
      return `${quoted(row.email)} is already there with another external_id than ${quoted(row.external_id ?? '')}.`;
  }
}
