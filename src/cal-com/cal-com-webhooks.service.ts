import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Actor } from '../shared/actor.js';
import { CalComConfig } from './cal-com-config.entity.js';
import { endpointsUrl } from './webhook-endpoint.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';

/** How an organization hears of its bookings. */
export interface WebhookState {
  /** `asking`: Cal.com has not answered yet. `polling`: there is no webhook, so Cal.com is asked every few minutes. */
  readonly phase: 'asking' | 'registered' | 'polling';
  readonly since: Date | null;
  /** When a rightly signed one last came. */
  readonly seenAt: Date | null;
  /** Why there is none, or why we could not look whether it is there still. */
  readonly problem: string | null;
  readonly address: string;
  /** When the bookings were last read from Cal.com, and why the last try failed. */
  readonly readAt: Date | null;
  readonly readProblem: string | null;
}

const lookEveryMs = 100;
/** A webhook takes its time, and the clocks of two servers differ. */
const tolerance = '5 minutes';

@Injectable()
export class CalComWebhooksService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly endpoints: WebhookEndpoints,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** `null`: nothing was ever asked for this organization. */
  async state({ orgId }: Actor): Promise<WebhookState | null> {
    const config = await this.configs.findOneBy({ orgId });
    if (!config?.endpointId) return null;
    return {
      phase: !config.webhookCheckedAt ? 'asking' : config.webhookId ? 'registered' : 'polling',
      since: config.webhookRegisteredAt,
      seenAt: config.webhookSeenAt,
      problem: config.webhookProblem,
      address: endpointsUrl(this.settings) + config.endpointId,
      readAt: config.bookingsSyncedAt,
      readProblem: config.bookingsProblem,
    };
  }

  /** The last change of a booking that the webhook, though registered by then, has told nothing of. */
  async missedSince({ orgId }: Actor): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ at: Date | null }[]>(
      `select max(b.cal_updated_at) at
         from cal_com_configs c join cal_com_bookings b on b.org_id = c.org_id
        where c.org_id = $1 and b.cal_updated_at > greatest(c.webhook_seen_at, c.webhook_registered_at) + $2::interval
          and b.cal_updated_at < clock_timestamp() - $2::interval`,
      [orgId, tolerance],
    );
    return row!.at;
  }

  registerAgain(actor: Actor): Promise<void> {
    return this.endpoints.ask(actor);
  }

  /** The state once Cal.com has answered, or as it is when that takes too long. */
  async settled(actor: Actor, patienceMs: number): Promise<WebhookState | null> {
    const deadline = Date.now() + patienceMs;
    let state = await this.state(actor);
    while (state?.phase === 'asking' && Date.now() < deadline) {
      await pause(lookEveryMs);
      state = await this.state(actor);
    }
    return state;
  }

  /** Why the webhook of a former connection is still at Cal.com, until somebody has seen to it. */
  async leftover({ orgId }: Actor): Promise<string | null> {
    return (await this.configs.findOneBy({ orgId }))?.webhookLeftover ?? null;
  }

  async dismissLeftover({ orgId }: Actor): Promise<void> {
    await this.configs.update({ orgId }, { webhookLeftover: null });
  }

  private get configs() {
    return this.dataSource.getRepository(CalComConfig);
  }
}
