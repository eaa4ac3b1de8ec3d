import { DateTime } from 'luxon';
import type { FieldError } from '../../web/forms.js';

/** A day and two hours of it, as the candidate's clock shows them: `2026-12-01`, `09:00`, `12:30`. */
export interface TimeWindow {
  readonly day: string;
  readonly from: string;
  readonly to: string;
}

/** Which other times suit a candidate. */
export interface TimeWish {
  readonly windows: readonly TimeWindow[];
  readonly note: string;
}

export interface TypedTimeWish {
  readonly wish: TimeWish;
  /** Each window as it was typed, empty ones too. */
  readonly rows: readonly TimeWindow[];
  readonly errors: readonly FieldError[];
}

export const mostWindows = 3;
export const longestNote = 500;
const farthestDays = 365;
const ordinals = ['first', 'second', 'third'];

const dayShape = /^\d{4}-\d{2}-\d{2}$/;
const timeShape = /^([01]\d|2[0-3]):[0-5]\d$/;
/** Control characters, line ends among them, and the marks that turn the direction of the text around them. */
const disruptive = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu;

/** Reads `day_1`, `from_1`, `to_1`, ... and `note` of a form; `zone` says which day it is for the candidate. */
export function readTimeWish(body: unknown, zone: string, now = new Date()): TypedTimeWish {
  const typed = (body ?? {}) as Readonly<Record<string, unknown>>;
  const rows = Array.from({ length: mostWindows }, (_, index) => ({
    day: shortText(typed[`day_${index + 1}`]),
    from: shortText(typed[`from_${index + 1}`]),
    to: shortText(typed[`to_${index + 1}`]),
  }));
  const note = cleanNote(typed['note']);
  const windows = rows.filter(isFilled);
  const errors = rows.flatMap((row, index) => (isFilled(row) ? faultsOf(row, index, zone, now) : []));
  if ([...note].length > longestNote) {
    errors.push({ field: 'note', message: `Shorten the note to ${longestNote} characters.` });
  }
  if (windows.length === 0 && note === '') {
    errors.push({ field: 'day_1', message: 'Give at least one time that suits you, or write a note.' });
  }
  return { wish: { windows, note }, rows, errors };
}

/** The instants a window stands for. */
export function windowInstants({ day, from, to }: TimeWindow, zone: string): { start: Date; end: Date } {
  const at = (time: string) => DateTime.fromISO(`${day}T${time}`, { zone }).toJSDate();
  return { start: at(from), end: at(to) };
}

function faultsOf({ day, from, to }: TimeWindow, index: number, zone: string, now: Date): FieldError[] {
  const which = `the ${ordinals[index]} time`;
  const fault = (name: string, message: string) => [{ field: `${name}_${index + 1}`, message }];
  const date = dayShape.test(day) ? DateTime.fromISO(day, { zone }) : null;
  if (!date?.isValid) {
    return fault('day', `Choose a day for ${which}.`);
  }
  const today = DateTime.fromJSDate(now, { zone }).startOf('day');
  if (date < today) {
    return fault('day', `The day of ${which} is over: choose a later one.`);
  }
  if (date > today.plus({ days: farthestDays })) {
    return fault('day', `Choose a day within a year for ${which}.`);
  }
  if (!timeShape.test(from)) {
    return fault('from', `Say from when ${which} suits you, such as 09:00.`);
  }
  if (!timeShape.test(to)) {
    return fault('to', `Say until when ${which} suits you, such as 12:30.`);
  }
  return to > from ? [] : fault('to', `The end of ${which} is not after its start.`);
}

function isFilled({ day, from, to }: TimeWindow): boolean {
  return `${day}${from}${to}` !== '';
}

function shortText(value: unknown): string {
  return typeof value === 'string' ? value.trim().slice(0, 10) : '';
}

function cleanNote(value: unknown): string {
  return typeof value === 'string'
    ? value.toWellFormed().normalize('NFC').replace(disruptive, ' ').replace(/\s+/gu, ' ').trim()
    : '';
}
