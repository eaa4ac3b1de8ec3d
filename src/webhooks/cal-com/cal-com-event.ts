import { parsedJson, record, text } from '../untrusted.js';

/** What a delivery tells; all of it is only a hint. */
export interface CalComEvent {
  readonly trigger: string;
  /** Cal.com's `uid`; null where it is about no booking. */
  readonly bookingId: string | null;
  /** The `uid` of the booking that was moved to become this one, where Cal.com says so. */
  readonly formerBookingId: string | null;
  readonly eventTypeId: number | null;
}

const longestTrigger = 100;

/** After which of them a booking may be another one: those of Cal.com's guide that are about a booking. */
const bookingTriggers = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_PAID',
  'BOOKING_PAYMENT_INITIATED',
  'BOOKING_NO_SHOW_UPDATED',
  'BOOKING_LOCATION_UPDATED',
  'BOOKING_REASSIGNED',
  'MEETING_STARTED',
  'MEETING_ENDED',
];

/**
 * Reads a body (webhook version 2021-10-20): the booking is wrapped in `payload`, except in MEETING_STARTED and
 * MEETING_ENDED, and called `bookingUid` in BOOKING_NO_SHOW_UPDATED. `null`: not an object in JSON.
 */
export function calComEvent(body: string): CalComEvent | null {
  const event = parsedJson(body);
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    return null;
  }
  const { triggerEvent, payload } = record(event);
  const booking = typeof payload === 'object' && payload !== null ? record(payload) : record(event);
  return {
    trigger: text(triggerEvent)?.slice(0, longestTrigger) ?? 'unreadable',
    bookingId: uid(booking['uid']) ?? uid(booking['bookingUid']),
    formerBookingId: uid(booking['rescheduleUid']),
    eventTypeId: eventTypeId(booking['eventTypeId']),
  };
}

export function isAboutBooking({ trigger }: CalComEvent): boolean {
  return bookingTriggers.includes(trigger);
}

function uid(value: unknown): string | null {
  return typeof value === 'string' && /^[\w-]{1,100}$/.test(value) ? value : null;
}

function eventTypeId(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
}
