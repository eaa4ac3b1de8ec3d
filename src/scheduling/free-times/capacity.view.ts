import { timeAgo } from '../../shared/time-ago.js';
import type { Prompt } from '../page-parts.view.js';
import { plural } from '../plural.js';
import type { Capacity } from './capacity.service.js';
import { daysAhead } from './free-times-cache.service.js';

/** `views/partials/scheduling/capacity.hbs`. */
export interface CapacityView {
  /** `34 free times for 41 people in the next 14 days`. */
  readonly text: string;
  /** `As of 3 minutes ago`, and what to do where it is not enough. */
  readonly note: string;
  readonly isShort: boolean;
}

const whereToLook =
  'Often a calendar was disconnected: look at the connected calendars in Cal.com first, then at the availability of this event type.';
const moreHours = 'Open more hours in Cal.com, or send in smaller groups.';

export function capacityView({ freeTimes, people, fetchedAt }: Capacity, now: Date): CapacityView {
  if (freeTimes === null) {
    return {
      text: `How many times are free for ${peopleInWords(people)} is not known`,
      note: 'Cal.com has not told within the last hour. Look at this page again a little later.',
      isShort: false,
    };
  }
  const remedy = freeTimes === 0 ? whereToLook : freeTimes < people ? moreHours : '';
  return {
    text: inWords(freeTimes, people),
    note: `As of ${timeAgo(fetchedAt!, now)}. ${remedy}`.trim(),
    isShort: freeTimes < people,
  };
}

/** For the Scheduling page: an event type that somebody will find no time of. */
export function capacityAlarms(capacities: readonly Capacity[], now: Date): Prompt[] {
  return capacities.flatMap((capacity) => {
    const { title, freeTimes, people } = capacity;
    if (freeTimes === null || freeTimes >= people) {
      return [];
    }
    const { note } = capacityView(capacity, now);
    const isNone = freeTimes === 0;
    return [
      {
        tone: isNone ? ('bad' as const) : ('warn' as const),
        icon: isNone ? 'calendar-x' : 'calendar-clock',
        strong: isNone ? `${title}: no free time left.` : `${title}: more people than free times.`,
        text: `${inWords(freeTimes, people)}. ${note}`,
        action: null,
        urgent: false,
      },
    ];
  });
}

/** For the Scheduling page, beside what is about to be sent: `Interview: 34 free times for 20 people ...` where that is enough. */
export function capacityLines(capacities: readonly Capacity[], now: Date): string[] {
  return capacities
    .filter(({ freeTimes, people }) => freeTimes !== null && freeTimes >= people)
    .map((capacity) => [capacity.title, capacityView(capacity, now)] as const)
    .map(([title, { text, note }]) => `${title}: ${text}. ${note}`);
}

function inWords(freeTimes: number, people: number): string {
  const count = freeTimes === 0 ? 'No free time' : plural(freeTimes, 'free time');
  return `${count} for ${peopleInWords(people)} in the next ${daysAhead} days`;
}

function peopleInWords(people: number): string {
  return people === 1 ? '1 person' : `${people} people`;
}
