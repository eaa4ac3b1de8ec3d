import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Vault } from '../encryption/vault.service.js';
import { Jobs } from '../jobs/jobs.service.js';
import { systemActor } from '../shared/actor.js';
import { CalComConfig } from './cal-com-config.entity.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import type { CalComConnection } from './cal-com-connection.js';
import type { CalComFailure } from './cal-com-failure.js';
import { CalComService } from './cal-com.service.js';
import { type FormerWebhook, openedConnection, removeWebhookQueue } from './former-webhook.js';
import { describeWebhookFailure } from './webhook-endpoint.js';

/** Before the second attempt, and each one after it. */
const retryDelaysMs = [60_000, 10 * 60_000, 60 * 60_000];
const passingTroubles: readonly CalComFailure['kind'][] = ['rate-limited', 'unavailable', 'unknown-outcome'];

/** Removes at Cal.com what was registered for a connection that is gone; where it cannot, the settings say so. */
@Injectable()
export class RemoveWebhookJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly vault: Vault,
  ) {}

  onModuleInit(): void {
    this.jobs.register<FormerWebhook>(removeWebhookQueue, (former) => this.remove(former));
  }

  private async remove(former: FormerWebhook): Promise<void> {
    const connections = await this.connectionsFor(former);
    const failure = await this.removeAtCalCom(former, connections);
    const delayMs = failure && passingTroubles.includes(failure.kind) ? retryDelaysMs[former.attempt - 1] : undefined;
    await this.dataSource.transaction(async (manager) => {
      const webhookLeftover = connections.length === 0 ? noKey : failure && describeWebhookFailure(failure);
      await manager.update(CalComConfig, { orgId: former.orgId }, { webhookLeftover });
      if (delayMs) {
        const next: FormerWebhook = { ...former, attempt: former.attempt + 1 };
        await this.jobs.enqueue(manager, removeWebhookQueue, next, { startAfter: new Date(Date.now() + delayMs) });
      }
    });
  }

  /** The key it was registered with; where that is of no use any more, a new key of the same account will do. */
  private async connectionsFor(former: FormerWebhook): Promise<CalComConnection[]> {
    const over = openedConnection(this.vault, former);
    const current = await this.configs.connection(systemActor(former.orgId));
    return [over, current].filter((connection) => connection !== null);
  }

  /** What kept us from it; that it is gone already is as good, where its own server says so. */
  private async removeAtCalCom(
    { webhookId }: FormerWebhook,
    connections: readonly CalComConnection[],
  ): Promise<CalComFailure | null> {
    let failure: CalComFailure | null = null;
    for (const connection of connections) {
      const outcome = await this.calCom.deleteWebhook(connection, webhookId);
      const isItsServer = connection.apiUrl === connections[0]!.apiUrl;
      if (outcome.ok || (outcome.failure.kind === 'not-found' && isItsServer)) return null;
      failure ??= outcome.failure;
    }
    return failure;
  }
}

const noKey = 'There is no key any more to remove it with.';
