import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ActivityAction } from '../../activity/activity-actions.js';
import { recordActivity } from '../../activity/record-activity.js';
import { timeOf, type Question } from '../../database/ask.js';
import { candidateActor, type Actor } from '../../shared/actor.js';
import type { LinkRow } from '../links/candidate-link.service.js';
import { CandidateRequest, type RequestKind } from './candidate-request.entity.js';
import type { TimeWish } from './time-wish.js';

/**
 * SQL: whether a request (`r`) still waits for a person; other times and another link are no news beside an interview,
 * unless that was over when they were asked for.
 */
export const waitsForAnswer = `r.settled_at is null and (r.kind = 'declined' or not exists (
  select 1 from cal_com_bookings b where b.invitation_id = r.invitation_id and b.status in ('pending', 'confirmed')
     and b.end_time > r.created_at))`;

export type OpenRequest = Pick<
  CandidateRequest,
  'id' | 'invitationId' | 'kind' | 'windows' | 'note' | 'timeZone' | 'createdAt'
>;
type OpenRequestRow = Omit<OpenRequest, 'createdAt'> & { readonly createdAt: string };

/** What candidates ask for on their own pages, and that somebody took care of it. */
@Injectable()
export class CandidateRequestsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The last wish is the one that counts: it takes the place of the one before. */
  async askForTimes(link: LinkRow, wish: TimeWish): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('select 1 from booking_links where id = $1 for update', [link.id]);
      await manager.query(
        `delete from candidate_requests where booking_link_id = $1 and kind = 'times' and settled_at is null`,
        [link.id],
      );
      await record(manager, link, 'times', wish);
      await noteOfCandidate(manager, link, 'candidate.asked-for-times');
    });
  }

  /** Asked again, nothing changes. */
  async askForNewLink(link: LinkRow): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      if (await record(manager, link, 'new_link')) {
        await noteOfCandidate(manager, link, 'candidate.asked-for-link');
      }
    });
  }

  /** What waits, of these candidates: a query of their ids. */
  open({ orgId }: Actor, shown: string): Question<OpenRequest[]> {
    return {
      sql: `select r.id, r.invitation_id "invitationId", r.kind, r.windows, r.note, r.time_zone "timeZone",
                   r.created_at "createdAt"
              from candidate_requests r
             where r.org_id = $1 and r.invitation_id in (${shown}) and ${waitsForAnswer} order by r.created_at`,
      values: [orgId],
      read: (rows: readonly OpenRequestRow[]) => rows.map((row) => ({ ...row, createdAt: timeOf(row.createdAt) })),
    };
  }

  /** `unknown`: the organization has none such, or the candidate wrote anew meanwhile. */
  async settle(actor: Actor, id: string): Promise<'settled' | 'unknown'> {
    return this.dataSource.transaction(async (manager) => {
      const requests = manager.getRepository(CandidateRequest);
      const place = { orgId: actor.orgId, id };
      const request = await requests.findOne({ where: place, lock: { mode: 'pessimistic_write' } });
      if (request && !request.settledAt) {
        await requests.update(place, { settledBy: actor.userId, settledAt: () => 'clock_timestamp()' });
        const { invitationId } = request;
        await recordActivity(manager, actor, {
          action: 'request.settled',
          subject: { type: 'request', id },
          invitationId,
        });
      }
      return request ? 'settled' : 'unknown';
    });
  }
}

/** `false`: it was asked before, and waits. */
export async function record(
  manager: EntityManager,
  { id, orgId, invitationId, timeZone }: LinkRow,
  kind: RequestKind,
  { windows, note }: TimeWish = { windows: [], note: '' },
): Promise<boolean> {
  const added = await manager.query<unknown[]>(
    `insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, windows, note, time_zone)
     values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (booking_link_id, kind) where settled_at is null do nothing returning id`,
    [orgId, invitationId, id, kind, JSON.stringify(windows), note, timeZone],
  );
  return added.length > 0;
}

export async function noteOfCandidate(
  manager: EntityManager,
  { orgId, invitationId }: LinkRow,
  action: ActivityAction,
): Promise<void> {
  await recordActivity(manager, candidateActor(orgId), { action, invitationId });
}
