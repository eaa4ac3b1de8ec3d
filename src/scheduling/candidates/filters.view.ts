import type { HiddenField, Option, Pill } from '../page-parts.view.js';
import { plural } from '../plural.js';
import { filterQuery, filterWords, type CandidateFilter } from './candidate-filter.js';
import { type CandidateSort, candidateSorts } from './candidate-order.js';
import { invitationStatusWords } from './candidate-row.view.js';
import { attentionBadge, schedulingBadges } from './scheduling-badges.js';
import { schedulingStatuses, type SchedulingStatus } from './scheduling-status.js';

export interface FiltersView {
  readonly assessments: readonly Option[];
  readonly statuses: readonly Option[];
  /** The status that is filtered by, kept when the other filters are applied; '' when none. */
  readonly schedulingStatus: string;
  readonly needsAttention: boolean;
  readonly notBooked: readonly Option[];
  readonly q: string;
  readonly sorts: readonly Option[];
  readonly active: boolean;
}

/** What the filters and their counts are made of. */
export interface FiltersInput {
  readonly filter: CandidateFilter;
  readonly counts: Readonly<Record<SchedulingStatus, number>>;
  readonly attention: number;
  /** So wide a search that only some were looked at: there are at least so many. */
  readonly countsAreLeast: boolean;
  readonly assessments: readonly { readonly id: string; readonly title: string }[];
}

const path = '/app/scheduling';
const statusChoices = [
  ['', 'Any status'],
  ['submitted,reviewed', 'Handed in'],
  ...Object.entries(invitationStatusWords),
] as const;

const offeredDays = [3, 7, 14, 30];
const sortWords: Readonly<Record<CandidateSort, string>> = {
  name: 'Name',
  submitted: 'Last submitted first',
  activity: 'Last activity first',
};
/** The filters once more, for a form that has to keep them. */
export function filterFields(filter: CandidateFilter): HiddenField[] {
  return Object.entries(filterWords(filter))
    .map(([name, value]) => ({ name, value }))
    .filter((field) => field.value);
}

/** What is shown by these filters, in the words of the page: `Portfolio · Handed in · Booked · “ana” · Last activity first`. */
export function filterSummary(filter: CandidateFilter, assessmentTitle: string | null): string {
  const { schedulingStatus, needsAttention, notBookedForDays, q, sort } = filter;
  const words = [
    assessmentTitle ?? '',
    filter.statuses.length > 0 ? statusWords(filter.statuses) : '',
    needsAttention ? attentionBadge.word : '',
    schedulingStatus ? schedulingBadges[schedulingStatus].word : '',
    notBookedForDays ? `Mailed, not booked ${notBookedLabel(notBookedForDays)}` : '',
    q && `“${q}”`,
    sort === 'name' ? '' : sortWords[sort],
  ];
  return words.filter(Boolean).join(' · ');
}

function statusWords(statuses: readonly string[]): string {
  const chosen = statusChoices.find(([value]) => value === statuses.join(','));
  return chosen ? chosen[1] : statuses.map((status) => invitationStatusWords[status]).join(', ');
}

export function filtersView({ filter, assessments }: FiltersInput): FiltersView {
  const statuses = filter.statuses.join(',');
  return {
    assessments: [
      { value: '', label: 'All assessments', selected: !filter.assessmentId },
      ...assessments.map(({ id, title }) => ({ value: id, label: title, selected: id === filter.assessmentId })),
    ],
    statuses: statusChoices.map(([value, label]) => ({ value, label, selected: value === statuses })),
    schedulingStatus: filter.schedulingStatus ?? '',
    needsAttention: filter.needsAttention,
    notBooked: notBookedOptions(filter.notBookedForDays),
    q: filter.q,
    sorts: candidateSorts.map((sort) => ({ value: sort, label: sortWords[sort], selected: sort === filter.sort })),
    active: filterQuery(filter) !== '',
  };
}

/** The address may name another number. */
function notBookedOptions(chosen: number | null): Option[] {
  const days = new Set([...offeredDays, ...(chosen ? [chosen] : [])]);
  return [
    { value: '', label: 'Any', selected: !chosen },
    ...[...days]
      .toSorted((a, b) => a - b)
      .map((count) => ({
        value: String(count),
        label: notBookedLabel(count),
        selected: count === chosen,
      })),
  ];
}

function notBookedLabel(days: number): string {
  return `for ${plural(days, 'day')} or more`;
}

/** How many match. */
export function totalOf({ filter, counts, attention }: FiltersInput): number {
  if (filter.needsAttention) {
    return attention;
  }
  return filter.schedulingStatus ? counts[filter.schedulingStatus] : countAll(counts);
}

function countAll(counts: FiltersInput['counts']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** All first, then each status, counted by all the other filters. */
export function pills({ filter, counts, attention, countsAreLeast }: FiltersInput): Pill[] {
  const { needsAttention, schedulingStatus } = filter;
  const href = (status: string | null, attentive: string | null = null) =>
    path + filterQuery(filter, { scheduling_status: status, needs_attention: attentive });
  const shown = (count: number) => `${count}${countsAreLeast ? '+' : ''}`;
  const all = shown(countAll(counts));
  const asking = { ...attentionBadge, label: attentionBadge.word, count: shown(attention), current: needsAttention };
  return [
    { href: href(null), icon: '', label: 'All', count: all, current: !schedulingStatus && !needsAttention },
    ...(attention > 0 || needsAttention ? [{ ...asking, href: href(null, 'yes') }] : []),
    ...schedulingStatuses
      .filter((status) => counts[status] > 0 || status === schedulingStatus)
      .map((status) => ({
        href: href(status),
        icon: schedulingBadges[status].icon,
        label: schedulingBadges[status].word,
        count: shown(counts[status]),
        current: status === schedulingStatus,
      })),
  ];
}
