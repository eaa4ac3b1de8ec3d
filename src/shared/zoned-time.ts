import { DateTime, IANAZone, Info } from 'luxon';

const locale = 'en-GB';
const weekdays = Info.weekdays('short', { locale });
const months = Info.months('short', { locale });
const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const mostKnownOffsets = 10_000;

/** `Thu 26 Nov, 14:30`; the year only where it is not the one we are in. */
export function shortTime(at: Date, zone: string, now = new Date()): string {
  const local = wallClock(at, zone);
  const year = local.getUTCFullYear();
  const inYear = year === wallClock(now, zone).getUTCFullYear() ? '' : ` ${year}`;
  return `${weekdays[(local.getUTCDay() + 6) % 7]} ${dayOf(local)}${inYear}, ${hourOf(local)}`;
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
  return dayOf(wallClock(at, zone));
}

/** `14:12:05`, for what happens while one looks. */
export function clockTime(at: Date, zone: string): string {
  return inZone(at, zone).toFormat('HH:mm:ss');
}

/** `Today, 14:01`, `Yesterday, 21:40`, else `Fri 20 Nov, 09:12`. */
export function relativeTime(at: Date, zone: string, now = new Date()): string {
  const local = wallClock(at, zone);
  const days = daysOf(wallClock(now, zone)) - daysOf(local);
  const day = days === 0 ? 'Today' : days === 1 ? 'Yesterday' : null;
  return day ? `${day}, ${hourOf(local)}` : shortTime(at, zone, now);
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
  const name = lettersOf(at, zone);
  return /^(UTC|GMT[+-].*|)$/.test(name) ? offset : `${name} (${offset})`;
}

/** `UTC+5:30`. */
export function zoneOffset(at: Date, zone: string): string {
  const minutes = offsetMinutes(at, zone);
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? '-' : '+'}${hours}${rest > 0 ? `:${twoDigits(rest)}` : ''}`;
}

export function isZone(zone: string): boolean {
  return IANAZone.isValidZone(zone);
}

/** A zone has a few in a year, and a page of rows asks for the same again and again, which takes most of its time. */
function lettersOf(at: Date, zone: string): string {
  const key = `${zone} ${wallClock(at, zone).getUTCFullYear()} ${offsetMinutes(at, zone)}`;
  const letters = knownLetters.get(key) ?? inZone(at, zone).offsetNameShort ?? '';
  knownLetters.set(key, letters);
  return letters;
}

const knownLetters = new Map<string, string>();

/** What clocks there show, as if it were UTC: a page of rows has a hundred times, and they must cost it next to nothing. */
function wallClock(at: Date, zone: string): Date {
  return new Date(at.getTime() + offsetMinutes(at, zone) * minuteMs);
}

/** Clocks change at a full minute, if at all, and to ask by how much takes longer than the rest. */
function offsetMinutes(at: Date, zone: string): number {
  const key = `${zone} ${Math.floor(at.getTime() / minuteMs)}`;
  let offset = knownOffsets.get(key);
  if (offset === undefined) {
    offset = IANAZone.create(zone).offset(at.getTime());
    if (knownOffsets.size >= mostKnownOffsets) {
      knownOffsets.clear();
    }
    knownOffsets.set(key, offset);
  }
  return offset;
}

const knownOffsets = new Map<string, number>();

function dayOf(local: Date): string {
  return `${local.getUTCDate()} ${months[local.getUTCMonth()]}`;
}

function hourOf(local: Date): string {
  return `${twoDigits(local.getUTCHours())}:${twoDigits(local.getUTCMinutes())}`;
}

function daysOf(local: Date): number {
  return Math.floor(local.getTime() / dayMs);
}

function twoDigits(number: number): string {
  return String(number).padStart(2, '0');
}

function inZone(at: Date, zone: string): DateTime {
  return DateTime.fromJSDate(at, { zone }).setLocale(locale);
}
