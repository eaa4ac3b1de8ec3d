import { describeBookingFailure, type BookingFailure } from '../booking-outcome.js';
import type { Settlement } from './work-rows.js';

/** Nothing was done while Cal.com asks for a pause: the row waits on. */
export function settledFailure(failure: BookingFailure, reason = describeBookingFailure(failure)): Settlement {
  return failure.kind === 'rate-limited'
    ? { state: 'waiting', reason, pauseUntil: failure.until }
    : { state: 'failed', reason };
}
