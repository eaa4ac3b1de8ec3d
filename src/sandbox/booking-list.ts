import { invalidTarget } from './api-error.js';
import { type Booking } from './booking.js';
import { isIso, parseIso } from './booking-input.js';
import { type ParsedQuery } from './query.js';

const statuses = ['upcoming', 'recurring', 'past', 'cancelled', 'unconfirmed'];
const sorts = ['sortStart', 'sortEnd', 'sortCreated', 'sortUpdatedAt'] as const;
const dates = [
  'afterStart',
  'beforeEnd',
  'afterCreatedAt',
  'beforeCreatedAt',
  'afterUpdatedAt',
  'beforeUpdatedAt',
] as const;
const sortColumn = {
  sortStart: 'start',
  sortEnd: 'end',
  sortCreated: 'createdAt',
  sortUpdatedAt: 'updatedAt',
} as const;
const defaultTake = 100;
const maximumTake = 250;

export interface BookingPage {
  readonly bookings: Booking[];
  readonly pagination: object;
}

/** Unknown parameters are ignored, as Cal.com does; known ones with a bad value are refused. */
export function listBookings(own: readonly Booking[], query: ParsedQuery, now: Date): BookingPage {
  refuseBadQuery(query);
  const take = query.take === undefined ? defaultTake : Number(query.take);
  const skip = query.skip === undefined ? 0 : Number(query.skip);
  // Cal.com counts before it looks at updatedAt: its pagination speaks of bookings that are not in `data`.
  const counted = own.filter((booking) => matches(booking, query, now));
  const found = counted.filter((booking) => isUpdatedWithin(booking, query));
  return {
    bookings: sorted(found, query).slice(skip, skip + take),
    pagination: pagination(counted.length, skip, take),
  };
}

function refuseBadQuery(query: ParsedQuery): void {
  const errors = [
    ...statusErrors(query),
    ...dates
      .filter((name) => query[name] !== undefined && !isIso(query[name]))
      .map((name) => refusal(name, query[name], 'isIso8601', 'fromDate must be a valid ISO 8601 date.')),
    ...sorts
      .filter((name) => query[name] !== undefined && !['asc', 'desc'].includes(query[name]))
      .map((name) => {
        const label = name.charAt(0).toUpperCase() + name.slice(1);
        return refusal(name, query[name], 'isEnum', `${label} must be either "asc" or "desc".`);
      }),
    ...rangeErrors('take', query.take, 1, maximumTake),
    ...rangeErrors('skip', query.skip, 0, Number.MAX_SAFE_INTEGER),
  ];
  if (errors.length === 0) return;
  throw invalidTarget(Object.assign({}, ...errors.map(({ target }) => target)) as object, errors);
}

function statusErrors({ status }: ParsedQuery) {
  const wanted = status?.split(',') ?? [];
  return wanted.every((word) => statuses.includes(word))
    ? []
    : [refusal('status', wanted, 'isEnum', `Invalid status. Allowed are ${statuses.join(', ')}`)];
}

function rangeErrors(name: string, text: string | undefined, minimum: number, maximum: number) {
  const value = Number(text);
  if (text === undefined || (value >= minimum && value <= maximum)) return [];
  return value > maximum
    ? [refusal(name, value, 'max', `${name} must not be greater than ${maximum}`)]
    : [refusal(name, value, 'min', `${name} must not be less than ${minimum}`)];
}

function refusal(property: string, value: unknown, rule: string, text: string) {
  return { target: { [property]: value }, property, constraints: { [rule]: text } };
}

function matches(booking: Booking, query: ParsedQuery, now: Date): boolean {
  const eventTypeIds = (query.eventTypeIds ?? query.eventTypeId)?.split(',').map(Number);
  return (
    (!query.status || query.status.split(',').some((status) => hasStatus(booking, status, now))) &&
    (!query.bookingUid || booking.uid === query.bookingUid) &&
    (!eventTypeIds || eventTypeIds.includes(booking.eventTypeId)) &&
    (!query.attendeeEmail || booking.attendees.some(({ email }) => email === query.attendeeEmail)) &&
    (!query.attendeeName || booking.attendees.some(({ name }) => name === query.attendeeName)) &&
    isNotBefore(booking.start, query.afterStart) &&
    isNotAfter(booking.end, query.beforeEnd) &&
    isNotBefore(booking.createdAt, query.afterCreatedAt) &&
    isNotAfter(booking.createdAt, query.beforeCreatedAt)
  );
}

function isUpdatedWithin(booking: Booking, query: ParsedQuery): boolean {
  return isNotBefore(booking.updatedAt, query.afterUpdatedAt) && isNotAfter(booking.updatedAt, query.beforeUpdatedAt);
}

/** `upcoming` includes pending ones; `cancelled` includes rejected ones and the former rows of reschedules. */
function hasStatus({ status, end }: Booking, wanted: string, now: Date): boolean {
  const isOver = Date.parse(end) < now.getTime();
  switch (wanted) {
    case 'upcoming':
      return !isOver && (status === 'accepted' || status === 'pending');
    case 'past':
      return isOver && (status === 'accepted' || status === 'pending');
    case 'cancelled':
      return status === 'cancelled' || status === 'rejected';
    case 'unconfirmed':
      return !isOver && status === 'pending';
    default:
      return false;
  }
}

function sorted(bookings: Booking[], query: ParsedQuery): Booking[] {
  const asked = sorts.find((name) => query[name] !== undefined);
  const column = asked ? sortColumn[asked] : 'start';
  const isNewestFirst = asked ? query[asked] === 'desc' : query.status === 'cancelled' || query.status === 'past';
  const ascending = bookings.toSorted((a, b) => a[column].localeCompare(b[column]) || a.id - b.id);
  return isNewestFirst ? ascending.toReversed() : ascending;
}

function pagination(totalItems: number, skip: number, take: number) {
  const totalPages = Math.ceil(totalItems / take);
  const currentPage = Math.min(Math.floor(skip / take) + 1, totalPages);
  return {
    returnedItems: Math.max(0, Math.min(take, totalItems - skip)),
    totalItems,
    itemsPerPage: take,
    remainingItems: Math.max(0, totalItems - skip - take),
    currentPage,
    totalPages,
    hasNextPage: currentPage < totalPages,
    hasPreviousPage: currentPage > 1,
  };
}

const isNotBefore = (time: string, limit: string | undefined) =>
  !limit || Date.parse(time) >= parseIso(limit).getTime();
const isNotAfter = (time: string, limit: string | undefined) => !limit || Date.parse(time) <= parseIso(limit).getTime();
