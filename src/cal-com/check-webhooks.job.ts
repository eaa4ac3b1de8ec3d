import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Org } from '../accounts/org.entity.js';
import { Jobs } from '../jobs/jobs.service.js';
import { systemActor, type Actor } from '../shared/actor.js';
import { CalComConfig } from './cal-com-config.entity.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import { isUnreadable, WebhookEndpoints } from './webhook-endpoints.service.js';

const queue = 'check-webhooks';
const everyMinute = '* * * * *';
const hourMs = 60 * 60_000;
const dayMs = 24 * hourMs;

/**
 * Finds whose webhook is to be looked at: where the environment's key or our own address has changed, where Cal.com
 * refused or did not answer, and once a day everyone's.
 */
@Injectable()
export class CheckWebhooksJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly endpoints: WebhookEndpoints,
  ) {}

  onModuleInit(): void {
    this.jobs.register(queue, () => this.check(), { cron: everyMinute, atStart: true, oneWaitingPerKey: true });
  }

  private async check(): Promise<void> {
    for (const { id } of await this.dataSource.getRepository(Org).find({ select: { id: true } })) {
      const actor = systemActor(id);
      if (await this.isDue(actor)) await this.endpoints.ask(actor);
    }
  }

  private async isDue(actor: Actor): Promise<boolean> {
    const connection = await this.configs.connection(actor);
    const config = await this.dataSource.getRepository(CalComConfig).findOneBy({ orgId: actor.orgId });
    if (!config) return connection !== null;
    if (isUnreadable(config, connection)) return false;
    if (!this.endpoints.fits(config, connection)) return true;
    const waitMs = config.webhookId ? dayMs : hourMs;
    return connection !== null && Date.now() - (config.webhookCheckedAt?.getTime() ?? 0) >= waitMs;
  }
}
