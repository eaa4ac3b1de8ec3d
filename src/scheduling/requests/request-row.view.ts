import { DateTime } from 'luxon';
import { relativeTime, zoneLabel } from '../../shared/zoned-time.js';
import type { Badge } from '../page-parts.view.js';
import type { RequestKind } from './candidate-request.entity.js';
import type { OpenRequest } from './candidate-requests.service.js';
import { windowInstants, type TimeWindow } from './time-wish.js';

/** `views/partials/scheduling/candidate-request.hbs`: what a candidate asked for or said, in a row of the Scheduling page. */
export interface RequestRow {
  readonly id: string;
  readonly badge: Badge;
  /** `Today, 14:01`. */
  readonly said: string;
  readonly times: readonly WishedTime[];
  readonly note: string;
}

export interface WishedTime {
  readonly admins: string;
  /** By the candidate's clock; '' where that shows the same. */
  readonly theirs: string;
}

const badges: Readonly<Record<RequestKind, Badge>> = {
  times: { tone: 'warn', icon: 'message-square', word: 'Asks for other times' },
  new_link: { tone: 'warn', icon: 'message-square', word: 'Asks for a new link' },
  declined: { tone: 'warn', icon: 'message-square', word: 'No longer wants it' },
};

export function requestRow(request: OpenRequest, zone: string, now: Date): RequestRow {
  const { id, kind, createdAt, windows, note, timeZone } = request;
  return {
    id,
    badge: badges[kind],
    said: relativeTime(createdAt, zone, now),
    times: windows.map((window) => wishedTime(window, timeZone, zone)),
    note,
  };
}

function wishedTime(window: TimeWindow, theirZone: string, zone: string): WishedTime {
  const { start, end } = windowInstants(window, theirZone);
  const admins = spanInWords(start, end, zone);
  const theirs = spanInWords(start, end, theirZone);
  return { admins, theirs: theirs === admins ? '' : `${theirs} for them` };
}

/** `Tue 1 Dec, 09:00–12:30 CET (UTC+1)`; the second day where it is another. */
function spanInWords(start: Date, end: Date, zone: string): string {
  const local = (at: Date) => DateTime.fromJSDate(at, { zone }).setLocale('en-GB');
  const until = local(end).toFormat(local(start).hasSame(local(end), 'day') ? 'HH:mm' : 'ccc HH:mm');
  return `${local(start).toFormat('ccc d LLL, HH:mm')}–${until} ${zoneLabel(start, zone)}`;
}
