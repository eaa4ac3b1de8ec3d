import type { CalBooking } from '../../cal-com/cal-booking.js';
import type { BookingStatus } from '../../cal-com/cal-com-booking.entity.js';

/** Cal.com's words in ours. It has none for a missed interview: the booking stays accepted, its attendee is absent. */
export function bookingStatusOf({ status, attendees }: CalBooking): BookingStatus {
  if (status !== 'accepted') {
    return status;
  }
  return attendees.length > 0 && attendees.every((attendee) => attendee.absent) ? 'no_show' : 'confirmed';
}

/** SQL: `isAhead` of the booking with this alias, by the clock of the database. */
export function isAhead(booking: string): string {
  return `(${booking}.status in ('pending', 'confirmed') and ${booking}.end_time > clock_timestamp()
           and ${booking}.missing_since is null)`;
}

export function isOpenAtCalCom({ status }: CalBooking): boolean {
  return status === 'accepted' || status === 'pending';
}
