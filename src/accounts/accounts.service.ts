import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Membership } from './membership.entity.js';
import { Org } from './org.entity.js';
import { hashPassword, verifyPassword } from './passwords.js';
import { User } from './user.entity.js';
import type { Role } from '../shared/actor.js';

export interface NewAdmin {
  readonly organizationName: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly timeZone?: string;
}

export interface MadeAdmin {
  readonly id: string;
  /** They had an account with one. */
  readonly keepsPassword: boolean;
}

@Injectable()
export class AccountsService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Whoever has this address, disabled or not. */
  async findByEmail(email: string): Promise<User | null> {
    return this.dataSource
      .getRepository(User)
      .createQueryBuilder('u')
      .where('lower(u.email) = lower(:email)', { email })
      .getOne();
  }

  /** Whether this person may come in with this password. It takes as long where there is nobody. */
  async fits(user: User | null, password: string): Promise<boolean> {
    return (await verifyPassword(user?.passwordHash ?? null, password)) && user?.disabledAt === null;
  }

  /** A new organization with its first admin, who may have an account already. */
  async createOrganization(manager: EntityManager, admin: NewAdmin): Promise<{ org: Org; admin: MadeAdmin }> {
    const org = await manager.save(Org, {
      name: admin.organizationName,
      slug: await this.freeSlug(manager, admin.organizationName),
      timeZone: admin.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone,
      undoWindowSeconds: this.settings.undoWindowSeconds,
    });
    return { org, admin: await this.makeAdmin(manager, org.id, admin) };
  }

  /** Also of whoever has an account already, which keeps its password; groups at a provider have no say in it. */
  async makeAdmin(
    manager: EntityManager,
    orgId: string,
    person: { name: string; email: string; password: string },
  ): Promise<MadeAdmin> {
    const known = await this.findByEmail(person.email);
    if (!known) {
      return { id: (await this.addMember(manager, orgId, person, 'admin')).id, keepsPassword: false };
    }
    const { id, passwordHash } = known;
    const keepsPassword = passwordHash !== null;
    await manager.update(User, id, {
      disabledAt: null,
      ...(!keepsPassword && { passwordHash: await hashPassword(person.password) }),
    });
    await manager.query(
      `insert into memberships (org_id, user_id, role) values ($1, $2, 'admin')
           on conflict (org_id, user_id) do update set role = 'admin', from_provider = false`,
      [orgId, id],
    );
    return { id, keepsPassword };
  }

  async addMember(
    manager: EntityManager,
    orgId: string,
    person: { name: string; email: string; password: string },
    role: Role,
  ): Promise<User> {
    const passwordHash = await hashPassword(person.password);
    const user = await manager.save(User, { name: person.name, email: person.email, passwordHash });
    await manager.save(Membership, { orgId, userId: user.id, role });
    return user;
  }

  private async freeSlug(manager: EntityManager, name: string): Promise<string> {
    const base =
      name
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^a-z0-9]+/g, '-')
        .replace(/^-|-$/g, '') || 'org';
    const taken = new Set((await manager.find(Org, { select: { slug: true } })).map((org) => org.slug));
    const numbered = (number: number) => (number === 1 ? base : `${base}-${number}`);
    let number = 1;
    while (taken.has(numbered(number))) {
      number += 1;
    }
    return numbered(number);
  }
}
