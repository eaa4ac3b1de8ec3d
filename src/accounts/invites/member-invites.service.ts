import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ActivityAction } from '../../activity/activity-actions.js';
import { recordActivity } from '../../activity/record-activity.js';
import type { Actor, Role } from '../../shared/actor.js';
import { fullTime } from '../../shared/zoned-time.js';
import { AccountMails } from '../mails/account-mails.service.js';
import { roleWords } from '../role-words.js';
import { invitePath } from './invite-path.js';
import { inviteTokenHash, newInviteToken } from './invite-token.js';
import type { MemberInvite } from './member-invite.entity.js';

const inviteHours = 72;

export interface ListedInvite extends Pick<MemberInvite, 'id' | 'address' | 'role' | 'createdAt' | 'expiresAt'> {
  readonly expired: boolean;
  readonly invitedByName: string | null;
}

type WrittenInvite = Pick<MemberInvite, 'id' | 'address' | 'role' | 'expiresAt'>;

/** What admins do with invites. */
@Injectable()
export class MemberInvites {
  constructor(
    private readonly dataSource: DataSource,
    private readonly mails: AccountMails,
  ) {}

  /** Those nobody has taken up, the newest first. */
  async list(actor: Actor): Promise<ListedInvite[]> {
    return this.dataSource.query<ListedInvite[]>(
      `select i.id, i.address, i.role, i.created_at "createdAt", i.expires_at "expiresAt",
              i.expires_at <= clock_timestamp() expired, u.name "invitedByName"
         from member_invites i left join users u on u.id = i.invited_by
        where i.org_id = $1 order by i.created_at desc, i.id`,
      [actor.orgId],
    );
  }

  /** Whether somebody else has an account with this address is nobody's business: it makes no difference here. */
  async invite(actor: Actor, address: string, role: Role): Promise<'invited' | 'member' | 'open'> {
    return this.dataSource.transaction(async (manager) => {
      const members = await manager.query<unknown[]>(
        `select 1 from memberships m join users u on u.id = m.user_id
          where m.org_id = $1 and lower(u.email) = lower($2)`,
        [actor.orgId, address],
      );
      if (members.length > 0) {
        return 'member';
      }
      const token = newInviteToken();
      const [invite] = await manager.query<WrittenInvite[]>(
        `insert into member_invites as i (org_id, address, role, token_hash, invited_by, created_at, expires_at)
         values ($1, $2, $3, $4, $5, clock_timestamp(), clock_timestamp() + make_interval(hours => $6))
             on conflict (org_id, lower(address)) do update
            set address = excluded.address, role = excluded.role, token_hash = excluded.token_hash,
                invited_by = excluded.invited_by, created_at = excluded.created_at, expires_at = excluded.expires_at
          where i.expires_at <= clock_timestamp()
         returning id, address, role, expires_at "expiresAt"`,
        [actor.orgId, address, role, inviteTokenHash(token), actor.userId, inviteHours],
      );
      if (!invite) {
        return 'open';
      }
      await this.post(manager, actor, invite, token);
      await note(manager, actor, 'member.invited', invite);
      return 'invited';
    });
  }

  /** Another mail with another link; the one before opens nothing any more. Answers the address. */
  async renew(actor: Actor, id: string): Promise<string | null> {
    return this.dataSource.transaction(async (manager) => {
      const token = newInviteToken();
      const [[invite]] = await manager.query<[WrittenInvite[], number]>(
        `update member_invites set token_hash = $3, expires_at = clock_timestamp() + make_interval(hours => $4)
          where org_id = $1 and id = $2 returning id, address, role, expires_at "expiresAt"`,
        [actor.orgId, id, inviteTokenHash(token), inviteHours],
      );
      if (!invite) {
        return null;
      }
      await this.post(manager, actor, invite, token);
      await note(manager, actor, 'member.invited-again', invite);
      return invite.address;
    });
  }

  /** Answers the address. */
  async withdraw(actor: Actor, id: string): Promise<string | null> {
    return this.dataSource.transaction(async (manager) => {
      const [[invite]] = await manager.query<[Pick<MemberInvite, 'id' | 'address' | 'role'>[], number]>(
        'delete from member_invites where org_id = $1 and id = $2 returning id, address, role',
        [actor.orgId, id],
      );
      if (invite) {
        await note(manager, actor, 'member.invite-withdrawn', invite);
      }
      return invite?.address ?? null;
    });
  }

  private async post(
    manager: EntityManager,
    { orgId, userId }: Actor,
    { id, address, role, expiresAt }: WrittenInvite,
    token: string,
  ): Promise<void> {
    const [names] = await manager.query<{ orgName: string; timeZone: string; inviterName: string | null }[]>(
      `select o.name "orgName", o.time_zone "timeZone", u.name "inviterName"
         from orgs o left join users u on u.id = $2 where o.id = $1`,
      [orgId, userId],
    );
    const { orgName, timeZone, inviterName } = names!;
    await this.mails.post(manager, {
      kind: 'invite',
      to: address,
      orgId,
      inviteId: id,
      values: {
        inviter_name: inviterName ?? orgName,
        org_name: orgName,
        role: roleWords[role].asWhat,
        expires: fullTime(expiresAt, timeZone),
      },
      path: invitePath,
      token,
    });
  }
}

async function note(
  manager: EntityManager,
  actor: Actor,
  action: ActivityAction,
  { id, role }: Pick<MemberInvite, 'id' | 'role'>,
): Promise<void> {
  await recordActivity(manager, actor, { action, subject: { type: 'member-invite', id }, after: { role } });
}
