import type { BookingStatus } from '../../cal-com/cal-com-booking.entity.js';
import type { Badge } from '../page-parts.view.js';

export interface BookingMoment {
  readonly status: BookingStatus;
  readonly startTime: Date;
  readonly endTime: Date;
}

/** The state of a booking in one word: Cal.com's status, and where the clock stands. */
export function bookingBadge({ status, startTime, endTime }: BookingMoment, now: Date): Badge {
  switch (status) {
    case 'pending':
      return endTime > now
        ? { tone: 'warn', icon: 'hourglass', word: 'Needs your yes' }
        : { tone: 'neutral', icon: 'hourglass', word: 'Never confirmed' };
    case 'confirmed':
      if (endTime <= now) {
        return { tone: 'neutral', icon: 'calendar-check-2', word: 'Over' };
      }
      return startTime <= now
        ? { tone: 'teal', icon: 'video', word: 'Under way' }
        : { tone: 'good', icon: 'calendar-check-2', word: 'Confirmed' };
    case 'cancelled':
      return { tone: 'neutral', icon: 'calendar-x', word: 'Cancelled' };
    case 'rejected':
      return { tone: 'neutral', icon: 'circle-slash', word: 'Rejected' };
    case 'no_show':
      return { tone: 'warn', icon: 'user-x', word: 'No-show' };
  }
}

export const movedBadge: Badge = { tone: 'info', icon: 'calendar-clock', word: 'Moved' };
