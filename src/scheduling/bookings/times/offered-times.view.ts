import type { DateTime } from 'luxon';
import type { Prompt } from '../../page-parts.view.js';
import { clockIn, dayInWords, theirTime } from '../booking-time.js';
import { daysOffered, type OfferedTimes } from './offered-times.service.js';

export interface TimeChoice {
  readonly id: string;
  readonly value: string;
  readonly time: string;
  readonly theirs: string;
  readonly checked: boolean;
}

/** `views/partials/scheduling/bookings/times.hbs`: the free times of some days, one of them to be chosen. */
export interface TimesView {
  readonly from: string;
  readonly span: string;
  readonly earlier: string | null;
  readonly later: string;
  readonly trouble: Prompt | null;
  readonly days: readonly { readonly day: string; readonly times: readonly TimeChoice[] }[];
}

export interface TimesInput {
  readonly offered: OfferedTimes;
  readonly timeZone: string;
  readonly theirZone: string;
  /** The instant that was chosen, or ''. */
  readonly start: string;
  /** The page from that day on; `day` is `2026-11-24`. */
  readonly href: (day: string) => string;
  readonly now: Date;
}

export function timesView({ offered, timeZone, theirZone, start, href, now }: TimesInput): TimesView {
  const { from, times, trouble } = offered;
  const byDay = Map.groupBy(times, (time) => dayInWords(time, timeZone, now));
  const on = (day: DateTime) => href(day.toISODate()!);
  const words = (day: DateTime) => dayInWords(day.toJSDate(), timeZone, now);
  const choice = (time: Date): TimeChoice => ({
    id: `start-${time.getTime()}`,
    value: time.toISOString(),
    time: clockIn(time, timeZone),
    theirs: theirTime(time, theirZone, timeZone),
    checked: time.toISOString() === start,
  });
  return {
    from: from.toISODate()!,
    span: `${words(from)} to ${words(from.plus({ days: daysOffered - 1 }))}`,
    earlier: from.toMillis() <= now.getTime() ? null : on(from.minus({ days: daysOffered })),
    later: on(from.plus({ days: daysOffered })),
    trouble: trouble === null ? null : timesTrouble(trouble, on(from)),
    days: [...byDay].map(([day, starts]) => ({ day, times: starts.map(choice) })),
  };
}

export function timesTrouble(text: string, retry: string | null): Prompt {
  const action = retry === null ? null : { href: retry, label: 'Retry' };
  const strong = 'The free times could not be read.';
  return { tone: 'bad', icon: 'unplug', strong, text, action, urgent: false };
}
