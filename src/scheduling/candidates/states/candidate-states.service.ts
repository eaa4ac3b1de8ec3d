import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ask, type Question } from '../../../database/ask.js';
import type { Actor } from '../../../shared/actor.js';
import { tabConditions } from '../../bookings/list/booking-filter.js';
import { listedInvitations } from '../scheduling-status.js';

/** How long a page waits for what changed before it; after a great import the rest follows by a job. */
export const pagePatienceMs = 150;
const refreshedAtOnce = 500;

/** Keeps what the list sorts and filters by in step with what it follows from. */
@Injectable()
export class CandidateStates {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Brings the states up to date with all that was committed before; `false`: more was left than could be done in time,
   * which is enough for some. One at a time for an organization, whatever the number of replicas, so that nobody reads
   * past another's work.
   */
  async refresh(actor: Actor, withinMs = Infinity): Promise<boolean> {
    const { isStale } = await ask(this.dataSource, { isStale: this.isStale(actor) });
    return !isStale || this.catchUp(actor, withinMs);
  }

  /** The same, where it is known that there is something to bring up to date. */
  async catchUp(actor: Actor, withinMs = Infinity): Promise<boolean> {
    const startedAt = performance.now();
    // Past what was taken already: until a vacuum, an index leads through all of that again.
    let after: string | null = '0';
    do {
      after = await this.refreshSome(actor, after);
    } while (after !== null && performance.now() - startedAt <= withinMs);
    return after === null;
  }

  /** The organizations that have something to refresh. */
  async listStale(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `select id from orgs
        where exists (select from stale_candidates where org_id = orgs.id)
           or exists (select from candidate_states where org_id = orgs.id and fresh_until <= now())`,
    );
    return rows.map(({ id }) => id);
  }

  /** Whether something was committed that the states do not tell yet. */
  isStale({ orgId }: Actor): Question<boolean> {
    return {
      sql: `select exists (select from stale_candidates where org_id = $1)
                or exists (select from candidate_states where org_id = $1 and fresh_until <= now()) "isStale"`,
      values: [orgId],
      read: ([row]: [{ isStale: boolean }]) => row.isStale,
    };
  }

  /** Answers where to go on; null where nothing is left of what was there. */
  private async refreshSome({ orgId }: Actor, after: string): Promise<string | null> {
    return this.dataSource.transaction(async (manager) => {
      await holdCandidateStates(manager, orgId);
      const rows = await manager.query<{ id: string; place: string }[]>(takeStale, [orgId, refreshedAtOnce, after]);
      if (rows.length > 0) {
        await manager.query(storeStates, [orgId, [...new Set(rows.map(({ id }) => id))]]);
      }
      return rows.length < refreshedAtOnce
        ? null
        : rows.reduce((last, { place }) => (BigInt(place) > BigInt(last) ? place : last), '0');
    });
  }
}

/** Until the transaction ends nobody else writes the states of the organization. */
export async function holdCandidateStates(manager: EntityManager, orgId: string): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtextextended('candidate states ' || $1, 0))`, [orgId]);
}

/** The statement that follows looks anew, so at what was committed before any of these. */
const takeStale = `
  with taken as (
    delete from stale_candidates
     where id in (select id from stale_candidates where org_id = $1 and id > $3 order by id limit $2)
    returning invitation_id, id)
  select invitation_id id, id place from taken
   union all
  (select invitation_id, 0 from candidate_states where org_id = $1 and fresh_until <= now()
    order by fresh_until limit $2)`;

const kept = [
  'assessment_id',
  'status',
  'scheduling_status',
  'needs_attention',
  'name_key',
  'email_key',
  'submitted_at',
  'last_activity',
  'mailed_at',
  'choosing',
  'fresh_until',
  'to_settle',
];
const prefixed = (prefix: string) => kept.map((column) => `${prefix}.${column}`).join(', ');

/** What follows now for the invitations `$2` of the organization `$1`, of which some may be gone. */
export const statesByRule = `
  select listed.id, $1::uuid org_id, listed.assessment_id, listed.status, listed.scheduling_status,
         listed.needs_attention, listed.name_key, lower(listed.email) email_key,
         coalesce(listed.submitted_at, 'epoch'::timestamptz) submitted_at, listed.last_activity, listed.mailed_at,
         case when listed.scheduling_status = 'booked' or listed.declined_at is not null then '{}' else open.choosing end
           choosing,
         open.fresh_until,
         exists (select from cal_com_bookings b where b.invitation_id = listed.id and ${tabConditions.attention}) to_settle
    from (${listedInvitations}) listed
   cross join lateral (
      select coalesce(array_agg(l.event_type_id || ':' || coalesce(l.length_in_minutes, 0) order by l.event_type_id), '{}')
               choosing,
             min(l.expires_at) fresh_until
        from booking_links l
       where l.invitation_id = listed.id and l.revoked_at is null and l.expires_at > clock_timestamp()) open
   where listed.id = any($2::uuid[])`;

/** Stores that, counts included. */
export const storeStates = `
  with gone as (
    delete from candidate_states known
     where known.invitation_id = any($2::uuid[])
       and known.invitation_id <> all(array(
             select id from invitations where org_id = $1 and id = any($2::uuid[]) and erased_at is null)))
  insert into candidate_states as known (invitation_id, org_id, ${kept.join(', ')})
  ${statesByRule}
      on conflict (invitation_id) do update set (${kept.join(', ')}) = (${prefixed('excluded')})
   where (${prefixed('known')}) is distinct from (${prefixed('excluded')})`;
