import { DateTime } from 'luxon';

const longestYears = 10;

/**
 * The end of a day of the zone, typed as `2026-12-31`; null where it is no day, over, not after `erasedAt` (as it is kept
 * for so long anyway), or more than ten years ahead.
 */
export function readKeptUntil(typed: unknown, zone: string, erasedAt: Date, now = new Date()): Date | null {
  if (typeof typed !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(typed.trim())) {
    return null;
  }
  const day = DateTime.fromISO(typed.trim(), { zone });
  const end = day.plus({ days: 1 });
  const latest = DateTime.fromJSDate(now, { zone }).plus({ years: longestYears });
  const isLonger = end.toJSDate() > now && end.toJSDate() > erasedAt;
  return day.isValid && isLonger && end <= latest ? end.toJSDate() : null;
}

/** `31 December 2026`: the last day that it is kept. */
export function lastKeptDay(keptUntil: Date, zone: string): string {
  return DateTime.fromJSDate(keptUntil, { zone }).minus({ milliseconds: 1 }).setLocale('en-GB').toFormat('d LLLL yyyy');
}
