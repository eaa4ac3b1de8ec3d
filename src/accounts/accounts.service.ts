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

  /** A new organization with its first admin. */
  async createOrganization(manager: EntityManager, admin: NewAdmin): Promise<{ org: Org; user: User }> {
    const org = await manager.save(Org, {
      name: admin.organizationName,
      slug: await this.freeSlug(manager, admin.organizationName),
      timeZone: admin.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone,
      undoWindowSeconds: this.settings.undoWindowSeconds,
    });
    const user = await this.addMember(manager, org.id, admin, 'admin');
    return { org, user };
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
