import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { AccountsService, type NewAdmin } from './accounts.service.js';
import { SetupToken } from './setup-token.entity.js';
import { User } from './user.entity.js';

const firstRunLockKey = 7_295_002;
const tokenBytes = 24;
const tokenHours = 24;

export type SetupResult = { ok: true; userId: string; orgId: string } | { ok: false; reason: 'done' | 'wrong-token' };

/**
 * The first admin: from the environment, or by a page that one printed token opens. Replicas take turns at an
 * advisory lock, so that one of them wins and the others find its work.
 */
@Injectable()
export class FirstRunService implements OnApplicationBootstrap {
  constructor(
    private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const token = await this.underLock(async (manager) => {
      if (await manager.existsBy(User, {})) {
        return null;
      }
      if (this.settings.firstAdmin) {
        const { org } = await this.accounts.createOrganization(manager, { name: 'Admin', ...this.settings.firstAdmin });
        await noteOrganization(manager, org.id, null);
        return null;
      }
      return this.newToken(manager);
    });
    if (token) {
      // Outside the log on purpose: the token is shown once, to whoever starts the container.
      process.stdout.write(`\nFirst run: make the first admin at ${this.settings.publicUrl}/setup?token=${token}\n\n`);
    }
  }

  async isDone(): Promise<boolean> {
    return this.dataSource.manager.existsBy(User, {});
  }

  /** Makes the first organization and admin, once, for whoever holds the token. */
  async complete(token: string, admin: NewAdmin): Promise<SetupResult> {
    return this.underLock(async (manager): Promise<SetupResult> => {
      if (await manager.existsBy(User, {})) {
        return { ok: false, reason: 'done' };
      }
      const stored = await manager
        .createQueryBuilder(SetupToken, 't')
        .where('t.expires_at > clock_timestamp()')
        .getOne();
      if (!stored || !sameHash(stored.tokenHash, hashOf(token))) {
        return { ok: false, reason: 'wrong-token' };
      }
      const { org, admin: made } = await this.accounts.createOrganization(manager, admin);
      await manager.delete(SetupToken, { id: true });
      await noteOrganization(manager, org.id, made.id);
      return { ok: true, userId: made.id, orgId: org.id };
    });
  }

  private async newToken(manager: EntityManager): Promise<string | null> {
    const alive = await manager.query<unknown[]>('select 1 from setup_tokens where expires_at > clock_timestamp()');
    if (alive.length > 0) {
      return null;
    }
    const token = randomBytes(tokenBytes).toString('base64url');
    await manager.query(
      `insert into setup_tokens (token_hash, expires_at) values ($1, clock_timestamp() + make_interval(hours => $2))
       on conflict (id) do update set token_hash = excluded.token_hash, expires_at = excluded.expires_at`,
      [hashOf(token), tokenHours],
    );
    return token;
  }

  private underLock<Result>(work: (manager: EntityManager) => Promise<Result>): Promise<Result> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [firstRunLockKey]);
      return work(manager);
    });
  }
}

async function noteOrganization(manager: EntityManager, orgId: string, userId: string | null): Promise<void> {
  const subject = { type: 'organization', id: orgId } as const;
  await recordActivity(manager, { orgId, userId }, { action: 'organization.made', subject });
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function sameHash(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
