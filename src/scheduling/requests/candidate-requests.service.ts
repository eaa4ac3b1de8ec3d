import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../../shared/actor.js';
import type { LinkRow } from '../links/candidate-link.service.js';
import { CandidateRequest, type RequestKind } from './candidate-request.entity.js';
import type { TimeWish } from './time-wish.js';

/** SQL: whether a request (`r`) still waits for a person; other times and another link are no news beside an interview. */
export const waitsForAnswer = `r.settled_at is null and (r.kind = 'declined' or not exists (
  select 1 from cal_com_bookings b where b.invitation_id = r.invitation_id and b.status in ('pending', 'confirmed')))`;

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
    });
  }

  /** Asked again, nothing changes. */
  async askForNewLink(link: LinkRow): Promise<void> {
    await record(this.dataSource.manager, link, 'new_link');
  }

  /** What waits, of these candidates. */
  async listOpen({ orgId }: Actor, invitationIds: readonly string[]): Promise<CandidateRequest[]> {
    return this.dataSource
      .getRepository(CandidateRequest)
      .createQueryBuilder('r')
      .where('r.orgId = :orgId and r.invitationId = any(:invitationIds::uuid[])', { orgId, invitationIds })
      .andWhere(waitsForAnswer)
      .orderBy('r.createdAt')
      .getMany();
  }

  /** `unknown`: the organization has none such, or the candidate wrote anew meanwhile. */
  async settle({ orgId, userId }: Actor, id: string): Promise<'settled' | 'unknown'> {
    const [rows] = await this.dataSource.query<[unknown[], number]>(
      `update candidate_requests
          set settled_by = case when settled_at is null then $3 else settled_by end,
              settled_at = coalesce(settled_at, clock_timestamp())
        where org_id = $1 and id = $2 returning id`,
      [orgId, id, userId],
    );
    return rows.length > 0 ? 'settled' : 'unknown';
  }
}

export async function record(
  manager: EntityManager,
  { id, orgId, invitationId, timeZone }: LinkRow,
  kind: RequestKind,
  { windows, note }: TimeWish = { windows: [], note: '' },
): Promise<void> {
  await manager.query(
    `insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, windows, note, time_zone)
     values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (booking_link_id, kind) where settled_at is null do nothing`,
    [orgId, invitationId, id, kind, JSON.stringify(windows), note, timeZone],
  );
}
