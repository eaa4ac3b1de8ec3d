import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import type { Actor, Role } from '../shared/actor.js';
import type { Person } from '../web/shell.js';
import type { SessionOwner } from './session.js';

export interface Member {
  readonly actor: Actor;
  readonly person: Person;
}

/** As it is read beside a session. */
export interface MemberRow extends Person {
  readonly orgId: string;
  readonly userId: string;
  readonly role: Role;
  /** It was written down within the last minute that they are here. */
  readonly noted: boolean;
}

/** SQL: a member, by a condition over the membership `m`, the user `u` and the organization `o`. */
const memberWhere = (condition: string) => `
  select m.org_id "orgId", m.user_id "userId", m.role, u.name, u.email, o.name "orgName", o.time_zone "timeZone",
         coalesce(m.last_seen_at > clock_timestamp() - interval '1 minute', false) noted,
         o.asks_second_factor and not exists (
           select 1 from second_factors f where f.user_id = u.id and f.confirmed_at is not null
         ) "lacksFactor",
         array(
           select json_build_object('id', other.id, 'name', other.name)
             from memberships e join orgs other on other.id = e.org_id
            where e.user_id = m.user_id and e.org_id <> m.org_id order by lower(other.name), other.id
         ) "otherOrgs"
    from memberships m
    join users u on u.id = m.user_id and u.disabled_at is null
    join orgs o on o.id = m.org_id
   where ${condition} order by m.chosen_at desc nulls last, m.created_at limit 1`;

/** SQL: whom the session `s` is of; one of an earlier generation is over. */
export const memberOfSession = memberWhere(`m.user_id = (s.sess ->> 'userId')::uuid
  and m.org_id = (s.sess ->> 'orgId')::uuid and u.session_generation = (s.sess ->> 'generation')::int`);

/** Who somebody is in an organization: read anew on each request, so that a removed person is out at once. */
@Injectable()
export class MembersService {
  constructor(private readonly dataSource: DataSource) {}

  /** Who was read beside a session: that they are here is written down once a minute. */
  async welcome(row: MemberRow): Promise<Member> {
    if (!row.noted) {
      await this.dataSource.query(
        'update memberships set last_seen_at = clock_timestamp() where org_id = $1 and user_id = $2',
        [row.orgId, row.userId],
      );
    }
    return memberOf(row);
  }

  /** The organization somebody lands in after signing in: the one they chose last, else the one they joined first. */
  async findFirst(userId: string): Promise<Member | null> {
    const [row] = await this.dataSource.query<MemberRow[]>(memberWhere('m.user_id = $1'), [userId]);
    return row ? memberOf(row) : null;
  }

  /** Whose session it is, whether or not they belong to an organization. */
  async findUser({ userId, generation }: Partial<SessionOwner>): Promise<{ userId: string; email: string } | null> {
    const [user] = await this.dataSource.query<{ userId: string; email: string }[]>(
      `select id "userId", email from users where id = $1 and session_generation = $2 and disabled_at is null`,
      [userId ?? null, generation ?? null],
    );
    return user ?? null;
  }

  /** Whether they belong to it; then they land there from now on. */
  async choose(userId: string, orgId: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [, chosen] = await manager.query<[unknown, number]>(
        'update memberships set chosen_at = clock_timestamp() where user_id = $1 and org_id = $2',
        [userId, orgId],
      );
      if (chosen > 0) {
        await recordActivity(manager, { orgId, userId }, { action: 'sign-in.came-over' });
      }
      return chosen > 0;
    });
  }
}

function memberOf({ orgId, userId, role, noted: _noted, ...person }: MemberRow): Member {
  return { actor: { orgId, userId, role }, person };
}
