import type { CalAccount } from '../../../src/cal-com/cal-account.js';
import type { CalBooking, CalBookingPage } from '../../../src/cal-com/cal-booking.js';
import { type CalComFailure, unavailableReasons } from '../../../src/cal-com/cal-com-failure.js';
import type { CalComOutcome } from '../../../src/cal-com/cal-com-outcome.js';
import type { CalEventType } from '../../../src/cal-com/cal-event-type.js';
import type { CalSlot } from '../../../src/cal-com/cal-slot.js';
import type { CalWebhook } from '../../../src/cal-com/cal-webhook.js';

/** One line for an outcome, short enough that a table of a hundred can be read. */
export function inWords<T>(outcome: CalComOutcome<T>, valueInWords: (value: T) => string): string {
  return outcome.ok ? valueInWords(outcome.value) : failureInWords(outcome.failure);
}

export function accountInWords({ id, email, name, timeZone }: CalAccount): string {
  return `${id} ${name} <${email}> ${timeZone}`;
}

export function eventTypesInWords(eventTypes: readonly CalEventType[]): string {
  const each = eventTypes.map((eventType) => {
    const lengths = [eventType.lengthInMinutes, ...eventType.lengthInMinutesOptions].join('/');
    const warnings = eventType.warnings.map(({ code, subject }) => (subject ? `${code} ${subject}` : code));
    return [`${eventType.id} ${eventType.slug} ${lengths} min`, ...warnings].join(', ');
  });
  return each.join('; ') || 'none';
}

export function slotsInWords(slots: readonly CalSlot[]): string {
  const [first, last] = [slots[0], slots.at(-1)];
  return first && last ? `${slots.length} from ${minute(first.start)} to ${minute(last.start)}` : 'none';
}

export function bookingInWords(booking: CalBooking): string {
  const minutes = (booking.end.getTime() - booking.start.getTime()) / 60_000;
  const people = booking.attendees.map(({ email, absent }) => (absent ? `${email} absent` : `${email}`));
  return [
    `${booking.uid.slice(0, 4)} ${booking.status} ${minute(booking.start)} ${minutes} min`,
    `type ${booking.eventTypeId}`,
    ...people,
    ...(booking.absentHost ? ['host absent'] : []),
    ...Object.entries(booking.metadata).map(([name, value]) => `${name}=${value}`),
    ...(booking.rescheduledFromUid ? [`from ${booking.rescheduledFromUid.slice(0, 4)}`] : []),
    ...(booking.rescheduledToUid ? [`to ${booking.rescheduledToUid.slice(0, 4)}`] : []),
    ...(booking.cancellationReason ? [`because "${booking.cancellationReason}"`] : []),
  ].join(', ');
}

export function pageInWords({ bookings, unreadable, hasNextPage }: CalBookingPage): string {
  const shown = bookings.map(({ uid, status }) => `${uid.slice(0, 4)} ${status}`).join(', ');
  return `${shown || 'none'}${hasNextPage ? ', more' : ''}${unreadable ? `, ${unreadable} unreadable` : ''}`;
}

export function webhooksInWords(webhooks: readonly CalWebhook[]): string {
  return webhooks.map(webhookInWords).join('; ');
}

export function webhookInWords({ id, active, triggers, secret }: CalWebhook): string {
  const count = triggers.length === 1 ? '1 trigger' : `${triggers.length} triggers`;
  return [`${id.slice(0, 4)} ${active ? 'active' : 'inactive'}`, count, secret ? 'signed' : 'unsigned'].join(', ');
}

function failureInWords(failure: CalComFailure): string {
  switch (failure.kind) {
    case 'rejected':
      return `rejected: ${failure.code}`;
    case 'not-found':
      return `not-found: ${failure.what}`;
    case 'rate-limited':
      return `rate-limited: ${Math.ceil((failure.until.getTime() - Date.now()) / 1000)} s`;
    case 'unavailable':
      return `unavailable: ${Object.entries(unavailableReasons).find(([, reason]) => reason === failure.reason)?.[0]}`;
    default:
      return failure.kind;
  }
}

function minute(instant: Date): string {
  return instant.toISOString().slice(0, 16);
}
