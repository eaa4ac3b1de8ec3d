import type { CalBooking } from '../../cal-com/cal-booking.js';
import type { BookingStatus } from '../../cal-com/cal-com-booking.entity.js';

/** Cal.com's words in ours. It has none for a missed interview: the booking stays accepted, its attendee is absent. */
export function bookingStatusOf({ status, attendees }: CalBooking): BookingStatus {
  if (status !== 'accepted') {
    return status;
  }
  return attendees.length > 0 && attendees.every((attendee) => attendee.absent) ? 'no_show' : 'confirmed';
}

export function isOpenAtCalCom({ status }: CalBooking): boolean {
  return status === 'accepted' || status === 'pending';
}
