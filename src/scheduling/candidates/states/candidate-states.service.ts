import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../../shared/actor.js';
import { listedInvitations } from '../scheduling-status.js';

/** How long a page waits for what changed before it; after a great import the rest follows by a job. */
export const pagePatienceMs = 250;
const refreshedAtOnce = 500;

/** Keeps what the list sorts and filters by in step with what it follows from. */
@Injectable()
export class CandidateStates {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Brings the states up to date with all that was committed before; `false`: more was left than could be done in time.
   * One at a time for an organization, whatever the number of replicas, so that nobody reads past another's work.
   */
  async refresh(actor: Actor, withinMs = Infinity): Promise<boolean> {
    const startedAt = performance.now();
    while (await this.isStale(actor)) {
      if (performance.now() - startedAt > withinMs) {
        return false;
      }
      await this.refreshSome(actor);
    }
    return true;
  }

  /** The organizations that have something to refresh. */
  async listStale(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `select org_id id from stale_candidates
        union select org_id from candidate_states where fresh_until <= clock_timestamp()`,
    );
    return rows.map(({ id }) => id);
  }

  private async isStale({ orgId }: Actor): Promise<boolean> {
    const [row] = await this.dataSource.query<[{ isStale: boolean }]>(
      `select exists (select from stale_candidates where org_id = $1)
           or exists (select from candidate_states where org_id = $1 and fresh_until <= clock_timestamp()) "isStale"`,
      [orgId],
    );
    return row.isStale;
  }

  private async refreshSome({ orgId }: Actor): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query(`select pg_advisory_xact_lock(hashtextextended('candidate states ' || $1, 0))`, [orgId]);
      const rows = await manager.query<{ id: string }[]>(takeStale, [orgId, refreshedAtOnce]);
      if (rows.length > 0) {
        await manager.query(storeStates, [orgId, [...new Set(rows.map(({ id }) => id))]]);
      }
    });
  }
}

/** The statement that follows looks anew, so at what was committed before any of these. */
const takeStale = `
  with taken as (
    delete from stale_candidates
     where id in (select id from stale_candidates where org_id = $1 order by id limit $2)
    returning invitation_id)
  select invitation_id id from taken
   union all
  (select invitation_id from candidate_states where org_id = $1 and fresh_until <= clock_timestamp()
    order by fresh_until limit $2)`;

const kept = [
  'assessment_id',
  'status',
  'scheduling_status',
  'needs_attention',
  'name_key',
  'submitted_at',
  'last_activity',
  'mailed_at',
  'choosing',
  'fresh_until',
];
const prefixed = (prefix: string) => kept.map((column) => `${prefix}.${column}`).join(', ');

/** What follows now for the invitations `$2` of the organization `$1`, of which some may be gone. */
export const statesByRule = `
  select listed.id, $1::uuid org_id, listed.assessment_id, listed.status, listed.scheduling_status,
         listed.needs_attention, listed.name_key,
         coalesce(listed.submitted_at, 'epoch'::timestamptz) submitted_at, listed.last_activity, listed.mailed_at,
         case when listed.scheduling_status = 'booked' or listed.declined_at is not null then '{}' else open.choosing end
           choosing,
         open.fresh_until
    from (${listedInvitations}) listed
   cross join lateral (
      select coalesce(array_agg(l.event_type_id || ':' || coalesce(l.length_in_minutes, 0) order by l.event_type_id), '{}')
               choosing,
             min(l.expires_at) fresh_until
        from booking_links l
       where l.invitation_id = listed.id and l.revoked_at is null and l.expires_at > clock_timestamp()) open
   where listed.id = any($2::uuid[])`;

const storeStates = `
  with gone as (
    delete from candidate_states known
     where known.invitation_id = any($2::uuid[])
       and not exists (select from invitations i where i.id = known.invitation_id))
  insert into candidate_states as known (invitation_id, org_id, ${kept.join(', ')})
  ${statesByRule}
      on conflict (invitation_id) do update set (${kept.join(', ')}) = (${prefixed('excluded')})
   where (${prefixed('known')}) is distinct from (${prefixed('excluded')})`;
