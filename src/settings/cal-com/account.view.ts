import type { KnownCalendars } from '../../cal-com/cal-com-calendars.service.js';
import type { CalComSetup } from '../../cal-com/cal-com-configs.service.js';
import { describeCalComFailure } from '../../cal-com/cal-com-failure.js';
import type { CalCalendar } from '../../cal-com/cal-calendar.js';
import { timeAgo } from '../../shared/time-ago.js';

/** Whose account at Cal.com it is, and the calendars Cal.com looks into for it. */
export interface AccountView {
  readonly name: string;
  readonly timeZone: string;
  /** Cal.com's page with everything that can be booked. */
  readonly page: string | null;
  readonly calendars: readonly { tone: string; icon: string; word: string; detail: string }[];
  /** What to know of them, in a sentence. */
  readonly calendarsNote: string;
}

export function accountView(
  setup: CalComSetup,
  bookingUrls: readonly string[],
  { calendars, fetchedAt, failure }: KnownCalendars,
): AccountView {
  return {
    name: setup.accountName ?? 'Not known yet',
    timeZone: setup.accountZone ?? 'Not known yet',
    page: pageOf(bookingUrls),
    calendars: calendars.map(calendarView),
    calendarsNote: failure
      ? `They could not be fetched. ${describeCalComFailure(failure)}`
      : note(calendars, fetchedAt),
  };
}

function calendarView({ name, readable, blocking }: CalCalendar): AccountView['calendars'][number] {
  if (!readable) {
    return {
      tone: 'bad',
      icon: 'calendar-x-2',
      word: 'Cannot be read',
      detail: `${name}. Connect it again in Cal.com.`,
    };
  }
  return blocking > 0
    ? { tone: 'good', icon: 'calendar-check-2', word: 'Read by Cal.com', detail: name }
    : {
        tone: 'warn',
        icon: 'triangle-alert',
        word: 'Blocks no times',
        detail: `${name}. Have it checked for conflicts.`,
      };
}

function note(calendars: readonly CalCalendar[], fetchedAt: Date | null): string {
  if (!fetchedAt) return 'Not fetched yet.';
  const none = 'None is connected in Cal.com, so candidates may book while the host is busy. ';
  return `${calendars.length === 0 ? none : ''}Fetched ${timeAgo(fetchedAt)}.`;
}

/** The event types of one account are below its page. */
function pageOf([first]: readonly string[]): string | null {
  return first ? first.replace(/\/[^/]*$/, '') : null;
}
