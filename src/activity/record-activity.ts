import type { EntityManager } from 'typeorm';
import { isDeepStrictEqual } from 'node:util';
import type { Actor } from '../shared/actor.js';
import type { ActivityAction } from './activity-actions.js';
import type { ActivityWho } from './activity.entity.js';

/** Who acts; without an organization where a person or the operator acts for themselves. */
export type Doer = Pick<Actor, 'userId' | 'apiToken' | 'as'> & { readonly orgId: string | null };

export type SubjectType =
  | 'person'
  | 'member-invite'
  | 'api-token'
  | 'organization'
  | 'cal-com'
  | 'event-type'
  | 'mail'
  | 'suppression'
  | 'template'
  | 'assessment'
  | 'send'
  | 'email'
  | 'booking'
  | 'bulk-action'
  | 'assignment'
  | 'request'
  | 'erasure'
  | 'retention'
  | 'note';

type Facts = Readonly<Record<string, unknown>>;

/** Ids, numbers and settings; never a secret, nor what a candidate is called, wrote or is reached at. */
export interface ActivityEntry {
  readonly action: ActivityAction;
  readonly subject?: { readonly type: SubjectType; readonly id: string };
  /** Where it is about a candidate. */
  readonly invitationId?: string | null;
  readonly before?: Facts;
  readonly after?: Facts;
}

/** Notes what is done, in the transaction that does it: either both are there afterwards, or neither. */
export async function recordActivity(
  manager: EntityManager,
  doer: Doer,
  { action, subject, invitationId, before, after }: ActivityEntry,
): Promise<void> {
  const { who, whoId } = whoIs(doer);
  await manager.query(
    `insert into activity (org_id, who, who_id, action, subject_type, subject_id, invitation_id, before, after)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    [doer.orgId, who, whoId, action, subject?.type, subject?.id, invitationId, before, after],
  );
}

/** A row for each of these candidates, in one statement. */
export async function recordForEach(
  manager: EntityManager,
  doer: Doer,
  action: ActivityAction,
  invitationIds: readonly string[],
): Promise<void> {
  if (invitationIds.length === 0) {
    return;
  }
  const { who, whoId } = whoIs(doer);
  await manager.query(
    `insert into activity (org_id, who, who_id, action, invitation_id)
     select $1, $2, $3, $4, unnest($5::uuid[])`,
    [doer.orgId, who, whoId, action, invitationIds],
  );
}

/** What is another than before, by its name; nothing where nothing is. `before` may name more than `after` does. */
export async function recordChange(
  manager: EntityManager,
  doer: Doer,
  entry: Pick<ActivityEntry, 'action' | 'subject'>,
  { before, after }: { before: object; after: object },
): Promise<void> {
  const was = before as Facts;
  const changed = Object.entries(after as Facts).filter(([name, value]) => !isDeepStrictEqual(was[name], value));
  if (changed.length === 0) {
    return;
  }
  await recordActivity(manager, doer, {
    ...entry,
    before: Object.fromEntries(changed.map(([name]) => [name, was[name]])),
    after: Object.fromEntries(changed),
  });
}

function whoIs({ userId, apiToken, as }: Doer): { who: ActivityWho; whoId: string | null } {
  if (apiToken) {
    return { who: 'token', whoId: apiToken.id };
  }
  return userId && as === undefined ? { who: 'person', whoId: userId } : { who: as ?? 'system', whoId: null };
}
