import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { fullTime } from '../../../shared/zoned-time.js';
import { describeBookingFailure, type BookOutcome } from '../booking-outcome.js';

type Unmade = Extract<BookOutcome, { ok: false }>;

/** What Cal.com does by itself when one is made. */
export function mailsInWords(needsConfirmation: boolean): string {
  return needsConfirmation
    ? 'Cal.com mails the candidate and the host that the time waits for your yes, and confirms it when you give it.'
    : 'Cal.com mails the candidate and the host the confirmation with the calendar entry.';
}

/** Why none was made. One that may have been made is looked for: it is never made a second time. */
export function unmadeInWords({ failure, formerCancelled }: Unmade): string {
  const reason =
    failure.kind === 'unknown-outcome'
      ? 'Cal.com did not answer clearly. Interlude looks for the booking, also before another try: none is made twice.'
      : describeBookingFailure(failure);
  return formerCancelled ? `${reason} The former booking is cancelled.` : reason;
}

/** `is booked for Thu 26 Nov, 14:30 CET (UTC+1)`. */
export function bookedInWords({ startTime, endTime }: CalComBooking, timeZone: string, now: Date): string {
  return `${endTime <= now ? 'had the interview on' : 'is booked for'} ${fullTime(startTime, timeZone, now)}`;
}
