import { DateTime } from 'luxon';
import { zoneCity, zoneLabel } from '../../shared/zoned-time.js';

const locale = 'en-GB';

/** `10:30–11:00 CET (UTC+1)`. */
export function timeSpan(start: Date, end: Date, zone: string): string {
  return `${clockIn(start, zone)}–${clockIn(end, zone)} ${zoneLabel(start, zone)}`;
}

/** `18:30 in Seoul (UTC+9)`, with the day where it is another one there. */
export function theirTime(start: Date, theirZone: string, zone: string): string {
  const there = inZone(start, theirZone);
  const sameDay = there.toISODate() === inZone(start, zone).toISODate();
  const offset = `UTC${there.toFormat('Z')}`.replace(/:00$/, '');
  return `${sameDay ? '' : `${there.toFormat('ccc d LLL')}, `}${clockIn(start, theirZone)} in ${zoneCity(theirZone)} (${offset})`;
}

/** `Tomorrow, Tue 24 Nov`; the year only where it is not the one we are in. */
export function dayInWords(at: Date, zone: string, now: Date): string {
  const day = inZone(at, zone);
  const today = inZone(now, zone);
  const date = day.toFormat(day.year === today.year ? 'ccc d LLL' : 'ccc d LLL yyyy');
  const name = relativeDays[Math.round(day.startOf('day').diff(today.startOf('day'), 'days').days)];
  return name ? `${name}, ${date}` : date;
}

/** `10:30`. */
export function clockIn(at: Date, zone: string): string {
  return inZone(at, zone).toFormat('HH:mm');
}

/** Before seven in the morning or from nine in the evening on: nobody chooses that for an interview without a thought. */
export function isAtNight(at: Date, zone: string): boolean {
  const { hour } = inZone(at, zone);
  return hour < 7 || hour >= 21;
}

function inZone(at: Date, zone: string): DateTime {
  return DateTime.fromJSDate(at, { zone }).setLocale(locale);
}

const relativeDays: Readonly<Record<number, string>> = { [-1]: 'Yesterday', 0: 'Today', 1: 'Tomorrow' };
