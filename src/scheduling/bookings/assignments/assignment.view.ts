import { fullTime, zoneInWords } from '../../../shared/zoned-time.js';
import type { Badge, Link } from '../../page-parts.view.js';
import { plural } from '../../plural.js';
import { theirTime } from '../booking-time.js';
import { progressView, refreshOf, workBadges, type ProgressView } from '../work/progress.view.js';
import type { AssignedTime } from './assignments.service.js';

export interface AssignedRow {
  readonly name: string;
  readonly email: string;
  /** The booking, or null while there is none. */
  readonly href: string | null;
  readonly when: string;
  readonly theirs: string;
  readonly badge: Badge;
  readonly note: string;
}

/** `views/pages/scheduling/bookings/assignment.hbs`: what became of each. */
export interface AssignmentView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly canAct: boolean;
  readonly progress: ProgressView;
  /** Where those that failed get other times; null while there are none. */
  readonly newTimesHref: string | null;
  readonly rows: readonly AssignedRow[];
  readonly refresh: { readonly seconds: number } | null;
}

export interface AssignmentInput {
  readonly id: string;
  readonly eventType: string;
  readonly rows: readonly AssignedTime[];
  readonly canAct: boolean;
  readonly timeZone: string;
  readonly now: Date;
}

const path = '/app/scheduling/assignments';
const badges = { ...workBadges, done: { ...workBadges.done, icon: 'calendar-check-2', word: 'Booked' } };

export function assignmentPath(id: string): string {
  return `${path}/${id}`;
}

export function assignmentView({ id, eventType, rows, canAct, timeZone, now }: AssignmentInput): AssignmentView {
  const progress = progressView({
    rows,
    href: assignmentPath(id),
    doneWord: 'booked',
    stopLabel: (waiting) => `Stop, leave ${plural(waiting, 'time')} unbooked`,
    timeZone,
    now,
  });
  return {
    title: 'Assigned times',
    sub: `${eventType}. Times are in ${zoneInWords(timeZone, rows[0]?.startTime ?? now)}.`,
    back: { href: '/app/scheduling', label: 'Scheduling' },
    canAct,
    progress,
    newTimesHref: progress.retryLabel ? `${path}/new?failed_of=${id}` : null,
    rows: rows.map((row) => assignedRow(row, timeZone, now)),
    refresh: refreshOf(rows),
  };
}

function assignedRow(row: AssignedTime, timeZone: string, now: Date): AssignedRow {
  const { bookingStart, startTime } = row;
  const isOther = bookingStart !== null && bookingStart.getTime() !== startTime.getTime();
  return {
    name: row.name,
    email: row.email,
    href: row.bookingId && `/app/bookings/${row.bookingId}`,
    when: fullTime(startTime, timeZone, now),
    theirs: theirTime(startTime, row.timeZone, timeZone),
    badge: badges[row.state],
    note: isOther ? `Had booked ${fullTime(bookingStart, timeZone, now)} meanwhile: that is kept` : (row.reason ?? ''),
  };
}
