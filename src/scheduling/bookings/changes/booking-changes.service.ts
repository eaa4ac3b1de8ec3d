import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { CalComConnection } from '../../../cal-com/cal-com-connection.js';
import type { CalComFailure } from '../../../cal-com/cal-com-failure.js';
import { CalComService } from '../../../cal-com/cal-com.service.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingLookupService } from '../booking-lookup.service.js';
import type { BookingFailure, CancelOutcome } from '../booking-outcome.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingReadingsService } from '../sync/booking-readings.service.js';
import { confirmation, noShow, rejection, reschedule, type BookingChange } from './booking-change.js';

/**
 * Changes bookings at Cal.com: asked what it is now, changed, and asked what it became. Nothing is locked meanwhile.
 * `null`: the organization has no such booking.
 */
@Injectable()
export class BookingChangesService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly records: BookingRecordsService,
    private readonly readings: BookingReadingsService,
    private readonly lookup: BookingLookupService,
  ) {}

  confirm(actor: Actor, id: string): Promise<CancelOutcome | null> {
    return this.change(actor, id, confirmation);
  }

  reject(actor: Actor, id: string, reason: string): Promise<CancelOutcome | null> {
    return this.change(actor, id, rejection(reason));
  }

  /** Only once the interview has begun. */
  markNoShow(actor: Actor, id: string): Promise<CancelOutcome | null> {
    return this.change(actor, id, noShow);
  }

  /** The answer is the booking it became. */
  reschedule(actor: Actor, id: string, to: { start: Date; reason: string }): Promise<CancelOutcome | null> {
    return this.change(actor, id, reschedule(to.start, to.reason));
  }

  private async change(actor: Actor, id: string, change: BookingChange): Promise<CancelOutcome | null> {
    const known = await this.records.findById(actor, id);
    if (!known) {
      return null;
    }
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return failure({ kind: 'not-configured' });
    }
    const before = await this.readings.read(actor, connection, known.bookingId);
    if (!before.ok) {
      return before;
    }
    const { booking } = before.value;
    const refusal = change.refusal(booking, new Date());
    if (refusal) {
      return failure(refusal);
    }
    const asked = await change.ask(this.calCom, connection, booking);
    if (!asked.ok && asked.failure.kind !== 'unknown-outcome') {
      return asked;
    }
    return this.lookAfter(actor, connection, known, change, asked.ok ? null : asked.failure);
  }

  /** What counts is what Cal.com says afterwards, not how the call ended. */
  private async lookAfter(
    actor: Actor,
    connection: CalComConnection,
    { bookingId }: CalComBooking,
    change: BookingChange,
    failed: CalComFailure | null,
  ): Promise<CancelOutcome> {
    for (const waitMs of this.lookup.lookAgainAfterMs) {
      await pause(waitMs);
      const now = await this.readings.read(actor, connection, bookingId);
      if (now.ok && change.holds(now.value.booking)) {
        const became = now.value.booking.rescheduledToUid;
        const booking = (became && (await this.records.find(actor, became))) || now.value.stored;
        if (!booking) {
          return failure({ kind: 'unknown-outcome' });
        }
        await this.records.note(actor, change.deed, booking);
        return { ok: true, booking };
      }
    }
    return failure(failed ?? { kind: 'unknown-outcome' });
  }
}

function failure(reason: BookingFailure): CancelOutcome {
  return { ok: false, failure: reason };
}
