import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import type { CalComBooking } from '../../cal-com/cal-com-booking.entity.js';
import type { CalComConnection } from '../../cal-com/cal-com-connection.js';
import type { CalComFailure } from '../../cal-com/cal-com-failure.js';
import { CalComService, defaultCancellationReason } from '../../cal-com/cal-com.service.js';
import type { Invitation } from '../../candidates/invitation.entity.js';
import type { Actor } from '../../shared/actor.js';
import { BookingClaimsService } from './booking-claims.service.js';
import {
  isAsWished,
  type BookingFailure,
  type BookingWish,
  type BookOutcome,
  type CancelOutcome,
} from './booking-outcome.js';
import { BookingLookupService } from './booking-lookup.service.js';
import { BookingRecordsService } from './booking-records.service.js';
import { NewBookingsService } from './new-bookings.service.js';

export const replacedReason = 'Replaced by another time.';

/** Bookings that we make and cancel ourselves. Nothing is locked while Cal.com is asked. */
@Injectable()
export class BookingsService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly claims: BookingClaimsService,
    private readonly records: BookingRecordsService,
    private readonly lookup: BookingLookupService,
    private readonly newBookings: NewBookingsService,
  ) {}

  find(actor: Actor, bookingId: string): Promise<CalComBooking | null> {
    return this.records.find(actor, bookingId);
  }

  /** The booking that is ahead of each of these candidates who has one; of two, the later. */
  async findAhead(actor: Actor, invitationIds: readonly string[]): Promise<Map<string, CalComBooking>> {
    const open = await this.records.listOpen(actor, invitationIds);
    const ahead = open.filter((booking) => booking.isAhead());
    return new Map(ahead.toReversed().map((booking) => [booking.invitationId!, booking]));
  }

  /**
   * Books this time for a candidate. One who is booked already stays so on `reuse`; on `replace` the former booking is
   * cancelled first, unless it is the wished one already: whoever takes over from a worker that died books nothing twice.
   */
  async book(actor: Actor, invitation: Invitation, wish: BookingWish): Promise<BookOutcome> {
    return this.alone(actor, invitation, async (connection): Promise<BookOutcome> => {
      const open = await this.lookup.listAhead(actor, connection, invitation.id);
      if (!open.ok) {
        return open;
      }
      const wished = open.value.find((booking) => isAsWished(booking, wish));
      const former = open.value.filter((booking) => booking !== wished);
      const kept =
        wish.onExisting === 'reuse' ? (wished ?? former[0]) : former.find((booking) => isUnseen(booking, wish));
      if (kept) {
        return { ok: true, status: 'reused', booking: kept };
      }
      const failure =
        (wished || !canBeLookedAt(former, wish) ? null : await this.newBookings.refusal(connection, wish)) ??
        (await this.cancelEach(actor, connection, former));
      if (failure) {
        return { ok: false, failure };
      }
      if (wished) {
        return { ok: true, status: 'reused', booking: wished };
      }
      const made = await this.newBookings.make(actor, connection, invitation, wish);
      return made.ok ? made : { ...made, formerCancelled: former.length > 0 };
    });
  }

  /** Cancels whatever this candidate has booked; `null` once nothing is open any more. */
  async cancelOpen(actor: Actor, invitation: Invitation): Promise<BookingFailure | null> {
    const outcome = await this.alone(actor, invitation, async (connection) => {
      const open = await this.lookup.listAhead(actor, connection, invitation.id);
      const failure = open.ok ? await this.cancelEach(actor, connection, open.value) : open.failure;
      return failure ? { ok: false as const, failure } : { ok: true as const };
    });
    return outcome.ok ? null : outcome.failure;
  }

  /** `null`: the organization has no such booking. One that is not open any more is answered as it is. */
  async cancel(actor: Actor, bookingId: string, reason?: string): Promise<CancelOutcome | null> {
    const booking = await this.records.find(actor, bookingId);
    if (!booking) {
      return null;
    }
    if (!booking.isOpen()) {
      return { ok: true, booking };
    }
    const connection = await this.configs.connection(actor);
    return connection
      ? this.cancelAtCalCom(actor, connection, booking, reason?.trim() || defaultCancellationReason)
      : { ok: false, failure: { kind: 'not-configured' } };
  }

  private async alone<T extends { readonly ok: boolean }>(
    actor: Actor,
    invitation: Invitation,
    act: (connection: CalComConnection) => Promise<T>,
  ): Promise<T | { readonly ok: false; readonly failure: BookingFailure }> {
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return { ok: false, failure: { kind: 'not-configured' } };
    }
    const outcome = await this.claims.alone(actor, invitation.id, () => act(connection));
    return outcome ?? { ok: false, failure: { kind: 'under-way' } };
  }

  /** One that ended in this moment cannot be cancelled and stands in nobody's way. */
  private async cancelEach(
    actor: Actor,
    connection: CalComConnection,
    open: readonly CalComBooking[],
  ): Promise<BookingFailure | null> {
    for (const booking of open) {
      const cancelled = await this.cancelAtCalCom(actor, connection, booking, replacedReason);
      if (!cancelled.ok && !isOver(cancelled.failure)) {
        return cancelled.failure;
      }
    }
    return null;
  }

  private async cancelAtCalCom(
    actor: Actor,
    connection: CalComConnection,
    booking: CalComBooking,
    reason: string,
  ): Promise<CancelOutcome> {
    const asked = await this.calCom.cancelBooking(connection, booking.bookingId, reason);
    if (!asked.ok && asked.failure.kind === 'not-found') {
      const closed = await this.records.closeMissing(actor, booking, reason);
      await this.records.note(actor, 'booking.cancelled', closed);
      return { ok: true, booking: closed };
    }
    if (!asked.ok && !needsLook(asked.failure)) {
      return asked;
    }
    return this.lookAfterCancelling(actor, connection, booking, asked.ok ? null : asked.failure);
  }

  /** What counts is what Cal.com says afterwards, not how the call ended. */
  private async lookAfterCancelling(
    actor: Actor,
    connection: CalComConnection,
    booking: CalComBooking,
    failure: CalComFailure | null,
  ): Promise<CancelOutcome> {
    for (const waitMs of this.lookup.lookAgainAfterMs) {
      await pause(waitMs);
      const now = await this.lookup.refresh(actor, connection, booking);
      if (now.ok && !now.value.isOpen()) {
        const cancelled = (await this.records.find(actor, booking.bookingId))!;
        await this.records.note(actor, 'booking.cancelled', cancelled);
        return { ok: true, booking: cancelled };
      }
      if (now.ok && now.value.bookingId !== booking.bookingId) {
        return { ok: false, failure: alreadyMoved };
      }
    }
    return { ok: false, failure: failure ?? { kind: 'unknown-outcome' } };
  }
}

/** Nobody who asked for a replacement knew of it. */
function isUnseen({ bookingId }: CalComBooking, { replaces }: BookingWish): boolean {
  return replaces !== undefined && !replaces.includes(bookingId);
}

/** Beside a booking that is to go, Cal.com says whether the new time is free; where the two overlap, that one hides it. */
function canBeLookedAt(former: readonly CalComBooking[], { start, replaces }: BookingWish): boolean {
  const hides = ({ startTime, endTime }: CalComBooking) =>
    Math.abs(start.getTime() - startTime.getTime()) < endTime.getTime() - startTime.getTime();
  return former.length > 0 && (replaces !== undefined || !former.some(hides));
}

const alreadyMoved: CalComFailure = {
  kind: 'rejected',
  code: 'already-rescheduled',
  reason: 'This booking was already moved to another time.',
};

function isOver(failure: BookingFailure): boolean {
  return failure.kind === 'rejected' && failure.code === 'already-over';
}

function needsLook(failure: CalComFailure): boolean {
  return (
    failure.kind === 'unknown-outcome' ||
    (failure.kind === 'rejected' && ['already-cancelled', 'already-rescheduled'].includes(failure.code))
  );
}
