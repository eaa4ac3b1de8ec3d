import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../jobs/jobs.service.js';
import { systemActor, type Actor } from '../shared/actor.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import type { CalComConnection } from './cal-com-connection.js';
import type { WebhookEndpoint } from './webhook-endpoint.js';
import {
  isUnreadable,
  registerWebhookQueue,
  type RegisterWebhook,
  WebhookEndpoints,
} from './webhook-endpoints.service.js';
import { WebhookRegistration } from './webhook-registration.service.js';

interface Claim {
  readonly connection: CalComConnection;
  readonly endpoint: WebhookEndpoint;
}

/** Asks Cal.com for one organization's webhook; nothing is locked meanwhile, and one replica asks at a time. */
@Injectable()
export class RegisterWebhookJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly configs: CalComConfigsService,
    private readonly endpoints: WebhookEndpoints,
    private readonly registration: WebhookRegistration,
  ) {}

  onModuleInit(): void {
    this.jobs.register<RegisterWebhook>(registerWebhookQueue, ({ orgId }) => this.register(systemActor(orgId)), {
      oneWaitingPerKey: true,
    });
  }

  private async register(actor: Actor): Promise<void> {
    const claim = await this.claim(actor);
    if (claim) {
      const result = await this.registration.ensure(claim.connection, claim.endpoint);
      await this.endpoints.settle(actor, claim.connection, claim.endpoint, result);
    }
  }

  private claim(actor: Actor): Promise<Claim | null> {
    return this.configs.locked(actor, async (manager, config, connection) => {
      if (isUnreadable(config, connection)) return null;
      if (!this.endpoints.fits(config, connection)) {
        await this.endpoints.follow(manager, config, { former: null, current: connection });
        return null;
      }
      const endpoint = connection && !config.webhookCheckedAt ? await this.endpoints.claim(manager, actor) : null;
      return connection && endpoint && { connection, endpoint };
    });
  }
}
