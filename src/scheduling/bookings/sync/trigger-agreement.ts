import type { CalBooking } from '../../../cal-com/cal-booking.js';
import { isOpenAtCalCom } from '../booking-status.js';

/**
 * Whether the API says what was announced: a cancellation is announced before it is stored. `null`: Cal.com does not
 * know the booking. What a trigger cannot tell, it agrees with.
 */
export function agreesWith(trigger: string, booking: CalBooking | null): boolean {
  if (!booking) {
    return !trigger.startsWith('BOOKING_');
  }
  switch (trigger) {
    case 'BOOKING_CANCELLED':
      return !isOpenAtCalCom(booking);
    case 'BOOKING_CREATED':
    case 'BOOKING_RESCHEDULED':
    case 'BOOKING_REJECTED':
      return booking.status !== 'pending';
    case 'BOOKING_NO_SHOW_UPDATED':
      return booking.attendees.some(({ absent }) => absent);
    default:
      return true;
  }
}
