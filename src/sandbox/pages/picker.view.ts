import { DateTime } from 'luxon';
import { freeSlots, type Slot } from '../availability.js';
import { type EventType } from '../event-type.js';
import { type SandboxState } from '../state.js';
import { fieldsOf, linkTo, type PageQuery } from './page-query.js';
import { clockText, inZone, offsetText, zoneText } from './time-words.js';
import { zoneGroups } from './zones.view.js';

const monthsAhead = 3;
const fewestWeeks = 5;

export interface PickerOptions {
  readonly state: SandboxState;
  readonly eventType: EventType;
  readonly path: string;
  readonly query: PageQuery;
  readonly timeZone: string;
  readonly lengthInMinutes: number;
  readonly movingUid: string | null;
  readonly now: Date;
}

/** Weeks of days, those with free times as links, and the free times of one of them. */
export function pickerView(options: PickerOptions) {
  const { path, query, timeZone, now } = options;
  const months = monthsFrom(now, timeZone);
  const month = chosenMonth(options, months);
  const weeks = weeksOf(month, inZone(now, timeZone));
  const days = freeDays(options, weeks);
  const date = query.date && days.has(query.date) ? query.date : (days.keys().next().value ?? null);
  const index = months.findIndex((other) => other.hasSame(month, 'month'));
  const toMonth = (other: DateTime | undefined) =>
    other ? linkTo(path, query, { month: other.toFormat('yyyy-MM'), date: null, slot: null }) : null;
  return {
    month: {
      title: month.toFormat('LLLL yyyy'),
      previousHref: toMonth(months[index - 1]),
      nextHref: toMonth(months[index + 1]),
      weekdays: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'].map((name) => ({
        name,
        short: name.slice(0, 3),
      })),
      weeks: weeks.map((week) =>
        week.map((day) => {
          const iso = day.toISODate() ?? '';
          const count = days.get(iso)?.length ?? 0;
          return {
            text: String(day.day),
            month: day.day === 1 || day === weeks[0]?.[0] ? day.toFormat('LLL') : null,
            before: day.toFormat('cccc'),
            after: ` ${day.toFormat('LLLL')}, ${count} free ${count === 1 ? 'time' : 'times'}`,
            href: count > 0 ? linkTo(path, query, { month: month.toFormat('yyyy-MM'), date: iso, slot: null }) : null,
            isCurrent: iso === date,
          };
        }),
      ),
    },
    day: date ? dayView(options, date, days.get(date) ?? []) : null,
    zone: {
      text: zoneText(inZone(now, timeZone)),
      groups: zoneGroups(timeZone),
      action: path,
      kept: fieldsOf({ ...query, timeZone: null, slot: null, date: null, month: null }),
    },
  };
}

/** The free times nearest to one that was just taken. */
export function nearestFreeTimes(options: PickerOptions, wanted: Date, count: number) {
  const from = DateTime.fromJSDate(wanted).minus({ days: 7 }).toJSDate();
  const to = DateTime.fromJSDate(wanted).plus({ months: monthsAhead }).toJSDate();
  const distance = ({ start }: Slot) => Math.abs(start.getTime() - wanted.getTime());
  return slotsBetween(options, from, to)
    .toSorted((a, b) => distance(a) - distance(b))
    .slice(0, count)
    .toSorted((a, b) => a.start.getTime() - b.start.getTime())
    .map(({ start }) => {
      const time = inZone(start, options.timeZone);
      return { value: start.toISOString(), text: `${time.toFormat('ccc d LLL')}, ${clockText(time)}` };
    });
}

export function isSlotFree(options: PickerOptions, slot: Date): boolean {
  const free = slotsBetween(options, slot, new Date(slot.getTime() + 1));
  return free.some(({ start }) => start.getTime() === slot.getTime());
}

function dayView({ path, query, timeZone }: PickerOptions, date: string, slots: Slot[]) {
  const day = DateTime.fromISO(date, { zone: timeZone, locale: 'en-GB' });
  return {
    title: day.toFormat('cccc d LLLL'),
    zone: offsetText(inZone(slots[0]?.start ?? day.toJSDate(), timeZone)),
    times: slots.map(({ start }) => ({
      text: clockText(inZone(start, timeZone)),
      href: linkTo(path, query, { date, slot: start }),
    })),
  };
}

function monthsFrom(now: Date, timeZone: string): DateTime[] {
  const first = inZone(now, timeZone).startOf('month');
  return Array.from({ length: monthsAhead + 1 }, (_, index) => first.plus({ months: index }));
}

/** The month asked for, else that of the date, else the first that has a free time. */
function chosenMonth(options: PickerOptions, months: DateTime[]): DateTime {
  const asked = options.query.month ?? options.query.date?.slice(0, 7);
  const found = months.find((month) => month.toFormat('yyyy-MM') === asked);
  const first = found ?? months.find((month) => freeDays(options, weeksOf(month, month)).size > 0) ?? months[0];
  if (!first) throw new Error('a picker needs at least one month');
  return first;
}

function freeDays(options: PickerOptions, weeks: DateTime[][]): Map<string, Slot[]> {
  const first = weeks[0]?.[0];
  const last = weeks.at(-1)?.at(-1);
  if (!first || !last) return new Map();
  const slots = slotsBetween(options, first.toJSDate(), last.endOf('day').toJSDate());
  return Map.groupBy(slots, ({ start }) => inZone(start, options.timeZone).toISODate() ?? '');
}

function slotsBetween({ state, eventType, lengthInMinutes, movingUid, now }: PickerOptions, from: Date, to: Date) {
  return freeSlots(state, eventType, { from, to, lengthInMinutes, now, movingUid });
}

/** The weeks of a month without those that are over, and never fewer than a month's worth. */
function weeksOf(month: DateTime, today: DateTime): DateTime[][] {
  const first = DateTime.max(month, today).startOf('week');
  const inMonth = Math.ceil(month.endOf('month').diff(first, 'days').days / 7);
  return Array.from({ length: Math.max(inMonth, fewestWeeks) }, (_, week) =>
    Array.from({ length: 7 }, (_, day) => first.plus({ days: week * 7 + day })),
  );
}
