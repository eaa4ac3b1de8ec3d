import { DateTime } from 'luxon';

const locale = 'en-GB';

export function inZone(time: Date | string, timeZone: string): DateTime {
  const at = typeof time === 'string' ? new Date(time) : time;
  return DateTime.fromJSDate(at, { zone: timeZone }).setLocale(locale);
}

/** Tuesday 24 November 2026 */
export const dayText = (time: DateTime) => time.toFormat('cccc d LLLL yyyy');

export const clockText = (time: DateTime) => time.toFormat('HH:mm');

export const rangeText = (from: DateTime, to: DateTime) => `${clockText(from)}–${clockText(to)}`;

/** Central European Standard Time (UTC+1), Berlin */
export const zoneText = (time: DateTime) =>
  `${time.offsetNameLong} (${offsetText(time)}), ${cityOf(time.zoneName ?? '')}`;

export const offsetText = (time: DateTime) => `UTC${time.offset === 0 ? '' : time.toFormat('Z')}`;

export const cityOf = (timeZone: string) => timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');

export function lengthText(minutes: number): string {
  return `${minutes} minutes`;
}
