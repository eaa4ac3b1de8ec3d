import { shortTime, zoneInWords } from '../../shared/zoned-time.js';
import type { Badge, Link, Pager } from '../page-parts.view.js';
import { plural } from '../plural.js';
import { totalOf } from './progress.view.js';
import { sendBadges } from './send-badges.js';
import { sendFilters, type SendFilter, type SendWithCounts } from './sends.service.js';
import { troubleInWords } from './trouble.view.js';

/** `views/pages/scheduling/sends/index.hbs`. */
export interface SendsView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly filters: readonly (Link & { readonly icon: string; readonly current: boolean })[];
  readonly rows: readonly {
    readonly href: string;
    readonly name: string;
    readonly by: string;
    readonly eventType: string;
    readonly badge: Badge;
    readonly size: string;
    readonly trouble: string;
  }[];
  /** Null while something was sent: then an empty list is only the filter's. */
  readonly start: Link | null;
  readonly pager: Pager;
}

export interface SendsInput {
  readonly sends: readonly { readonly found: SendWithCounts; readonly eventType: string }[];
  readonly filter: SendFilter | null;
  readonly hasNewer: boolean;
  readonly hasOlder: boolean;
  readonly paused: boolean;
  readonly timeZone: string;
  readonly now: Date;
}

const filterLabels: Readonly<Record<SendFilter, { label: string; icon: string }>> = {
  drafts: { label: 'Drafts', icon: 'pencil-line' },
  'under-way': { label: 'Under way', icon: 'loader-circle' },
  'needs-you': { label: 'Needs you', icon: 'circle-alert' },
};

export function sendsView(input: SendsInput): SendsView {
  const { sends, filter, paused, timeZone, now } = input;
  const rows = sends.map(({ found: { send, counts, capped, createdByName }, eventType }) => ({
    href: `/app/sends/${send.id}`,
    name: shortTime(send.dispatchedAt ?? send.createdAt, timeZone, now),
    by: `By ${createdByName ?? 'a program'}`,
    eventType,
    badge: sendBadges[send.state(counts, now, { paused, capped })],
    size: plural(totalOf(counts), 'email'),
    trouble: troubleInWords(counts),
  }));
  const isFirstEmpty = rows.length === 0 && filter === null && !input.hasNewer;
  return {
    title: 'Sends',
    sub: `The newest first · times are in ${zoneInWords(timeZone, now)}`,
    filters: [
      { href: '/app/sends', label: 'All', icon: 'send', current: filter === null },
      ...sendFilters.map((name) => ({
        href: address({ show: name }),
        ...filterLabels[name],
        current: filter === name,
      })),
    ],
    rows,
    start: isFirstEmpty ? { href: '/app/scheduling', label: 'Go to Scheduling' } : null,
    pager: {
      previous: input.hasNewer ? address({ show: filter, newer: sends[0]?.found.send.id }) : null,
      next: input.hasOlder ? address({ show: filter, older: sends.at(-1)?.found.send.id }) : null,
      range: plural(rows.length, 'send'),
    },
  };
}

function address(query: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.entries(query).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return `/app/sends?${new URLSearchParams(given).toString()}`;
}
