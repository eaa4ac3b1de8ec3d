import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ActivityEntry, recordActivity } from '../activity/record-activity.js';
import type { Actor, Role } from '../shared/actor.js';
import { endSessionsOf } from './end-sessions.js';

export interface ListedMember {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly since: Date;
  readonly lastSeenAt: Date | null;
  readonly disabled: boolean;
  readonly hasFactor: boolean;
  /** Of whoever belongs elsewhere too, only the membership is this organization's to change. */
  readonly belongsElsewhere: boolean;
  /** Groups at the provider of OpenID Connect decide about the membership, at each sign-in there. */
  readonly fromProvider: boolean;
  /** Without this person nobody could invite, or change roles. */
  readonly isLastAdmin: boolean;
}

/** `no admin`: whoever asks is none any more. */
export type MemberChange = 'done' | 'gone' | 'last admin' | 'belongs elsewhere' | 'no admin';

const columns = `
  m.user_id "userId", u.name, u.email, m.role, m.created_at since, m.last_seen_at "lastSeenAt",
  u.disabled_at is not null disabled, m.from_provider "fromProvider",
  exists (select 1 from second_factors f where f.user_id = u.id and f.confirmed_at is not null) "hasFactor",
  exists (select 1 from memberships e where e.user_id = u.id and e.org_id <> m.org_id) "belongsElsewhere",
  m.role = 'admin' and u.disabled_at is null and not exists (
    select 1 from memberships a join users v on v.id = a.user_id
     where a.org_id = m.org_id and a.user_id <> m.user_id and a.role = 'admin' and v.disabled_at is null
  ) "isLastAdmin"`;

/** Who belongs to an organization. Each request reads this anew, so that a change holds from the next one on. */
@Injectable()
export class Memberships {
  constructor(private readonly dataSource: DataSource) {}

  async list(actor: Actor): Promise<ListedMember[]> {
    return this.dataSource.query<ListedMember[]>(
      `select ${columns} from memberships m join users u on u.id = m.user_id
        where m.org_id = $1 order by lower(u.name), u.id`,
      [actor.orgId],
    );
  }

  async find(actor: Actor, userId: string): Promise<ListedMember | null> {
    return this.read(this.dataSource.manager, actor, userId);
  }

  async changeRole(actor: Actor, userId: string, role: Role): Promise<MemberChange> {
    return this.change(actor, userId, async (manager, { isLastAdmin, role: before }) => {
      if (isLastAdmin && role !== 'admin') {
        return 'last admin';
      }
      await manager.query('update memberships set role = $3 where org_id = $1 and user_id = $2', [
        actor.orgId,
        userId,
        role,
      ]);
      if (role !== before) {
        await note(manager, actor, {
          action: 'member.role-changed',
          userId,
          before: { role: before },
          after: { role },
        });
      }
      return 'done';
    });
  }

  /** Whoever belongs nowhere then is not disabled either: another organization may invite them. */
  async remove(actor: Actor, userId: string): Promise<MemberChange> {
    return this.change(actor, userId, async (manager, { isLastAdmin, email, role }) => {
      if (isLastAdmin) {
        return 'last admin';
      }
      await manager.query('delete from memberships where org_id = $1 and user_id = $2', [actor.orgId, userId]);
      await manager.query('delete from member_invites where org_id = $1 and lower(address) = lower($2)', [
        actor.orgId,
        email,
      ]);
      await manager.query(`delete from sessions where sess ->> 'userId' = $1 and sess ->> 'orgId' = $2`, [
        userId,
        actor.orgId,
      ]);
      await manager.query(
        `update users set disabled_at = null
          where id = $1 and disabled_at is not null and not exists (select 1 from memberships where user_id = $1)`,
        [userId],
      );
      await note(manager, actor, { action: 'member.removed', userId, before: { role } });
      return 'done';
    });
  }

  /** Nowhere may they sign in, and what they are signed in to is over. Not for whoever belongs elsewhere too. */
  async disable(actor: Actor, userId: string): Promise<MemberChange> {
    return this.change(actor, userId, async (manager, { isLastAdmin, belongsElsewhere, disabled }) => {
      if (isLastAdmin || belongsElsewhere) {
        return isLastAdmin ? 'last admin' : 'belongs elsewhere';
      }
      await manager.query('update users set disabled_at = clock_timestamp() where id = $1 and disabled_at is null', [
        userId,
      ]);
      await endSessionsOf(manager, userId);
      if (!disabled) {
        await note(manager, actor, { action: 'member.disabled', userId });
      }
      return 'done';
    });
  }

  async enable(actor: Actor, userId: string): Promise<MemberChange> {
    return this.change(actor, userId, async (manager, { belongsElsewhere, disabled }) => {
      if (belongsElsewhere) {
        return 'belongs elsewhere';
      }
      await manager.query('update users set disabled_at = null where id = $1', [userId]);
      if (disabled) {
        await note(manager, actor, { action: 'member.enabled', userId });
      }
      return 'done';
    });
  }

  /** In turn, for whoever is an admin at that moment: two who demote each other at once leave one. */
  private async change(
    actor: Actor,
    userId: string,
    work: (manager: EntityManager, member: ListedMember) => Promise<MemberChange>,
  ): Promise<MemberChange> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('select 1 from orgs where id = $1 for no key update', [actor.orgId]);
      // Nobody joins another organization meanwhile.
      await manager.query(
        'select 1 from users u join memberships m on m.user_id = u.id where m.org_id = $1 and u.id = $2 for update of u',
        [actor.orgId, userId],
      );
      if (actor.userId !== null && (await this.read(manager, actor, actor.userId))?.role !== 'admin') {
        return 'no admin';
      }
      const member = await this.read(manager, actor, userId);
      return member ? work(manager, member) : 'gone';
    });
  }

  private async read(manager: EntityManager, actor: Actor, userId: string): Promise<ListedMember | null> {
    const [member] = await manager.query<ListedMember[]>(
      `select ${columns} from memberships m join users u on u.id = m.user_id where m.org_id = $1 and m.user_id = $2`,
      [actor.orgId, userId],
    );
    return member ?? null;
  }
}

async function note(
  manager: EntityManager,
  actor: Actor,
  { userId, ...deed }: Pick<ActivityEntry, 'action' | 'before' | 'after'> & { readonly userId: string },
): Promise<void> {
  await recordActivity(manager, actor, { ...deed, subject: { type: 'person', id: userId } });
}
