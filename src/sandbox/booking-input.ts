import { DateTime, IANAZone } from 'luxon';
import { badRequest, type FieldError, invalidFields, notFound, zodError } from './api-error.js';
import { type EventType } from './event-type.js';
import { languages } from './languages.js';
import { type SandboxState } from './state.js';

export interface BookingInput {
  readonly start: Date;
  readonly eventType: EventType;
  readonly lengthInMinutes: number;
  readonly attendee: { name: string; email: string; timeZone: string; language: string; phoneNumber?: string };
  readonly guests: string[];
  readonly notes: string;
  readonly metadata: Record<string, string>;
  readonly responses: Record<string, unknown>;
}

type Body = Record<string, unknown>;

const fields = [
  'start',
  'attendee',
  'eventTypeId',
  'eventTypeSlug',
  'username',
  'teamSlug',
  'organizationSlug',
  'lengthInMinutes',
  'bookingFieldsResponses',
  'guests',
  'location',
  'meetingUrl',
  'metadata',
  'emailVerificationCode',
  'routing',
];
const attendeeFields = ['name', 'email', 'timeZone', 'language', 'phoneNumber'];
const metadataRule =
  'Metadata must have at most 50 keys, each key up to 40 characters, and string values up to 500 characters.';

/** Checks in Cal.com's order: the shape, the event type, what it allows, and last the booker's own fields. */
export function parseBookingInput(body: unknown, state: SandboxState): BookingInput {
  if (Array.isArray(body)) {
    throw invalidFields([
      { property: 'undefined', constraints: ['an unknown value was passed to the validate function'] },
    ]);
  }
  const input = asObject(body);
  const errors = shapeErrors(input);
  if (errors.length > 0) throw invalidFields(errors);

  const eventType = eventTypeOf(input, state);
  const lengthInMinutes = lengthOf(input, eventType);
  checkLocation(input.location, eventType);
  const metadata = (input.metadata ?? {}) as Record<string, unknown>;
  const attendee = asObject(input.attendee);
  const guests = (input.guests ?? []) as string[];
  checkResponses(attendee, guests, metadata);

  const { notes, ...responses } = asObject(input.bookingFieldsResponses);
  const location = input.location as { type: string } | undefined;
  return {
    start: parseIso(input.start as string),
    eventType,
    lengthInMinutes,
    attendee: {
      name: attendee.name as string,
      email: attendee.email as string,
      timeZone: attendee.timeZone as string,
      language: (attendee.language as string | undefined) ?? 'en',
      ...(typeof attendee.phoneNumber === 'string' && { phoneNumber: attendee.phoneNumber }),
    },
    guests,
    notes: typeof notes === 'string' ? notes : '',
    metadata: metadata as Record<string, string>,
    responses: { ...responses, ...(location && { location: { value: location.type, optionValue: '' } }) },
  };
}

export function startErrors(value: unknown): FieldError[] {
  return isIso(value) ? [] : [{ property: 'start', constraints: ['start must be a valid ISO 8601 date string'] }];
}

export function unknownFieldErrors(input: object, known: readonly string[]): FieldError[] {
  return Object.keys(input)
    .filter((name) => !known.includes(name))
    .map((name) => ({ property: name, constraints: [`property ${name} should not exist`] }));
}

export function asObject(value: unknown): Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Body) : {};
}

export const isIso = (value: unknown): value is string =>
  typeof value === 'string' && DateTime.fromISO(value, { zone: 'utc' }).isValid;

/** A time without a zone is read as UTC. */
export const parseIso = (value: string): Date => DateTime.fromISO(value, { zone: 'utc' }).toJSDate();

