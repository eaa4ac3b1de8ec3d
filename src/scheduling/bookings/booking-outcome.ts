import type { CalComBooking } from '../../cal-com/cal-com-booking.entity.js';
import { describeCalComFailure, type CalComFailure } from '../../cal-com/cal-com-failure.js';
import type { OnExisting } from '../links/booking-links.service.js';

export interface BookingWish {
  readonly eventTypeId: number;
  /** Only where the event type offers several lengths. */
  readonly lengthInMinutes: number | null;
  readonly start: Date;
  /** The candidate's, an IANA name. */
  readonly timeZone: string;
  readonly onExisting: OnExisting;
  /**
   * Cal.com's uids of what a person saw and wants replaced: only these are cancelled. Without it, whatever is ahead;
   * always only while the new time is free.
   */
  readonly replaces?: readonly string[];
}

export type BookOutcome =
  | { readonly ok: true; readonly status: 'booked' | 'reused'; readonly booking: CalComBooking }
  /** `formerCancelled`: it was to be replaced, and is gone though nothing took its place. */
  | { readonly ok: false; readonly failure: BookingFailure; readonly formerCancelled?: boolean };

export type CancelOutcome =
  { readonly ok: true; readonly booking: CalComBooking } | { readonly ok: false; readonly failure: BookingFailure };

/** Why a booking was not made or not cancelled: what Cal.com answered, or what kept us from asking. */
export type BookingFailure = CalComFailure | { readonly kind: 'not-configured' } | { readonly kind: 'under-way' };

/** Whether a booking is what somebody wants: so it need not be made any more. */
export function isAsWished(
  { eventTypeId, startTime, endTime }: Pick<CalComBooking, 'eventTypeId' | 'startTime' | 'endTime'>,
  wish: Pick<BookingWish, 'eventTypeId' | 'lengthInMinutes' | 'start'>,
): boolean {
  const minutes = (endTime.getTime() - startTime.getTime()) / 60_000;
  return (
    eventTypeId === wish.eventTypeId &&
    startTime.getTime() === wish.start.getTime() &&
    (wish.lengthInMinutes === null || wish.lengthInMinutes === minutes)
  );
}

export function describeBookingFailure(failure: BookingFailure): string {
  switch (failure.kind) {
    case 'not-configured':
      return 'Cal.com is not connected yet. An admin can connect it in the settings.';
    case 'under-way':
      return 'A booking for this candidate is being made right now. Look again in a moment.';
    default:
      return describeCalComFailure(failure);
  }
}
