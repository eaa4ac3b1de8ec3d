import type { CalBooking } from '../../../cal-com/cal-booking.js';
import type { CalComConnection } from '../../../cal-com/cal-com-connection.js';
import type { CalComFailure } from '../../../cal-com/cal-com-failure.js';
import type { CalComOutcome } from '../../../cal-com/cal-com-outcome.js';
import type { CalComService } from '../../../cal-com/cal-com.service.js';
import type { RejectionCode } from '../../../cal-com/rejection.js';
import type { ActivityAction } from '../../../activity/activity-actions.js';
import { bookingStatusOf, isOpenAtCalCom } from '../booking-status.js';

/** Something that a person does with a booking at Cal.com. */
export interface BookingChange {
  readonly deed: ActivityAction;
  /** Whether Cal.com says afterwards that it is so. */
  readonly holds: (booking: CalBooking) => boolean;
  /** Why a booking as it is now cannot be changed so, or null. */
  readonly refusal: (booking: CalBooking, now: Date) => CalComFailure | null;
  readonly ask: (
    calCom: CalComService,
    connection: CalComConnection,
    booking: CalBooking,
  ) => Promise<CalComOutcome<unknown>>;
}

export const confirmation: BookingChange = {
  deed: 'booking.confirmed',
  holds: ({ status }) => status === 'accepted',
  refusal: notWaiting,
  ask: (calCom, connection, { uid }) => calCom.confirmBooking(connection, uid),
};

export function rejection(reason: string): BookingChange {
  return {
    deed: 'booking.rejected',
    holds: ({ status }) => status === 'rejected',
    refusal: notWaiting,
    ask: (calCom, connection, { uid }) => calCom.declineBooking(connection, uid, reason),
  };
}

export const noShow: BookingChange = {
  deed: 'booking.no-show',
  holds: (booking) => bookingStatusOf(booking) === 'no_show',
  refusal: (booking, now) => {
    if (!isOpenAtCalCom(booking)) {
      return closed(booking);
    }
    if (booking.start > now) {
      return refused('not-started', 'The interview has not begun yet.');
    }
    return emailsOf(booking).length > 0 ? null : refused('other', 'Cal.com names nobody who was to come.');
  },
  ask: (calCom, connection, booking) => calCom.markAbsent(connection, booking.uid, emailsOf(booking)),
};

/** The reason goes to the candidate; in the name of the host, so that nobody has to confirm what the host has chosen. */
export function reschedule(start: Date, reason: string): BookingChange {
  return {
    deed: 'booking.rescheduled',
    holds: wasMoved,
    refusal: (booking, now) => {
      if (!isOpenAtCalCom(booking)) {
        return closed(booking);
      }
      return booking.end <= now ? refused('already-over', 'This interview is over.') : null;
    },
    ask: (calCom, connection, { uid, hosts }) =>
      calCom.rescheduleBooking(connection, uid, { start, reason, rescheduledBy: hosts[0]?.email ?? undefined }),
  };
}

function wasMoved({ status, rescheduledToUid }: CalBooking): boolean {
  return status === 'cancelled' && rescheduledToUid !== null;
}

function notWaiting(booking: CalBooking): CalComFailure | null {
  if (booking.status === 'pending') {
    return null;
  }
  return booking.status === 'accepted'
    ? refused('already-confirmed', 'This booking is confirmed already.')
    : closed(booking);
}

function closed(booking: CalBooking): CalComFailure {
  if (wasMoved(booking)) {
    return refused('already-rescheduled', 'This booking was already moved to another time.');
  }
  return booking.status === 'rejected'
    ? refused('declined', 'This booking was rejected.')
    : refused('already-cancelled', 'This booking is already cancelled.');
}

function refused(code: RejectionCode, reason: string): CalComFailure {
  return { kind: 'rejected', code, reason };
}

function emailsOf({ attendees }: CalBooking): string[] {
  return attendees.flatMap(({ email }) => (email ? [email] : []));
}
