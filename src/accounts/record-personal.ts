import type { EntityManager } from 'typeorm';
import { recordActivity, type ActivityEntry, type Doer } from '../activity/record-activity.js';

/**
 * Notes what a person does, or what is done to their account, in each of the organizations they belong to: admins see
 * what concerns their members. Where they belong to none, it is noted without one.
 */
export async function recordPersonal(
  manager: EntityManager,
  userId: string,
  entry: ActivityEntry,
  as?: Doer['as'],
): Promise<void> {
  const memberships = await manager.query<{ orgId: string }[]>(
    'select org_id "orgId" from memberships where user_id = $1',
    [userId],
  );
  const orgIds = memberships.length > 0 ? memberships.map(({ orgId }) => orgId) : [null];
  for (const orgId of orgIds) {
    await recordActivity(manager, { orgId, userId, as }, entry);
  }
}
