import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor, Role } from '../shared/actor.js';
import type { Person } from '../web/shell.js';

export interface Member {
  readonly actor: Actor;
  readonly person: Person;
}

interface MemberRow {
  orgId: string;
  userId: string;
  role: Role;
  name: string;
  email: string;
  orgName: string;
  timeZone: string;
}

/** Who somebody is in an organization: read anew on each request, so that a removed person is out at once. */
@Injectable()
export class MembersService {
  constructor(private readonly dataSource: DataSource) {}

  /** For a session of this generation: those before it are over. */
  async find(userId: string, orgId: string, generation: number): Promise<Member | null> {
    return this.first('m.user_id = $1 and m.org_id = $2 and u.session_generation = $3', [userId, orgId, generation]);
  }

  /** The organization somebody lands in after signing in: the one they joined first. */
  async findFirst(userId: string): Promise<Member | null> {
    return this.first('m.user_id = $1', [userId]);
  }

  private async first(condition: string, values: unknown[]): Promise<Member | null> {
    const [row] = await this.dataSource.query<MemberRow[]>(
      `select m.org_id "orgId", m.user_id "userId", m.role, u.name, u.email, o.name "orgName", o.time_zone "timeZone"
         from memberships m
         join users u on u.id = m.user_id and u.disabled_at is null
         join orgs o on o.id = m.org_id
        where ${condition} order by m.created_at limit 1`,
      values,
    );
    if (!row) {
      return null;
    }
    const { orgId, userId, role, ...person } = row;
    return { actor: { orgId, userId, role }, person };
  }
}
