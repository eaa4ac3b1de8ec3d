import type { EntityManager } from 'typeorm';
import type { Actor } from '../../shared/actor.js';

/** A candidate who has an interview now, or wants none, gets none of the invitations that still wait to be sent. */
export async function skipWaitingMails(
  manager: EntityManager,
  { orgId }: Actor,
  invitationId: string,
  reason: 'booked' | 'declined' = 'booked',
): Promise<void> {
  await manager.query(
    `update emails set state = 'skipped', reason_code = $3, state_at = clock_timestamp()
      where org_id = $1 and invitation_id = $2 and kind = 'invitation' and state = 'queued'`,
    [orgId, invitationId, reason],
  );
}
