import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import type { Role } from '../../shared/actor.js';
import { hashPassword } from '../passwords.js';
import type { SessionOwner } from '../session.js';
import { inviteTokenHash } from './invite-token.js';

export interface OpenInvite {
  readonly orgId: string;
  readonly orgName: string;
  readonly address: string;
  readonly role: Role;
  /** Somebody has the address already, disabled or not. */
  readonly hasAccount: boolean;
}

type TakenInvite = Pick<OpenInvite, 'orgId' | 'address' | 'role'>;

/** Thrown inside a transaction that is to leave no trace. */
class NotTaken extends Error {}

/** What whoever holds the link of an invite does with it. An account that exists is never touched. */
@Injectable()
export class InviteAcceptance {
  constructor(private readonly dataSource: DataSource) {}

  /** Null where the token is unknown, used, withdrawn, replaced or expired. */
  async find(token: string): Promise<OpenInvite | null> {
    const [invite] = await this.dataSource.query<OpenInvite[]>(
      `select i.org_id "orgId", o.name "orgName", i.address, i.role,
              exists (select 1 from users u where lower(u.email) = lower(i.address)) "hasAccount"
         from member_invites i join orgs o on o.id = i.org_id
        where i.token_hash = $1 and i.expires_at > clock_timestamp()`,
      [inviteTokenHash(token)],
    );
    return invite ?? null;
  }

  /** Makes the account that the invite is for. Null where the invite is not open, or somebody has the address. */
  async makeAccount(token: string, name: string, password: string): Promise<SessionOwner | null> {
    const passwordHash = await hashPassword(password);
    return this.takeUp(token, async (manager, { orgId, address, role }) => {
      const [user] = await manager.query<{ id: string; generation: number }[]>(
        `insert into users (name, email, password_hash) values ($1, $2, $3)
             on conflict (lower(email)) do nothing returning id, session_generation generation`,
        [name, address, passwordHash],
      );
      if (!user) {
        throw new NotTaken();
      }
      await join(manager, orgId, user.id, role);
      return { userId: user.id, orgId, generation: user.generation };
    });
  }

  /**
   * Takes a person in whose account has the address. Who is a member already stays what they are. Answers the
   * organization; null where the invite is not open, or not for this person.
   */
  async join(token: string, userId: string): Promise<string | null> {
    return this.takeUp(token, async (manager, { orgId, address, role }) => {
      // Held until the end: nobody is disabled by their only organization while they join another.
      const invited = await manager.query<unknown[]>(
        'select 1 from users where id = $1 and lower(email) = lower($2) and disabled_at is null for share',
        [userId, address],
      );
      if (invited.length === 0) {
        throw new NotTaken();
      }
      await join(manager, orgId, userId, role);
      return orgId;
    });
  }

  /** Whoever comes second finds it gone. */
  private async takeUp<Result>(
    token: string,
    work: (manager: EntityManager, invite: TakenInvite) => Promise<Result>,
  ): Promise<Result | null> {
    try {
      return await this.dataSource.transaction(async (manager) => {
        const [[invite]] = await manager.query<[TakenInvite[], number]>(
          `delete from member_invites where token_hash = $1 and expires_at > clock_timestamp()
           returning org_id "orgId", address, role`,
          [inviteTokenHash(token)],
        );
        return invite ? await work(manager, invite) : null;
      });
    } catch (error) {
      if (error instanceof NotTaken) {
        return null;
      }
      throw error;
    }
  }
}

async function join(manager: EntityManager, orgId: string, userId: string, role: Role): Promise<void> {
  const [membership] = await manager.query<{ isNew: boolean }[]>(
    `insert into memberships (org_id, user_id, role, chosen_at) values ($1, $2, $3, clock_timestamp())
         on conflict (org_id, user_id) do update set chosen_at = excluded.chosen_at
     returning xmax = 0 "isNew"`,
    [orgId, userId, role],
  );
  if (membership?.isNew) {
    await recordActivity(manager, { orgId, userId }, { action: 'member.joined', after: { role } });
  }
}