export const isEmail = (value: string): boolean =>
  /^[^\s@<>()",;:]+@[^\s@<>()",;:.]+(\.[^\s@<>()",;:.]+)+$/.test(value);

function shapeErrors(input: Body): FieldError[] {
  return [
    ...unknownFieldErrors(input, fields),
    ...startErrors(input.start),
    ...attendeeErrors(input.attendee),
    ...metadataErrors(input.metadata),
    ...eventTypeErrors(input),
  ];
}

function attendeeErrors(value: unknown): FieldError[] {
  if (value === undefined || value === null) {
    return [{ property: 'attendee', constraints: ['attendee should not be null or undefined'] }];
  }
  const attendee = asObject(value);
  const children = [
    ...unknownFieldErrors(attendee, attendeeFields),
    ...(typeof attendee.name === 'string' ? [] : [{ property: 'name', constraints: ['name must be a string'] }]),
    ...(typeof attendee.timeZone === 'string' && IANAZone.isValidZone(attendee.timeZone)
      ? []
      : [{ property: 'timeZone', constraints: ['timeZone must be a valid IANA time-zone'] }]),
    ...(attendee.language === undefined || languages.includes(attendee.language as string)
      ? []
      : [
          {
            property: 'language',
            constraints: [`language must be one of the following values: ${languages.join(', ')}`],
          },
        ]),
    ...(attendee.email || attendee.phoneNumber
      ? []
      : [
          {
            property: 'attendee email or phone',
            constraints: ['Attendee must have at least one contact method (email or phone number)'],
          },
        ]),
  ];
  return children.length > 0 ? [{ property: 'attendee', constraints: [], children }] : [];
}

function metadataErrors(metadata: unknown): FieldError[] {
  if (metadata === undefined) return [];
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata)) {
    return [{ property: 'metadata', constraints: [metadataRule, 'metadata must be an object'] }];
  }
  const entries = Object.entries(metadata);
  const isAllowed =
    entries.length <= 50 &&
    entries.every(
      ([key, value]) =>
        key.length <= 40 &&
        value !== null &&
        typeof value !== 'object' &&
        !(typeof value === 'string' && value.length > 500),
    );
  return isAllowed ? [] : [{ property: 'metadata', constraints: [metadataRule] }];
}

function eventTypeErrors(input: Body): FieldError[] {
  if (input.eventTypeId !== undefined) {
    return Number.isInteger(input.eventTypeId)
      ? []
      : [{ property: 'eventTypeId', constraints: ['eventTypeId must be an integer number'] }];
  }
  if (input.eventTypeSlug && (input.username || input.teamSlug)) return [];
  return [
    {
      property: 'eventTypeId or eventTypeSlug + username',
      constraints: ['Either eventTypeId or eventTypeSlug + username or eventTypeSlug + teamSlug must be provided'],
    },
  ];
}

function eventTypeOf(input: Body, state: SandboxState): EventType {
  if (typeof input.eventTypeId === 'number') {
    const eventType = state.eventType(input.eventTypeId);
    if (!eventType) throw notFound(`Event type with id ${input.eventTypeId} not found.`);
    return eventType;
  }
  const eventType = state.eventTypeAt(String(input.username), String(input.eventTypeSlug));
  if (eventType) return eventType;
  throw notFound(
    `Event type with slug ${String(input.eventTypeSlug)} belonging to user ${String(input.username)} not found.`,
  );
}

function lengthOf(input: Body, eventType: EventType): number {
  if (input.lengthInMinutes === undefined) return eventType.lengthInMinutes;
  const options = eventType.lengthInMinutesOptions;
  if (!options) {
    throw badRequest(
      "Can't specify 'lengthInMinutes' because event type does not have multiple possible lengths. Please, remove the 'lengthInMinutes' field from the request.",
    );
  }
  if (options.includes(input.lengthInMinutes as number)) return input.lengthInMinutes as number;
  throw badRequest(
    `Provided 'lengthInMinutes' is not one of the possible lengths for the event type. The possible lengths are: ${options.join(', ')}`,
  );
}

function checkLocation(location: unknown, eventType: EventType): void {
  if (location === undefined) return;
  const type = String(asObject(location).type);
  if (type === 'link') return;
  throw badRequest(
    `Booking location with type ${type} not valid for event type with id=${eventType.id}. The event type has following location types: link, and only these types are allowed for booking location.`,
  );
}

function checkResponses(attendee: Body, guests: string[], metadata: Record<string, unknown>): void {
  const odd = Object.entries(metadata).find(([, value]) => typeof value !== 'string');
  if (odd) throw zodError(`metadata.${odd[0]} - Expected string, received ${typeof odd[1]}, `);
  if (attendee.name === '') throw zodError('responses - {name}error_required_field, ');
  if (!attendee.email) throw zodError('responses - {email}error_required_field, ');
  if (!isEmail(String(attendee.email))) throw zodError('responses - {email}email_validation_error, ');
  if (!guests.every(isEmail)) throw zodError('responses - {guests}email_validation_error, ');
}
