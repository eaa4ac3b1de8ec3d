import { wholeNumberOf, listOf, readEach, recordOf, textOf } from './answer-values.js';
import { type EventTypeWarning, warningsOf } from './event-type-warnings.js';

export interface CalEventType {
  readonly id: number;
  readonly title: string;
  readonly slug: string;
  readonly lengthInMinutes: number;
  /** The lengths a booker may choose from; empty where there is only the one. */
  readonly lengthInMinutesOptions: readonly number[];
  /** The page where anyone can book it. */
  readonly bookingUrl: string;
  /** Not shown on the public page of its owner, but bookable for whoever has the address. */
  readonly hidden: boolean;
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
  if (!eventType) return null;
  const id = wholeNumberOf(eventType['id']);
  const slug = textOf(eventType['slug']);
  const lengthInMinutes = wholeNumberOf(eventType['lengthInMinutes']);
  const bookingUrl = webAddressOf(eventType['bookingUrl']);
  if (id === null || !slug || lengthInMinutes === null || !bookingUrl) return null;
  return {
    id,
    title: textOf(eventType['title']) ?? slug,
    slug,
    lengthInMinutes,
    lengthInMinutesOptions: readEach(listOf(eventType['lengthInMinutesOptions']) ?? [], wholeNumberOf).read,
    bookingUrl,
    hidden: eventType['hidden'] === true,
    warnings: warningsOf(eventType),
  };
}

/** Candidates are sent there, so nothing but a web address will do. */
function webAddressOf(value: unknown): string | null {
  const address = textOf(value);
  if (!address || !URL.canParse(address)) return null;
  return ['http:', 'https:'].includes(new URL(address).protocol) ? address : null;
}
