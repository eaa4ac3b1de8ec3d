import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { DeliveryOutcome } from '../transports/delivery-outcome.js';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import type { Claim, ClaimedBatch } from './claimed-batch.js';
import { EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';
import { NewBatchesService } from './new-batches.service.js';
import { OpenBatchesService } from './open-batches.service.js';
import { SettlementsService } from './settlements.service.js';

const maxLanes = 4;
const settleTries = 5;

/**
 * Sends what is due: claim, commit, call, settle. A few lanes do so at a time, so that a slow answer does not hold up
 * the next turn. Looks once a second by itself, and at once when woken.
 */
@Injectable()
export class EmailWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('email');
  private readonly lanes = new Set<Promise<void>>();
  private poll: NodeJS.Timeout | null = null;
  private later: NodeJS.Timeout | null = null;
  private stopped = false;
  private lastPause: { readonly outcome: DeliveryOutcome; readonly at: number } | null = null;

  constructor(
    private readonly dataSource: DataSource,
    private readonly openBatches: OpenBatchesService,
    private readonly newBatches: NewBatchesService,
    private readonly settlements: SettlementsService,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
  ) {}

  onApplicationBootstrap(): void {
    this.poll = setInterval(() => this.wake(), this.timings.pollMs);
    this.wake();
  }

  /** Lets the calls under way end; a call that does not leaves its batch to the lease. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.poll ?? undefined);
    clearTimeout(this.later ?? undefined);
    await Promise.all(this.lanes);
    await this.transport.close?.();
  }

  wake(): void {
    if (this.stopped || this.lanes.size >= maxLanes) {
      return;
    }
    const lane = this.run()
      .catch((error: unknown) => this.logger.error(error))
      .finally(() => this.lanes.delete(lane));
    this.lanes.add(lane);
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      const claim = await this.claim();
      if (claim.kind === 'nothing') {
        return;
      }
      if (claim.kind === 'later') {
        this.wakeIn(claim.waitMs);
        return;
      }
      if (claim.kind === 'batch') {
        this.wake();
        await this.send(claim.batch);
      }
    }
  }

  private async claim(): Promise<Claim> {
    return this.dataSource.transaction(async (manager) => {
      const open = await this.openBatches.claim(manager);
      return open.kind === 'nothing' ? this.newBatches.claim(manager) : open;
    });
  }

  private async send(batch: ClaimedBatch): Promise<void> {
    await sleep(batch.waitMs);
    const outcome = this.reasonNotToCall(batch) ?? (await this.call(batch));
    if (outcome.kind === 'paused') {
      this.lastPause = { outcome, at: performance.now() };
    }
    await this.settle(batch, outcome);
  }

  /** While it waited for its turn, the process may have been held up, or another call been told to stop. */
  private reasonNotToCall(batch: ClaimedBatch): DeliveryOutcome | null {
    const lateMs = performance.now() - batch.leasedAt - batch.waitMs;
    if (lateMs > this.timings.leaseMarginMs / 2) {
      return tooLate;
    }
    return this.lastPause && this.lastPause.at > batch.leasedAt ? this.lastPause.outcome : null;
  }

  private async call(batch: ClaimedBatch): Promise<DeliveryOutcome> {
    try {
      return await this.transport.deliver(batch, AbortSignal.timeout(this.timings.requestTimeoutMs));
    } catch (error) {
      this.logger.error(error);
      return { kind: 'unclear', code: 'no_answer', reason: 'The call broke off.', retryAfterMs: null };
    }
  }

  /** An answer is precious: it is written down even if the database is away for a moment. */
  private async settle(batch: ClaimedBatch, outcome: DeliveryOutcome): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.dataSource.transaction((manager) => this.settlements.settle(manager, batch, outcome));
      } catch (error) {
        if (tries === settleTries) {
          throw error;
        }
        await sleep(this.timings.leaseMarginMs / settleTries / 2);
      }
    }
  }

  private wakeIn(waitMs: number): void {
    if (!this.stopped && waitMs < this.timings.pollMs) {
      clearTimeout(this.later ?? undefined);
      this.later = setTimeout(() => this.wake(), waitMs);
    }
  }
}

/** The lease might not outlive the call: nothing was sent, so it can wait. */
const tooLate: DeliveryOutcome = { kind: 'busy', code: 'held_up', reason: 'The server was busy.', retryAfterMs: 0 };
