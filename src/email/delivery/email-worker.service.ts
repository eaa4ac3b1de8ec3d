import {
  Inject,
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type EntityManager } from 'typeorm';
import type { DeliveryOutcome, ProviderPace } from '../transports/delivery-outcome.js';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import type { Claim, ClaimedBatch } from './claimed-batch.js';
import { busyMs, EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';
import { NewBatchesService } from './new-batches.service.js';
import { OpenBatchesService } from './open-batches.service.js';
import { RateGatesService } from './rate-gates.service.js';
import { SettlementsService } from './settlements.service.js';

const maxLanes = 10;
const betweenTriesMs = 200;
const confirmAheadMs = 5;
const unnotedLatenessMs = 5;

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
  /** No turn is to be had for a moment, so nobody needs to ask. */
  private resting = false;
  private claiming: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly openBatches: OpenBatchesService,
    private readonly newBatches: NewBatchesService,
    private readonly settlements: SettlementsService,
    private readonly gates: RateGatesService,
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

  /** One lane at a time: the others would only wait for it, each with a connection in its hands. */
  private claim(): Promise<Claim> {
    const claim = this.claiming.then((): Claim | Promise<Claim> =>
      this.resting
        ? { kind: 'nothing' }
        : this.dataSource.transaction(async (manager) => {
            const open = await this.openBatches.claim(manager);
            return open.kind === 'nothing' ? this.newBatches.claim(manager) : open;
          }),
    );
    this.claiming = claim.catch(() => undefined);
    return claim;
  }

  private async send(batch: ClaimedBatch): Promise<void> {
    if (!(await this.mayCall(batch))) {
      return this.untilLeaseEnds(batch, (manager) => this.settlements.putBack(manager, batch, busyMs));
    }
    const outcome = await this.call(batch);
    await this.untilLeaseEnds(batch, (manager) => this.settlements.settle(manager, batch, outcome));
  }

  /**
   * While it waited for its turn, the process may have been held up so long that the lease would not outlive the call,
   * or another call been told to stop.
   */
  private async mayCall(batch: ClaimedBatch): Promise<boolean> {
    const onTime = () =>
      performance.now() - batch.leasedAt - batch.turn.waitMs < this.timings.leaseMarginMs / 2 && !this.stopped;
    try {
      await sleepUntil(batch.turn.at - confirmAheadMs);
      const confirmed = onTime() && (await this.gates.confirm(batch.turn));
      await sleepUntil(batch.turn.at);
      return confirmed && onTime() && !this.gates.isHeld;
    } catch (error) {
      this.logger.error(error);
      return false;
    }
  }

  private async call(batch: ClaimedBatch): Promise<DeliveryOutcome> {
    const calledAt = performance.now();
    try {
      const signal = AbortSignal.timeout(this.timings.requestTimeoutMs);
      const mayGo = () => this.openBatches.letGo(this.dataSource.manager, batch);
      const delivery = this.transport.deliver(batch, signal, mayGo);
      const [{ outcome, pace }] = await Promise.all([delivery, this.noteLateness(batch)]);
      await this.keepPace(outcome, pace, performance.now() - calledAt);
      return outcome;
    } catch (error) {
      this.logger.error(error);
      return { kind: 'unclear', code: 'no_answer', reason: 'The call broke off.', retryAfterMs: null };
    }
  }

  /** A busy process calls late, and what follows in a second must not come too early then. */
  private async noteLateness({ turn }: ClaimedBatch): Promise<void> {
    const lateMs = performance.now() - turn.at + turn.vagueMs;
    if (lateMs > unnotedLatenessMs) {
      await this.gates.postpone(turn, lateMs).catch((error: unknown) => this.logger.error(error));
    }
  }

  /** At once and for all replicas: what was asked for holds from the answer on, not from its settlement. */
  private async keepPace(outcome: DeliveryOutcome, pace: ProviderPace | undefined, tookMs: number): Promise<void> {
    try {
      if (outcome.kind === 'busy') {
        await this.gates.hold(outcome.retryAfterMs ?? busyMs);
      }
      if (pace && (await this.gates.learn(pace, tookMs))) {
        this.resting = false;
      }
    } catch (error) {
      this.logger.error(error);
    }
  }

  /** An answer is precious: it is written down even if the database is away for a while. */
  private async untilLeaseEnds(batch: ClaimedBatch, work: (manager: EntityManager) => Promise<void>): Promise<void> {
    const { requestTimeoutMs, leaseMarginMs } = this.timings;
    const leaseEndsAt = batch.leasedAt + batch.turn.waitMs + requestTimeoutMs + leaseMarginMs;
    for (;;) {
      try {
        return await this.dataSource.transaction(work);
      } catch (error) {
        if (performance.now() > leaseEndsAt) {
          throw error;
        }
        await sleep(betweenTriesMs);
      }
    }
  }

  private wakeIn(waitMs: number): void {
    if (!this.stopped && waitMs < this.timings.pollMs) {
      this.resting = true;
      clearTimeout(this.later ?? undefined);
      this.later = setTimeout(() => {
        this.resting = false;
        this.wake();
      }, waitMs);
    }
  }
}

/** Timers may fire a little early. */
async function sleepUntil(at: number): Promise<void> {
  for (let leftMs = at - performance.now(); leftMs > 0; leftMs = at - performance.now()) {
    await sleep(leftMs);
  }
}
