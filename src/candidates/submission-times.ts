import { DateTime } from 'luxon';

export type SubmissionTime = { ok: true; at: Date } | { ok: false; fault: string };

const day = /^2[01]\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const clock = /^(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?/;
const offset = /(Z)$|([+-])(0\d|1[0-4])(?::?([0-5]\d))?$/i;

const noDate = { ok: false, fault: 'is not a date; write 2026-11-20 or 2026-11-20T16:30:00Z' } as const;
const noOffset = {
  ok: false,
  fault: 'has no offset from UTC; write 2026-11-20T16:30:00Z or 2026-11-20T16:30:00+01:00',
} as const;

/** Reads the times of one file: an ISO date is the start of that day in the organization's zone, a time needs its offset. */
export class SubmissionTimes {
  /** The start of a day in a zone is slow to find, and a file names the same few days again and again. */
  private readonly days = new Map<string, Date>();

  constructor(private readonly orgTimeZone: string) {}

  read(text: string): SubmissionTime {
    const date = text.slice(0, 'yyyy-mm-dd'.length);
    if (!isDay(date)) {
      return noDate;
    }
    if (date === text) {
      return { ok: true, at: this.startOf(date) };
    }
    const time = /^[T ]/i.test(text.slice(date.length)) ? clock.exec(text.slice(date.length + 1))?.[0] : undefined;
    if (time === undefined) {
      return noDate;
    }
    const rest = text.slice(date.length + 1 + time.length).trimStart();
    const zone = offset.exec(rest);
    if (zone?.[0] !== rest) {
      return rest === '' ? noOffset : noDate;
    }
    return { ok: true, at: new Date(`${date}T${time}${inIso(zone)}`) };
  }

  private startOf(date: string): Date {
    const known = this.days.get(date);
    const start = known ?? DateTime.fromISO(date, { zone: this.orgTimeZone }).startOf('day').toJSDate();
    this.days.set(date, start);
    return start;
  }
}

/** Whether the calendar has the day: `Date` alone takes 30 February for 2 March. */
function isDay(date: string): boolean {
  const [year, month, dayOfMonth] = date.split('-').map(Number);
  return day.test(date) && dayOfMonth! <= new Date(Date.UTC(year!, month!, 0)).getUTCDate();
}

function inIso([, utc, sign, hours, minutes = '00']: RegExpExecArray): string {
  return utc ? 'Z' : `${sign}${hours}:${minutes}`;
}
