import { longestReason } from '../one/cancellation.form.js';
import { clockTime, fullTime, zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import type { Badge, HiddenField, Link } from '../../page-parts.view.js';
import { plural } from '../../plural.js';
import type { BulkRowState } from './bulk-action-row.entity.js';
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
  readonly id: string;
  readonly canAct: boolean;
  readonly heading: string;
  readonly asOf: string;
  readonly total: number;
  readonly done: number;
  readonly parts: readonly { readonly tone: Badge['tone']; readonly x: number; readonly width: number }[];
  readonly stopLabel: string;
  readonly retryLabel: string;
  readonly rows: readonly BulkRowView[];
  readonly refresh: { readonly seconds: number } | null;
}

const back: Link = { href: '/app/bookings', label: 'Bookings' };
const refreshSeconds = 2;
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
const badges: Readonly<Record<BulkRowState, Badge>> = {
  waiting: { tone: 'neutral', icon: 'hourglass', word: 'Waiting' },
  working: { tone: 'info', icon: 'loader-circle', word: 'Under way' },
  done: { tone: 'good', icon: 'circle-check', word: 'Done' },
  failed: { tone: 'bad', icon: 'circle-alert', word: 'Failed' },
  stopped: { tone: 'neutral', icon: 'circle-stop', word: 'Stopped' },
};
const barOrder: readonly BulkRowState[] = ['done', 'failed', 'working', 'waiting', 'stopped'];

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
  const count = (state: BulkRowState) => rows.filter((row) => row.state === state).length;
  const left = count('waiting') + count('working');
  let x = 0;
  return {
    title: words[action.kind].title,
    sub: action.reason ? `Because: ${action.reason}` : words[action.kind].mails,
    back,
    id: action.id,
    canAct: input.canAct,
    heading: `${count('done')} of ${rows.length} done${count('failed') > 0 ? `, ${count('failed')} failed` : ''}`,
    asOf: `As of ${clockTime(now, timeZone)}`,
    total: rows.length,
    done: rows.length - left,
    parts: barOrder
      .filter((state) => count(state) > 0)
      .map((state) => {
        x += count(state);
        return { tone: badges[state].tone, x: x - count(state), width: count(state) };
      }),
    stopLabel:
      count('waiting') > 0
        ? `Stop, leave ${plural(count('waiting'), 'booking')} as ${count('waiting') === 1 ? 'it is' : 'they are'}`
        : '',
    retryLabel: count('failed') > 0 && left === 0 ? `Retry ${count('failed')} failed` : '',
    rows: rows.map((row) => ({
      href: `/app/bookings/${row.bookingId}`,
      name: row.name,
      email: row.email,
      when: fullTime(row.startTime, timeZone, now),
      badge: badges[row.state],
      note: row.reason ?? '',
    })),
    refresh: left > 0 ? { seconds: refreshSeconds } : null,
  };
}
