import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { Invitation } from '../../candidates/invitation.entity.js';
import { candidateActor, type Actor } from '../../shared/actor.js';
import { isAhead } from '../bookings/booking-status.js';
import { skipWaitingMails } from '../bookings/waiting-mails.js';
import type { LinkRow } from '../links/candidate-link.service.js';
import { noteOfCandidate, record } from './candidate-requests.service.js';

/** Candidates who no longer want the interview, and those who do after all. */
@Injectable()
export class DeclinesService {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Closes the candidate's links for as long as it stands, and keeps back what waits to be sent. Not beside an open
   * booking: that one is cancelled at Cal.com first, where the candidate made it.
   */
  async decline(link: LinkRow): Promise<'declined' | 'booked'> {
    const { orgId, invitationId } = link;
    return this.dataSource.transaction(async (manager) => {
      await manager.query('select 1 from invitations where id = $1 for update', [invitationId]);
      if (await hasOpenBooking(manager, invitationId)) {
        return 'booked';
      }
      const [, changed] = await manager.query<[unknown, number]>(
        `update invitations set declined_at = clock_timestamp() where org_id = $1 and id = $2 and declined_at is null`,
        [orgId, invitationId],
      );
      if (changed > 0) {
        await skipWaitingMails(manager, candidateActor(orgId), invitationId, 'declined');
        await settleAll(manager, candidateActor(orgId), invitationId);
        await record(manager, link, 'declined');
        await noteOfCandidate(manager, link, 'candidate.declined');
      }
      return 'declined';
    });
  }

  /** The candidate's link works again; nothing is sent by itself. `false`: the organization has no such candidate. */
  async reopen(actor: Actor, invitationId: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const place = { orgId: actor.orgId, id: invitationId };
      const invitation = await manager.findOne(Invitation, { where: place, lock: { mode: 'pessimistic_write' } });
      if (invitation) {
        await manager.update(Invitation, place, { declinedAt: null });
        await settleAll(manager, actor, invitationId);
      }
      if (invitation?.declinedAt) {
        await recordActivity(manager, actor, { action: 'candidate.reopened', invitationId });
      }
      return invitation !== null;
    });
  }
}

async function hasOpenBooking(manager: EntityManager, invitationId: string): Promise<boolean> {
  const found = await manager.query<unknown[]>(
    `select 1 from cal_com_bookings b where b.invitation_id = $1 and ${isAhead('b')} limit 1`,
    [invitationId],
  );
  return found.length > 0;
}

/** What was said before is no news any more. */
async function settleAll(manager: EntityManager, { orgId, userId }: Actor, invitationId: string): Promise<void> {
  await manager.query(
    `update candidate_requests set settled_at = clock_timestamp(), settled_by = $3
      where org_id = $1 and invitation_id = $2 and settled_at is null`,
    [orgId, invitationId, userId],
  );
}
