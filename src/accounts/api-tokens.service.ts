import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import type { Actor, Role } from '../shared/actor.js';
import type { ApiToken, ApiTokenScope } from './api-token.entity.js';

/** Known to nobody else, so that scanners of source code can tell what they found. */
const prefix = 'ilt_';
const tokenBytes = 32;
const wellFormed = /^ilt_[\w-]{43}$/;
const roleOf: Readonly<Record<ApiTokenScope, Role>> = { read: 'viewer', send: 'scheduler', manage: 'admin' };

export interface NewApiToken {
  readonly name: string;
  readonly scope: ApiTokenScope;
  /** Null: until it is revoked. */
  readonly days: number | null;
}

export interface ListedApiToken extends Pick<
  ApiToken,
  'id' | 'name' | 'scope' | 'lastFour' | 'createdAt' | 'lastUsedAt' | 'expiresAt' | 'revokedAt'
> {
  readonly expired: boolean;
  readonly createdByName: string | null;
  /** Whether its maker still belongs to the organization. */
  readonly createdByMember: boolean;
  readonly revokedByName: string | null;
}

@Injectable()
export class ApiTokensService {
  constructor(private readonly dataSource: DataSource) {}

  /** Those nobody revoked, the newest first. */
  async list(actor: Actor): Promise<ListedApiToken[]> {
    return this.read('t.org_id = $1 and t.revoked_at is null', [actor.orgId]);
  }

  async find(actor: Actor, id: string): Promise<ListedApiToken | null> {
    const [token] = await this.read('t.org_id = $1 and t.id = $2', [actor.orgId, id]);
    return token ?? null;
  }

  /** The token, which is kept nowhere; null where another in force has this name. */
  async make(actor: Actor, { name, scope, days }: NewApiToken): Promise<string | null> {
    const token = prefix + randomBytes(tokenBytes).toString('base64url');
    return this.dataSource.transaction(async (manager) => {
      const [made] = await manager.query<{ id: string }[]>(
        `insert into api_tokens (org_id, name, scope, token_hash, last_four, created_by, created_at, expires_at)
       values ($1, $2, $3, $4, $5, $6, clock_timestamp(), clock_timestamp() + make_interval(days => $7))
           on conflict (org_id, lower(name)) where revoked_at is null do nothing returning id`,
        [actor.orgId, name, scope, hashOf(token), token.slice(-4), actor.userId, days],
      );
      if (!made) {
        return null;
      }
      const subject = { type: 'api-token', id: made.id } as const;
      await recordActivity(manager, actor, { action: 'api-token.made', subject, after: { scope, days } });
      return token;
    });
  }

  /** Whether it was still there to revoke. */
  async revoke(actor: Actor, id: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const [, revoked] = await manager.query<[unknown, number]>(
        `update api_tokens set revoked_at = clock_timestamp(), revoked_by = $3
        where org_id = $1 and id = $2 and revoked_at is null`,
        [actor.orgId, id, actor.userId],
      );
      if (revoked > 0) {
        await recordActivity(manager, actor, { action: 'api-token.revoked', subject: { type: 'api-token', id } });
      }
      return revoked > 0;
    });
  }

  /** Who a program is that shows this token; null where it is malformed, unknown, revoked or expired. */
  async recognise(token: string): Promise<Actor | null> {
    if (!wellFormed.test(token)) {
      return null;
    }
    const [found] = await this.dataSource.query<
      (Pick<ApiToken, 'id' | 'orgId' | 'name' | 'scope'> & { noted: boolean | null })[]
    >(
      `select id, org_id "orgId", name, scope, last_used_at > clock_timestamp() - interval '1 minute' noted from api_tokens
        where token_hash = $1 and revoked_at is null and (expires_at is null or expires_at > clock_timestamp())`,
      [hashOf(token)],
    );
    if (!found) {
      return null;
    }
    const { id, orgId, name, scope, noted } = found;
    if (!noted) {
      await this.dataSource.query('update api_tokens set last_used_at = clock_timestamp() where id = $1', [id]);
    }
    return { orgId, role: roleOf[scope], userId: null, apiToken: { id, name } };
  }

  private async read(condition: string, values: string[]): Promise<ListedApiToken[]> {
    return this.dataSource.query<ListedApiToken[]>(
      `select t.id, t.name, t.scope, t.last_four "lastFour", t.created_at "createdAt", t.last_used_at "lastUsedAt",
              t.expires_at "expiresAt", t.revoked_at "revokedAt", coalesce(t.expires_at <= clock_timestamp(), false) expired,
              u.name "createdByName", m.user_id is not null "createdByMember", r.name "revokedByName"
         from api_tokens t
         left join users u on u.id = t.created_by
         left join memberships m on m.org_id = t.org_id and m.user_id = t.created_by
         left join users r on r.id = t.revoked_by
        where ${condition} order by t.created_at desc, t.id`,
      values,
    );
  }
}

/** 256 random bits need no salt and no slow hash; a lookup by hash tells nothing by its time. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
