import { formErrors, type FormErrors } from '../../../web/forms.js';
import { zoneInWords } from '../../../shared/zoned-time.js';
import type { Link, Option, Pager, Prompt } from '../../page-parts.view.js';
import { syncAge } from '../sync-age.view.js';
import type { SyncState } from '../sync/booking-sync.service.js';
import { bookingsAddress, bookingTabs, type BookingFilter, type BookingTab } from './booking-filter.js';
import type { BookingsOnPage, TabCounts } from './booking-list.service.js';
import { bookingRows, type BookingRow } from './booking-row.view.js';

export interface BulkButton {
  readonly kind: string;
  readonly label: string;
  readonly icon: string;
}

export interface TabView {
  readonly href: string;
  readonly label: string;
  readonly count: string;
  readonly urgent: boolean;
  readonly current: boolean;
}

/** What the pages of all tabs have above their content. */
export interface BookingsHead {
  readonly title: string;
  /** `Times are in Berlin, CET (UTC+1). As of 2 minutes ago at Cal.com.` */
  readonly sub: string;
  readonly prompt: Prompt | null;
  readonly canAct: boolean;
  readonly tabs: readonly TabView[];
  /** Where to come back to after the look at Cal.com. */
  readonly here: string;
  readonly errors: FormErrors;
  readonly refresh: { readonly seconds: number };
}

/** `views/pages/scheduling/bookings/index.hbs`. */
export interface BookingsView extends BookingsHead, Record<string, unknown> {
  readonly show: string;
  readonly q: string;
  readonly assessments: readonly Option[];
  readonly eventTypes: readonly Option[];
  readonly isFiltered: boolean;
  readonly resetHref: string;
  readonly caption: string;
  readonly rows: readonly BookingRow[];
  readonly empty: string;
  /** What can be done with ticked ones; none where nobody may act. */
  readonly bulk: readonly BulkButton[];
  /** Where an organization without any booking begins. */
  readonly start: Link | null;
  readonly pager: Pager;
}

export interface HeadInput {
  readonly filter: BookingFilter;
  readonly counts: TabCounts;
  readonly sync: SyncState;
  readonly timeZone: string;
  readonly canAct: boolean;
  readonly canConfigure: boolean;
  readonly now: Date;
}

export interface BookingsInput extends HeadInput {
  readonly tab: BookingTab;
  readonly page: BookingsOnPage;
  readonly assessments: readonly { readonly id: string; readonly title: string }[];
  readonly eventTypes: readonly { readonly eventTypeId: number; readonly title: string }[];
}

const refreshSeconds = 5;
const tabLabels: Readonly<Record<BookingTab | 'unmatched', string>> = {
  upcoming: 'Upcoming',
  past: 'Past',
  cancelled: 'Cancelled',
  attention: 'Needs attention',
  unmatched: 'Unmatched',
};
const cancelButton: BulkButton = { kind: 'cancel', label: 'Cancel…', icon: 'calendar-x' };
const noShowButton: BulkButton = { kind: 'no_show', label: 'Mark as no-shows…', icon: 'user-x' };
const inviteButton: BulkButton = { kind: 'invite', label: 'Invite again', icon: 'send' };
const bulkButtons: Readonly<Record<BookingTab, readonly BulkButton[]>> = {
  upcoming: [cancelButton],
  past: [noShowButton, inviteButton],
  cancelled: [inviteButton],
  attention: [cancelButton],
};
const emptyTexts: Readonly<Record<BookingTab, string>> = {
  upcoming: 'No interview is ahead.',
  past: 'No interview is over yet.',
  cancelled: 'Nothing was cancelled or rejected.',
  attention: 'Nothing waits for you.',
};

export function bookingsHead(input: HeadInput): BookingsHead {
  const { filter, counts, timeZone, now } = input;
  const age = syncAge(input.sync, input.canConfigure, now);
  return {
    title: 'Bookings',
    sub: `Times are in ${zoneInWords(timeZone, now)}. ${age.sentence}`,
    prompt: age.prompt,
    canAct: input.canAct,
    tabs: [...bookingTabs, 'unmatched' as const].map((tab) => ({
      href: bookingsAddress(filter, { show: tab === 'upcoming' ? null : tab }),
      label: tabLabels[tab],
      count: String(counts[tab]),
      urgent: (tab === 'attention' || tab === 'unmatched') && counts[tab] > 0,
      current: tab === filter.tab,
    })),
    here: bookingsAddress(filter),
    errors: formErrors([]),
    refresh: { seconds: refreshSeconds },
  };
}

export function bookingsView(input: BookingsInput): BookingsView {
  const { tab, filter, page, counts, timeZone, now } = input;
  const total = counts[tab];
  const range = page.bookings.length === total ? `${total} in all` : `${page.bookings.length} of ${total}`;
  const isFiltered = Boolean(filter.q || filter.assessmentId || filter.eventTypeId !== null);
  const isNew = !isFiltered && Object.values(counts).every((count) => count === 0);
  const to = (cursor: string | null) => cursor && bookingsAddress(filter, { cursor });
  return {
    ...bookingsHead(input),
    show: tab,
    q: filter.q,
    assessments: [
      { value: '', label: 'All assessments', selected: !filter.assessmentId },
      ...input.assessments.map(({ id, title }) => ({ value: id, label: title, selected: id === filter.assessmentId })),
    ],
    eventTypes: [
      { value: '', label: 'All event types', selected: filter.eventTypeId === null },
      ...input.eventTypes.map(({ eventTypeId, title }) => ({
        value: String(eventTypeId),
        label: title,
        selected: eventTypeId === filter.eventTypeId,
      })),
    ],
    isFiltered,
    resetHref: bookingsAddress({ ...filter, q: '', assessmentId: null, eventTypeId: null }),
    caption: `${tabLabels[tab]} bookings by day, ${range}`,
    rows: bookingRows(page.bookings, timeZone, now),
    empty: isFiltered ? 'No booking matches these filters.' : emptyTexts[tab],
    bulk: input.canAct && page.bookings.length > 0 ? bulkButtons[tab] : [],
    start: isNew ? { href: '/app/scheduling', label: 'Go to Scheduling' } : null,
    pager: { previous: to(page.previousCursor), next: to(page.nextCursor), range: total > 0 ? range : '' },
  };
}
