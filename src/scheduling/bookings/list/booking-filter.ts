import { isId } from '../../../web/id.pipe.js';
import { isInConflict } from '../sync/booking-sync.service.js';

export const bookingTabs = ['upcoming', 'past', 'cancelled', 'attention'] as const;
export type BookingTab = (typeof bookingTabs)[number];

/** What the tabs and filters of the bookings page ask for; the words are those of the URL. */
export interface BookingFilter {
  readonly tab: BookingTab | 'unmatched';
  readonly q: string;
  readonly assessmentId: string | null;
  readonly eventTypeId: number | null;
}

const longestQuery = 200;

/** Reads the filters of a URL or a form; words it does not know filter nothing. */
export function readBookingFilter(query: Readonly<Record<string, unknown>>): BookingFilter {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name].replaceAll('\0', '').trim() : '');
  const [assessmentId, eventTypeId] = [text('assessment_id'), text('event_type_id')];
  return {
    tab: ([...bookingTabs, 'unmatched'] as const).find((tab) => tab === text('show')) ?? 'upcoming',
    q: text('q').slice(0, longestQuery),
    assessmentId: isId(assessmentId) ? assessmentId : null,
    eventTypeId: /^\d{1,15}$/.test(eventTypeId) ? Number(eventTypeId) : null,
  };
}

/** The same filters as a query string, for links that keep them. */
export function bookingsAddress(filter: BookingFilter, changes: Readonly<Record<string, string | null>> = {}): string {
  const entries = Object.entries({
    show: filter.tab === 'upcoming' ? null : filter.tab,
    q: filter.q,
    assessment_id: filter.assessmentId,
    event_type_id: filter.eventTypeId === null ? null : String(filter.eventTypeId),
    ...changes,
  }).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const query = new URLSearchParams(entries).toString();
  return `/app/bookings${query ? `?${query}` : ''}`;
}

/** SQL: which of the bookings `b` that are a candidate's stand under each tab. */
export const tabConditions: Readonly<Record<BookingTab, string>> = {
  upcoming: `b.status in ('pending', 'confirmed') and b.end_time > clock_timestamp()`,
  past: `b.status in ('pending', 'confirmed', 'no_show') and b.end_time <= clock_timestamp()`,
  // The former half of one that was moved is part of the other's story.
  cancelled: `b.status in ('cancelled', 'rejected') and b.next_booking_id is null`,
  attention: `b.end_time > clock_timestamp() and b.status in ('pending', 'confirmed')
    and (b.status = 'pending' or b.missing_since is not null or (${isInConflict('b')}))`,
};

export const isLatestFirst: Readonly<Record<BookingTab, boolean>> = {
  upcoming: false,
  past: true,
  cancelled: true,
  attention: false,
};

/** The condition over bookings `b` with their invitation `i`; its values follow `$1`, the organization. */
export function bookingCondition({ q, assessmentId, eventTypeId }: BookingFilter): {
  readonly sql: string;
  readonly values: readonly unknown[];
} {
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value) + 1}`;
  const conditions = [
    assessmentId && `i.assessment_id = ${place(assessmentId)}`,
    eventTypeId !== null && `b.event_type_id = ${place(eventTypeId)}`,
    q && textCondition(place(`%${q.replace(/[\\%_]/g, '\\$&')}%`)),
  ].filter(Boolean);
  return { sql: conditions.join(' and ') || 'true', values };
}

function textCondition(place: string): string {
  const columns = ['i.name', 'i.email', 'b.attendee_name', 'b.attendee_email', 'b.host_name'];
  return `(${columns.map((column) => `${column} ilike ${place}`).join(' or ')})`;
}
