import { Inject, Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Vault } from '../encryption/vault.service.js';
import { Jobs } from '../jobs/jobs.service.js';
import type { Actor } from '../shared/actor.js';
import { CalComConfig } from './cal-com-config.entity.js';
import type { CalComConnection } from './cal-com-connection.js';
import { type FormerWebhook, removeWebhookQueue, sealedConnection } from './former-webhook.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';

export const registerWebhookQueue = 'register-webhook';

export interface RegisterWebhook {
  readonly orgId: string;
}

/** What came of asking Cal.com: its id of the webhook, and what is the matter, in plain words. */
export interface WebhookResult {
  readonly webhookId: string | null;
  readonly problem: string | null;
}

export interface FoundEndpoint {
  readonly endpointId: string;
  readonly orgId: string;
  readonly secret: string;
  /** As it is stored: another one, and the secret is another one. */
  readonly sealedSecret: string;
}

const endpointIdBytes = 16;
const secretBytes = 32;
/** Longer than all that one look can ask of Cal.com, each with its time limit. */
const busySeconds = 120;

/**
 * Our side of the webhook: an address that nobody can guess and a secret, of each connection its own. With the
 * connection both change, and what was registered for the former one is removed at Cal.com.
 */
@Injectable()
export class WebhookEndpoints {
  private readonly decoy: string;

  constructor(
    private readonly dataSource: DataSource,
    private readonly vault: Vault,
    private readonly jobs: Jobs,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.decoy = vault.encrypt(newSecret(), placeOfSecret(''));
  }

  /** Whose it is, and what a delivery to it has to be signed with. For one that nobody has the same work is done. */
  async find(endpointId: string): Promise<FoundEndpoint | null> {
    const [config] = await this.dataSource.query<{ orgId: string; sealed: string | null }[]>(
      'select org_id "orgId", webhook_secret sealed from cal_com_configs where endpoint_id = $1',
      [isEndpointId(endpointId) ? endpointId : ''],
    );
    const sealedSecret = config?.sealed ?? this.decoy;
    const secret = this.vault.decrypt(sealedSecret, placeOfSecret(config?.orgId ?? ''));
    return config && secret ? { endpointId, orgId: config.orgId, secret, sealedSecret } : null;
  }

  /** A rightly signed delivery has come. */
  async markSeen(orgId: string): Promise<void> {
    await this.dataSource.query('update cal_com_configs set webhook_seen_at = clock_timestamp() where org_id = $1', [
      orgId,
    ]);
  }

  /** Whether it was made for this connection and for the address we have now, and can be used. */
  fits(config: CalComConfig, connection: CalComConnection | null): boolean {
    if (!connection) return config.endpointId === null;
    return config.webhookConnection === this.fingerprint(connection) && this.secretOf(config) !== null;
  }

  /** Part of a change of the connection: from `former` to `current`, either of which may be none. */
  async follow(
    manager: EntityManager,
    config: CalComConfig,
    { former, current }: { former: CalComConnection | null; current: CalComConnection | null },
  ): Promise<void> {
    const { orgId, webhookId } = config;
    if (!this.fits(config, current)) {
      if (webhookId) await this.removeLater(manager, { orgId, webhookId }, former);
      await manager.update(CalComConfig, { orgId }, this.newEndpoint(orgId, current));
    }
    if (current) await this.askLater(manager, orgId);
  }

  /** Has Cal.com asked, whatever is known. */
  async ask({ orgId }: Actor): Promise<void> {
    await this.dataSource.transaction((manager) => this.askLater(manager, orgId));
  }

  /** For one who is about to ask Cal.com, and is alone in it. `null`: somebody is at it. */
  async claim(manager: EntityManager, { orgId }: Actor): Promise<WebhookEndpoint | null> {
    const [claimed] = await manager.query<[unknown[], number]>(
      `update cal_com_configs set webhook_busy_until = clock_timestamp() + make_interval(secs => $2)
        where org_id = $1 and coalesce(webhook_busy_until < clock_timestamp(), true) returning 1`,
      [orgId, busySeconds],
    );
    if (claimed.length === 0) {
      await this.lookAfter(manager, orgId, busySeconds);
      return null;
    }
    const config = await manager.findOneByOrFail(CalComConfig, { orgId });
    return { endpointId: config.endpointId!, secret: this.secretOf(config)!, webhookId: config.webhookId };
  }

