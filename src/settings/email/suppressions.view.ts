import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { ListedSuppression, SuppressionPage, SuppressionQuery } from '../../email/suppressions.service.js';
import { relativeTime } from '../../shared/zoned-time.js';
import { isId } from '../../web/id.pipe.js';

type SuppressionFilter = Omit<SuppressionQuery, 'limit'>;

export const suppressionsPerPage = 50;
const path = '/app/settings/email';
const longestSearch = 320;

export const causes: Readonly<Record<SuppressionCause, { tone: string; icon: string; word: string }>> = {
  bounce: { tone: 'bad', icon: 'mail-x', word: 'Bounced for good' },
  complaint: { tone: 'bad', icon: 'flag', word: 'Complained' },
  opt_out: { tone: 'warn', icon: 'bell-off', word: 'Opted out' },
};

/** From the address of the page, where anything may stand. */
export function readSuppressionFilter(query: Record<string, unknown>): SuppressionFilter {
  const { q, after, before, show } = query;
  return {
    lifted: show === 'lifted',
    search: typeof q === 'string' ? q.replaceAll('\0', '').trim().slice(0, longestSearch) : '',
    after: isId(after) ? after : null,
    before: isId(before) ? before : null,
  };
}

export function suppressionsView(
  filter: SuppressionFilter,
  page: SuppressionPage,
  counts: { inForce: number; lifted: number },
  timeZone: string,
) {
  const { lifted, search } = filter;
  const total = lifted ? counts.lifted : counts.inForce;
  const beside = (side: 'before' | 'after', id: string | null) => id && listHref(lifted, search, { [side]: id });
  return {
    lifted,
    search,
    searchable: search !== '' || counts.inForce + counts.lifted > 10,
    pills: [
      { word: 'In force', count: counts.inForce, href: listHref(false, search), current: !lifted },
      { word: 'Lifted', count: counts.lifted, href: listHref(true, search), current: lifted },
    ],
    rows: page.rows.map((row) => suppressionRow(row, timeZone)),
    pager:
      page.previous || page.next
        ? {
            previous: beside('before', page.previous),
            next: beside('after', page.next),
            range: `${page.rows.length} of ${total}, the newest first`,
          }
        : null,
    nothing: nothing(lifted, search),
    resetHref: listHref(lifted, ''),
  };
}

export function suppressionRow(row: ListedSuppression, timeZone: string) {
  return {
    address: row.address,
    href: `${path}/suppressions/${row.id}`,
    cause: causes[row.cause],
    since: relativeTime(row.createdAt, timeZone),
    detail: row.detail ?? '',
    lifted: row.liftedAt && {
      at: relativeTime(row.liftedAt, timeZone),
      by: row.liftedByName ?? 'a former member',
      reason: row.liftReason ?? '',
    },
  };
}

function nothing(lifted: boolean, search: string): string {
  if (search) return `No address here contains ${search}.`;
  return lifted
    ? 'No address was lifted yet.'
    : 'Every address may get mail. Those that bounce for good, complain or opt out appear here.';
}

function listHref(lifted: boolean, search: string, more: Record<string, string> = {}): string {
  const query = new URLSearchParams({ ...(lifted && { show: 'lifted' }), ...(search && { q: search }), ...more });
  return `${path}${query.size > 0 ? `?${query}` : ''}#suppressions`;
}
