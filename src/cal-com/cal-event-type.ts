import { idOf, listOf, numberOf, readEach, recordOf, textOf } from './answer-values.js';
import { type EventTypeWarning, warningsOf } from './event-type-warnings.js';

export interface CalEventType {
  readonly id: number;
  readonly title: string;
  readonly slug: string | null;
  readonly lengthInMinutes: number | null;
  /** The lengths a booker may choose from; empty where there is only the one. */
  readonly lengthInMinutesOptions: readonly number[];
  /** The page where anyone can book it. */
  readonly bookingUrl: string | null;
  readonly warnings: readonly EventTypeWarning[];
}

export function readEventTypes(data: unknown): readonly CalEventType[] | null {
  const entries = listOf(data);
  if (!entries) return null;
  const { read } = readEach(entries, readEventType);
  return entries.length > 0 && read.length === 0 ? null : read;
}

function readEventType(value: unknown): CalEventType | null {
  const eventType = recordOf(value);
  const id = idOf(eventType?.['id']);
  if (!eventType || id === null) return null;
  const slug = textOf(eventType['slug']);
  return {
    id,
    title: textOf(eventType['title']) ?? slug ?? `Event type ${id}`,
    slug,
    lengthInMinutes: numberOf(eventType['lengthInMinutes']),
    lengthInMinutesOptions: readEach(listOf(eventType['lengthInMinutesOptions']) ?? [], numberOf).read,
    bookingUrl: webAddressOf(eventType['bookingUrl']),
    warnings: warningsOf(eventType),
  };
}

/** Candidates are sent there, so nothing but a web address will do. */
function webAddressOf(value: unknown): string | null {
  const address = textOf(value);
  if (!address || !URL.canParse(address)) return null;
  return ['http:', 'https:'].includes(new URL(address).protocol) ? address : null;
}
