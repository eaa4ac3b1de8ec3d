import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../../../jobs/jobs.service.js';
import { systemActor, type Actor } from '../../../shared/actor.js';
import { describeBookingFailure, type CancelOutcome } from '../booking-outcome.js';
import { BookingsService } from '../bookings.service.js';
import { BookingChangesService } from '../changes/booking-changes.service.js';
import { closedInWords } from '../one/booking.view.js';
import type { BulkRowState } from './bulk-action-row.entity.js';
import type { BulkAction, BulkKind } from './bulk-action.entity.js';
import { BulkActionsService, bulkActionQueue, type BulkActionJob, type ClaimedRow } from './bulk-actions.service.js';

/** A job that takes longer makes way for others and goes on later. */
const longestTurnMs = 120_000;

/** Does a bulk action, one booking after the other, at the pace that the gateway keeps for the key. */
@Injectable()
export class ActOnBookingsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly actions: BulkActionsService,
    private readonly bookings: BookingsService,
    private readonly changes: BookingChangesService,
  ) {}

  onModuleInit(): void {
    this.jobs.register<BulkActionJob>(bulkActionQueue, (job) => this.work(job), { oneWaitingPerKey: true });
  }

  async work(job: BulkActionJob): Promise<void> {
    const actor = systemActor(job.orgId);
    const action = await this.actions.find(actor, job.actionId);
    const until = Date.now() + longestTurnMs;
    if (!action) {
      return;
    }
    for (let row = await this.actions.claim(job); row; row = await this.actions.claim(job)) {
      const outcome = await this.actOrGiveUp(actor, action, row, job);
      const pauseUntil = outcome.ok || outcome.failure.kind !== 'rate-limited' ? null : outcome.failure.until;
      await this.actions.settle(job, row.bookingId, settled(outcome, action.kind));
      if (pauseUntil ?? Date.now() > until) {
        return this.goOn(job, pauseUntil ?? new Date());
      }
    }
  }

  /** A row that nobody expected to fail must not be left as if somebody worked on it. */
  private async actOrGiveUp(
    actor: Actor,
    action: BulkAction,
    row: ClaimedRow,
    job: BulkActionJob,
  ): Promise<CancelOutcome> {
    try {
      return await this.act(actor, action, row);
    } catch (error) {
      await this.actions.settle(job, row.bookingId, {
        state: 'failed',
        reason: 'Something went wrong here. Try it again.',
      });
      throw error;
    }
  }

  private async act(
    actor: Actor,
    { kind, reason }: BulkAction,
    { bookingId, uid }: ClaimedRow,
  ): Promise<CancelOutcome> {
    const outcome =
      kind === 'cancel'
        ? await this.bookings.cancel(actor, uid, reason)
        : await this.changes.markNoShow(actor, bookingId);
    return outcome ?? { ok: false, failure: { kind: 'not-found', what: 'booking' } };
  }

  private goOn({ orgId, actionId }: BulkActionJob, startAfter: Date): Promise<void> {
    return this.actions.wake(this.dataSource.manager, orgId, actionId, startAfter);
  }
}

/** Nothing was done while Cal.com asks for a pause: the row waits on. */
function settled(outcome: CancelOutcome, kind: BulkKind): { state: BulkRowState; reason: string | null } {
  if (outcome.ok) {
    const isMeant = kind === 'no_show' || (outcome.booking.status === 'cancelled' && !outcome.booking.wasMoved());
    return isMeant ? { state: 'done', reason: null } : { state: 'failed', reason: closedInWords(outcome.booking) };
  }
  const reason = describeBookingFailure(outcome.failure);
  return { state: outcome.failure.kind === 'rate-limited' ? 'waiting' : 'failed', reason };
}
