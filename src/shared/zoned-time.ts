import { DateTime, IANAZone } from 'luxon';

const locale = 'en-GB';

/** `Thu 26 Nov, 14:30`; the year only where it is not the one we are in. */
export function shortTime(at: Date, zone: string, now = new Date()): string {
  const local = inZone(at, zone);
  const sameYear = local.year === inZone(now, zone).year;
  return local.toFormat(sameYear ? 'ccc d LLL, HH:mm' : 'ccc d LLL yyyy, HH:mm');
}

/** `Thu 26 Nov, 14:30 CET (UTC+1)`: wherever a person might act on the hour. */
export function fullTime(at: Date, zone: string, now = new Date()): string {
  return `${shortTime(at, zone, now)} ${zoneLabel(at, zone)}`;
}

/** `Tuesday 24 November, 09:00`. */
export function longTime(at: Date, zone: string): string {
  return inZone(at, zone).toFormat('cccc d LLLL, HH:mm');
}

/** `20 Nov`. */
export function shortDay(at: Date, zone: string): string {
  return inZone(at, zone).toFormat('d LLL');
}

/** `14:12:05`, for what happens while one looks. */
export function clockTime(at: Date, zone: string): string {
  return inZone(at, zone).toFormat('HH:mm:ss');
}

/** `Today, 14:01`, `Yesterday, 21:40`, else `Fri 20 Nov, 09:12`. */
export function relativeTime(at: Date, zone: string, now = new Date()): string {
  const local = inZone(at, zone);
  const days = inZone(now, zone).startOf('day').diff(local.startOf('day'), 'days').days;
  const day = days === 0 ? 'Today' : days === 1 ? 'Yesterday' : null;
  return day ? `${day}, ${local.toFormat('HH:mm')}` : shortTime(at, zone, now);
}

/** `14:32` where that is today, else `Tue 24 Nov, 00:00`: for what is about to happen. */
export function comingTime(at: Date, zone: string, now = new Date()): string {
  return relativeTime(at, zone, now).replace('Today, ', '');
}

/** When the day after `now` begins. */
export function nextMidnight(zone: string, now = new Date()): Date {
  return inZone(now, zone).startOf('day').plus({ days: 1 }).toJSDate();
}

/** `Berlin`: the short name of a zone. */
export function zoneCity(zone: string): string {
  return zone.split('/').at(-1)!.replaceAll('_', ' ');
}

/** `Berlin, CET (UTC+1)`: the line that says once in which zone a page speaks. */
export function zoneInWords(zone: string, at = new Date()): string {
  return `${zoneCity(zone)}, ${zoneLabel(at, zone)}`;
}

/** `CET (UTC+1)`; a zone without letters of its own is its offset alone: `UTC+5:30`. */
export function zoneLabel(at: Date, zone: string): string {
  const offset = zoneOffset(at, zone);
  const name = lettersOf(inZone(at, zone));
  return /^(UTC|GMT[+-].*|)$/.test(name) ? offset : `${name} (${offset})`;
}

/** `UTC+5:30`. */
export function zoneOffset(at: Date, zone: string): string {
  return `UTC${inZone(at, zone).toFormat('Z')}`.replace(/:00$/, '');
}

export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** A zone has a few in a year, and a page of rows asks for the same again and again, which takes most of its time. */
function lettersOf(local: DateTime): string {
  const key = `${local.zoneName} ${local.year} ${local.offset}`;
  const letters = knownLetters.get(key) ?? local.offsetNameShort ?? '';
  knownLetters.set(key, letters);
  return letters;
}

const knownLetters = new Map<string, string>();

function inZone(at: Date, zone: string): DateTime {
  return DateTime.fromJSDate(at, { zone }).setLocale(locale);
}
