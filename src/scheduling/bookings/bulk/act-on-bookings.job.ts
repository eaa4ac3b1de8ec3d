import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../../jobs/jobs.service.js';
import { systemActor, type Actor } from '../../../shared/actor.js';
import type { CancelOutcome } from '../booking-outcome.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingsService } from '../bookings.service.js';
import { BookingChangesService } from '../changes/booking-changes.service.js';
import { closedInWords } from '../one/booking.view.js';
import { settledFailure } from '../work/settled-failure.js';
import type { Settlement, WorkJob } from '../work/work-rows.js';
import type { BulkAction, BulkKind } from './bulk-action.entity.js';
import { BulkActionsService, bulkActionQueue } from './bulk-actions.service.js';

/** Does a bulk action, one booking after the other, at the pace that the gateway keeps for the key. */
@Injectable()
export class ActOnBookingsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly actions: BulkActionsService,
    private readonly records: BookingRecordsService,
    private readonly bookings: BookingsService,
    private readonly changes: BookingChangesService,
  ) {}

  onModuleInit(): void {
    this.jobs.register<WorkJob>(bulkActionQueue, (job) => this.work(job), { oneWaitingPerKey: true });
  }

  async work(job: WorkJob): Promise<void> {
    const actor = systemActor(job.orgId);
    const action = await this.actions.find(actor, job.listId);
    if (action) {
      await this.actions.rows.workOff(job, async (id) => settled(await this.act(actor, action, id), action.kind));
    }
  }

  private async act(actor: Actor, { kind, reason }: BulkAction, id: string): Promise<CancelOutcome> {
    const booking = await this.records.findById(actor, id);
    const outcome =
      booking &&
      (kind === 'cancel'
        ? await this.bookings.cancel(actor, booking.bookingId, reason)
        : await this.changes.markNoShow(actor, id));
    return outcome ?? { ok: false, failure: { kind: 'not-found', what: 'booking' } };
  }
}

function settled(outcome: CancelOutcome, kind: BulkKind): Settlement {
  if (!outcome.ok) {
    return settledFailure(outcome.failure);
  }
  const isMeant = kind === 'no_show' || (outcome.booking.status === 'cancelled' && !outcome.booking.wasMoved());
  return isMeant ? { state: 'done', reason: null } : { state: 'failed', reason: closedInWords(outcome.booking) };
}
