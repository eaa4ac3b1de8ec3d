import { Inject, Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { type Role, roles, systemActor } from '../../shared/actor.js';
import { endSessionsOf } from '../end-sessions.js';
import { MembersService } from '../members.service.js';
import type { SessionOwner } from '../session.js';
import type { ProvidedPerson } from './provided-person.js';

/** Why somebody whom the provider let in stays out here. */
export type Refusal = 'no group' | 'no address' | 'unverified' | 'not linked' | 'disabled';

export type Admission =
  { readonly kind: 'in'; readonly owner: SessionOwner; readonly hasPassword: boolean } | { readonly kind: Refusal };

/** The strongest role in each organization, by its id. */
type Grants = ReadonlyMap<string, Role>;

interface KnownUser {
  readonly id: string;
  readonly disabled: boolean;
}

/**
 * Who comes by the provider, and what they may. Their groups decide at each sign-in about the memberships that came by
 * groups; those that were made here stay as they are.
 */
@Injectable()
export class ProvidedPeople {
  private readonly logger = new Logger(ProvidedPeople.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly members: MembersService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async admit(person: ProvidedPerson): Promise<Admission> {
    const admitted = await this.dataSource.transaction((manager) => this.settle(manager, person));
    if (typeof admitted === 'string') {
      this.logger.warn(`Somebody the provider let in stays out: ${admitted}`);
      return { kind: admitted };
    }
    const [user] = await this.dataSource.query<{ generation: number; hasPassword: boolean }[]>(
      `select session_generation generation, password_hash is not null "hasPassword" from users where id = $1`,
      [admitted.id],
    );
    const member = await this.members.findFirst(admitted.id);
    if (!user || !member) {
      return { kind: 'no group' };
    }
    const { generation, hasPassword } = user;
    return { kind: 'in', owner: { userId: admitted.id, orgId: member.actor.orgId, generation }, hasPassword };
  }

  private async settle(manager: EntityManager, person: ProvidedPerson): Promise<KnownUser | Refusal> {
    // Two first sign-ins at once make one account.
    await manager.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
      `${person.issuer} ${person.subject}`,
    ]);
    const grants = await this.grantsFor(manager, person.groups);
    const known = await findKnown(manager, person);
    const admitted = known ?? (grants.size > 0 ? await this.firstTime(manager, person, grants) : 'no group');
    if (typeof admitted === 'string') {
      return admitted;
    }
    if (admitted.disabled) {
      return 'disabled';
    }
    await syncMemberships(manager, admitted.id, grants);
    if (grants.size === 0) {
      await endSessionsOf(manager, admitted.id);
      return 'no group';
    }
    return admitted;
  }

  private async grantsFor(manager: EntityManager, groups: readonly string[]): Promise<Grants> {
    const granted = this.settings.oidc!.groupRoles.filter(({ group }) => groups.includes(group));
    const orgs = await manager.query<{ id: string; slug: string }[]>(
      'select id, slug from orgs order by created_at, id',
    );
    const grants = new Map<string, Role>();
    for (const { organization, role } of granted) {
      const org = organization === null ? orgs[0] : orgs.find(({ slug }) => slug === organization);
      if (!org) {
        this.logger.warn(`OIDC_GROUP_ROLES names the organization "${organization}", which there is not`);
      } else if (!isAtLeast(grants.get(org.id), role)) {
        grants.set(org.id, role);
      }
    }
    return grants;
  }

  /** An address proves little: see docs/security.md for when it leads to an account that exists. */
  private async firstTime(
    manager: EntityManager,
    person: ProvidedPerson,
    grants: Grants,
  ): Promise<KnownUser | Refusal> {
    const { issuer, subject, email, emailVerified, name } = person;
    if (email === null) {
      return 'no address';
    }
    if (emailVerified === false) {
      return 'unverified';
    }
    const [made] = await manager.query<KnownUser[]>(
      `insert into users (name, email) values ($1, $2) on conflict (lower(email)) do nothing
       returning id, false disabled`,
      [name ?? email, email],
    );
    const user = made ?? (await linkable(manager, person, grants));
    if (typeof user !== 'string') {
      await manager.query('insert into user_identities (issuer, subject, user_id) values ($1, $2, $3)', [
        issuer,
        subject,
        user.id,
      ]);
    }
    return user;
  }
}

async function findKnown(manager: EntityManager, { issuer, subject }: ProvidedPerson): Promise<KnownUser | null> {
  const [user] = await manager.query<KnownUser[]>(
    `select u.id, u.disabled_at is not null disabled from user_identities i join users u on u.id = i.user_id
      where i.issuer = $1 and i.subject = $2 for update of u`,
    [issuer, subject],
  );
  return user ?? null;
}

/** Whoever has the address, where the provider vouches for it and already grants all that the account may. */
async function linkable(
  manager: EntityManager,
  { issuer, email, emailVerified }: ProvidedPerson,
  grants: Grants,
): Promise<KnownUser | Refusal> {
  const [user] = await manager.query<KnownUser[]>(
    'select id, disabled_at is not null disabled from users where lower(email) = lower($1) for update',
    [email],
  );
  if (!user || !emailVerified) {
    return 'unverified';
  }
  if (user.disabled) {
    return 'disabled';
  }
  const [{ linked }] = await manager.query<[{ linked: boolean }]>(
    'select exists (select 1 from user_identities where user_id = $1 and issuer = $2) linked',
    [user.id, issuer],
  );
  const memberships = await manager.query<{ orgId: string; role: Role }[]>(
    'select org_id "orgId", role from memberships where user_id = $1',
    [user.id],
  );
  const isCovered = memberships.every(({ orgId, role }) => isAtLeast(grants.get(orgId), role));
  return linked || !isCovered ? 'not linked' : user;
}

/** Memberships that were made by hand are neither changed nor removed. */
async function syncMemberships(manager: EntityManager, userId: string, grants: Grants): Promise<void> {
  const subject = { type: 'person', id: userId } as const;
  const [removed] = await manager.query<[{ orgId: string; role: Role }[], number]>(
    `delete from memberships where user_id = $1 and from_provider and org_id <> all ($2::uuid[])
     returning org_id "orgId", role`,
    [userId, [...grants.keys()]],
  );
  for (const { orgId, role } of removed) {
    await recordActivity(manager, systemActor(orgId), { action: 'member.removed', subject, before: { role } });
  }
  const changed = await manager.query<{ orgId: string; role: Role; isNew: boolean }[]>(
    `insert into memberships (org_id, user_id, role, from_provider)
     select org_id, $1, role, true from unnest($2::uuid[], $3::text[]) granted (org_id, role)
         on conflict (org_id, user_id) do update set role = excluded.role
          where memberships.from_provider and memberships.role <> excluded.role
     returning org_id "orgId", role, xmax = 0 "isNew"`,
    [userId, [...grants.keys()], [...grants.values()]],
  );
  for (const { orgId, role, isNew } of changed) {
    const action = isNew ? 'member.added' : 'member.role-changed';
    await recordActivity(manager, systemActor(orgId), { action, subject, after: { role } });
  }
}

function isAtLeast(role: Role | undefined, needed: Role): boolean {
  return role !== undefined && roles.indexOf(role) >= roles.indexOf(needed);
}
