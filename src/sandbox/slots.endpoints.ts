import { DateTime, IANAZone } from 'luxon';
import { badRequest, type FieldError, invalidFields, notFound } from './api-error.js';
import { freeSlots, type Slot } from './availability.js';
import { isIso, parseIso, unknownFieldErrors } from './booking-input.js';
import { type Endpoint } from './endpoint.js';
import { type EventType } from './event-type.js';
import { type ParsedQuery } from './query.js';
import { type SandboxState } from './state.js';

const fields = [
  'eventTypeId',
  'eventTypeSlug',
  'username',
  'teamSlug',
  'organizationSlug',
  'usernames',
  'start',
  'end',
  'timeZone',
  'duration',
  'format',
  'bookingUidToReschedule',
];

export function slotEndpoints(state: SandboxState, now: () => Date): Endpoint[] {
  return [
    {
      method: 'get',
      path: '/slots',
      versions: ['2024-09-04'],
      key: 'optional',
      answer: ({ query }) => {
        const errors = queryErrors(query);
        if (errors.length > 0) throw invalidFields(errors);
        const eventType = eventTypeOf(query, state);
        const slots = freeSlots(state, eventType, {
          from: parseIso(query.start ?? ''),
          to: endOf(query.end ?? ''),
          lengthInMinutes: lengthOf(query, eventType),
          now: now(),
          movingUid: query.bookingUidToReschedule ?? null,
        });
        const data = byDay(slots, query.timeZone ?? 'UTC', query.format === 'range');
        return { status: 200, body: { data, status: 'success' } };
      },
    },
  ];
}

function queryErrors(query: ParsedQuery): FieldError[] {
  const dates = ['start', 'end'].filter((name) => !isIso(query[name]));
  const badZone = query.timeZone !== undefined && !IANAZone.isValidZone(query.timeZone);
  const hasEventType = query.eventTypeId ?? (query.eventTypeSlug && query.username);
  return [
    ...unknownFieldErrors(query, fields),
    ...dates.map((name) => ({ property: name, constraints: [`${name} must be a valid ISO 8601 date string`] })),
    ...(badZone ? [{ property: 'timeZone', constraints: ['timeZone must be a valid IANA time-zone'] }] : []),
    ...(hasEventType ? [] : missingEventType),
  ];
}

const missingEventType: FieldError[] = [
  {
    property: 'usernames',
    constraints: [
      'each value in usernames must be a string',
      'The array must contain at least 2 elements.',
      'usernames must be an array',
    ],
  },
  { property: 'organizationSlug', constraints: ['organizationSlug must be a string'] },
];

function eventTypeOf(query: ParsedQuery, state: SandboxState): EventType {
  const eventType = query.eventTypeId
    ? state.eventType(Number(query.eventTypeId))
    : state.eventTypeAt(query.username ?? '', query.eventTypeSlug ?? '');
  if (!eventType) throw notFound('Event Type not found');
  return eventType;
}

function lengthOf(query: ParsedQuery, eventType: EventType): number {
  const duration = Number(query.duration);
  if (!query.duration || !eventType.lengthInMinutesOptions) return eventType.lengthInMinutes;
  if (eventType.lengthInMinutesOptions.includes(duration)) return duration;
  throw badRequest('Invalid event length');
}

/** A plain date means the whole day, in UTC. */
function endOf(end: string): Date {
  return /T/.test(end) ? parseIso(end) : DateTime.fromISO(end, { zone: 'utc' }).endOf('day').toJSDate();
}

function byDay(slots: Slot[], timeZone: string, withEnd: boolean) {
  const days: Record<string, { start: string; end?: string }[]> = {};
  for (const { start, end } of slots) {
    const from = DateTime.fromJSDate(start, { zone: timeZone });
    const day = (days[from.toISODate() ?? ''] ??= []);
    day.push({ start: text(from), ...(withEnd && { end: text(DateTime.fromJSDate(end, { zone: timeZone })) }) });
  }
  return days;
}

/** `Z` for UTC, an offset for every other zone. */
function text(time: DateTime): string {
  return (time.zoneName === 'UTC' ? time.toUTC().toISO() : time.toISO()) ?? '';
}