  /** What came of it, unless the endpoint has changed meanwhile: then what was made for the former one is removed. */
  async settle(
    { orgId }: Actor,
    connection: CalComConnection,
    { endpointId }: WebhookEndpoint,
    { webhookId, problem }: WebhookResult,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [, count] = await manager.query<[unknown, number]>(
        `update cal_com_configs
            set webhook_registered_at = case when webhook_id = $3 then webhook_registered_at
                                             when $3 is not null then clock_timestamp() end,
                webhook_id = $3, webhook_problem = $4, webhook_checked_at = clock_timestamp(), webhook_busy_until = null
          where org_id = $1 and endpoint_id = $2`,
        [orgId, endpointId, webhookId, problem],
      );
      if (count === 0 && webhookId) await this.removeLater(manager, { orgId, webhookId }, connection);
    });
  }

  /** Of these, the ones that some organization has. */
  async listKnown(endpointIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'select endpoint_id id from cal_com_configs where endpoint_id = any($1)',
      [endpointIds],
    );
    return new Set(rows.map(({ id }) => id));
  }

  private secretOf({ orgId, webhookSecret }: CalComConfig): string | null {
    return webhookSecret && this.vault.decrypt(webhookSecret, placeOfSecret(orgId));
  }

  private fingerprint({ apiUrl, apiKey }: CalComConnection): string {
    return createHash('sha256').update(`${apiUrl}\n${apiKey}\n${this.settings.publicUrl}`).digest('base64url');
  }

  private newEndpoint(orgId: string, connection: CalComConnection | null): Partial<CalComConfig> {
    return {
      endpointId: connection && randomBytes(endpointIdBytes).toString('base64url'),
      webhookSecret: connection && this.vault.encrypt(newSecret(), placeOfSecret(orgId)),
      webhookConnection: connection && this.fingerprint(connection),
      webhookId: null,
      webhookProblem: null,
      webhookRegisteredAt: null,
      webhookSeenAt: null,
      webhookBusyUntil: null,
    };
  }

  private async askLater(manager: EntityManager, orgId: string): Promise<void> {
    const job: RegisterWebhook = { orgId };
    await manager.update(CalComConfig, { orgId }, { webhookCheckedAt: null });
    await this.jobs.enqueue(manager, registerWebhookQueue, job, { key: orgId });
  }

  /** In case whoever is at it never comes back. */
  private async lookAfter(manager: EntityManager, orgId: string, seconds: number): Promise<void> {
    const job: RegisterWebhook = { orgId };
    const startAfter = new Date(Date.now() + seconds * 1000);
    await this.jobs.enqueue(manager, registerWebhookQueue, job, { key: `${orgId} later`, startAfter });
  }

  private async removeLater(
    manager: EntityManager,
    place: Pick<FormerWebhook, 'orgId' | 'webhookId'>,
    over: CalComConnection | null,
  ): Promise<void> {
    const job: FormerWebhook = { ...place, connection: over && sealedConnection(this.vault, over, place), attempt: 1 };
    await this.jobs.enqueue(manager, removeWebhookQueue, job);
  }
}

/** There is a key, and no encryption key opens it: that may change, so what was registered with it stays. */
export function isUnreadable({ apiKey }: CalComConfig, connection: CalComConnection | null): boolean {
  return apiKey !== null && connection === null;
}

function isEndpointId(text: string): boolean {
  return /^[\w-]{22}$/.test(text);
}

function newSecret(): string {
  return randomBytes(secretBytes).toString('base64url');
}

function placeOfSecret(orgId: string): string {
  return `${orgId}|cal_com_configs|webhook_secret|${orgId}`;
}
