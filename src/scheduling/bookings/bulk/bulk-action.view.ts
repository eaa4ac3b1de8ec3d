import { longestReason } from '../one/cancellation.form.js';
import { fullTime, zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import type { Badge, HiddenField, Link } from '../../page-parts.view.js';
import { plural } from '../../plural.js';
import { progressView, refreshOf, workBadges, type ProgressView } from '../work/progress.view.js';
import type { BulkAction, BulkKind } from './bulk-action.entity.js';
import type { BulkRow } from './bulk-actions.service.js';

export interface BulkRowView {
  readonly href: string;
  readonly name: string;
  readonly email: string;
  readonly when: string;
  readonly badge: Badge;
  readonly note: string;
}

/** `views/pages/scheduling/bookings/bulk-check.hbs`: asked before anything is done. */
export interface BulkCheckView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly errors: FormErrors;
  readonly asksReason: boolean;
  readonly reason: string;
  readonly longestReason: number;
  readonly mails: string;
  readonly button: string;
  readonly rows: readonly {
    readonly name: string;
    readonly email: string;
    readonly when: string;
    readonly skipped: string;
  }[];
  readonly possible: boolean;
  readonly fields: readonly HiddenField[];
}

/** `views/pages/scheduling/bookings/bulk-show.hbs`: what became of each. */
export interface BulkActionView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly canAct: boolean;
  readonly progress: ProgressView;
  readonly rows: readonly BulkRowView[];
  readonly refresh: { readonly seconds: number } | null;
}

const back: Link = { href: '/app/bookings', label: 'Bookings' };
const words: Readonly<Record<BulkKind, { title: string; ask: string; button: string; mails: string }>> = {
  cancel: {
    title: 'Cancelling bookings',
    ask: 'Cancel these bookings?',
    button: 'Cancel',
    mails: 'Cal.com mails each candidate and host that it is cancelled, with this reason.',
  },
  no_show: {
    title: 'Marking no-shows',
    ask: 'Mark these as no-shows?',
    button: 'Mark',
    mails: 'Cal.com notes it and mails nobody.',
  },
};
/** Why nothing will be asked of Cal.com for this one, or ''. */
export function skippedBecause({ status, startTime, endTime }: BulkRow, kind: BulkKind, now: Date): string {
  if (kind === 'no_show') {
    return status !== 'confirmed' ? 'Not a confirmed interview' : startTime > now ? 'Has not begun yet' : '';
  }
  const isOpen = status === 'pending' || status === 'confirmed';
  return isOpen ? (endTime <= now ? 'Is over already' : '') : 'Is not open any more';
}

export function bulkCheckView(input: {
  readonly kind: BulkKind;
  readonly rows: readonly BulkRow[];
  readonly reason: string;
  readonly errors: readonly FieldError[];
  readonly timeZone: string;
  readonly now: Date;
}): BulkCheckView {
  const { kind, rows, timeZone, now } = input;
  const shown = rows.map((row) => ({
    name: row.name,
    email: row.email,
    when: fullTime(row.startTime, timeZone, now),
    skipped: skippedBecause(row, kind, now),
  }));
  const count = shown.filter(({ skipped }) => !skipped).length;
  const skipped = rows.length - count;
  return {
    title: words[kind].ask,
    sub: `${plural(count, 'booking')}${skipped > 0 ? `, ${skipped} skipped` : ''}. Times are in ${zoneInWords(timeZone, now)}.`,
    back,
    errors: formErrors(['cancellation_reason', 'booking_ids'], input.errors),
    asksReason: kind === 'cancel',
    reason: input.reason,
    longestReason,
    mails: words[kind].mails,
    button: `${words[kind].button} ${plural(count, 'booking')}`,
    rows: shown,
    possible: count > 0,
    fields: [
      { name: 'kind', value: kind },
      { name: 'asked', value: 'yes' },
      ...rows.map(({ bookingId }) => ({ name: 'booking_ids[]', value: bookingId })),
    ],
  };
}

export function bulkActionView(input: {
  readonly action: BulkAction;
  readonly rows: readonly BulkRow[];
  readonly timeZone: string;
  readonly canAct: boolean;
  readonly now: Date;
}): BulkActionView {
  const { action, rows, timeZone, now } = input;
  return {
    title: words[action.kind].title,
    sub: action.reason ? `Because: ${action.reason}` : words[action.kind].mails,
    back,
    canAct: input.canAct,
    progress: progressView({
      rows,
      href: `/app/bookings/bulk-actions/${action.id}`,
      doneWord: 'done',
      stopLabel: (waiting) => `Stop, leave ${plural(waiting, 'booking')} as ${waiting === 1 ? 'it is' : 'they are'}`,
      timeZone,
      now,
    }),
    rows: rows.map((row) => ({
      href: `/app/bookings/${row.bookingId}`,
      name: row.name,
      email: row.email,
      when: fullTime(row.startTime, timeZone, now),
      badge: workBadges[row.state],
      note: row.reason ?? '',
    })),
    refresh: refreshOf(rows),
  };
}
