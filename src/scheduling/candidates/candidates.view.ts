import { formErrors, type FormErrors } from '../../web/forms.js';
import { zoneInWords } from '../../shared/zoned-time.js';
import type { TransportHealth } from '../../email/transports/transport-health.js';
import type { EventTypeChoices } from '../event-type-choices.service.js';
import type { Capacity } from '../free-times/capacity.service.js';
import { capacityAlarms, capacityLines } from '../free-times/capacity.view.js';
import type { CandidateRequest } from '../requests/candidate-request.entity.js';
import type { HiddenField, Link, Option, Pager, Pill, Prompt } from '../page-parts.view.js';
import { filterQuery, filterWords, type CandidateFilter } from './candidate-filter.js';
import { type CandidateSort, candidateSorts } from './candidate-order.js';
import { plural } from '../plural.js';
import { firstSteps, type FirstStep } from './first-steps.view.js';
import type { CandidatePage } from './candidate-list.service.js';
import { candidateRow, invitationStatusWords, type CandidateRow } from './candidate-row.view.js';
import { attentionBadge, schedulingBadges } from './scheduling-badges.js';
import { schedulingStatuses, type SchedulingStatus } from './scheduling-status.js';

/** `views/pages/scheduling/candidates/index.hbs`: the Scheduling page. */
export interface CandidatesView extends Record<string, unknown> {
  readonly title: string;
  /** `Times are in Berlin, CET (UTC+1)`. */
  readonly sub: string;
  /** Schedulers tick and act; viewers only read. */
  readonly canAct: boolean;
  /** The list as a file; '' for viewers, who take nothing along. */
  readonly exportHref: string;
  /** The filters once more, for the small forms in the rows. */
  readonly kept: readonly HiddenField[];
  /** What the page does not know or cannot do: Cal.com not connected (link to the settings), or not answering (Retry). */
  readonly prompt: Prompt | null;
  /** Event types with fewer free times than people who still choose. */
  readonly alarms: readonly Prompt[];
  /** Free times of each event type that has enough of them. */
  readonly capacities: readonly string[];
  /** For `invitation_ids`, `event_type_id` and `length_in_minutes`. */
  readonly errors: FormErrors;
  /** Instead of the list, while the organization has no candidate at all. */
  readonly firstSteps: readonly FirstStep[] | null;
  readonly filters: FiltersView;
  /** All first, then each status, counted by all the other filters. */
  readonly pills: readonly Pill[];
  /** `Candidates by name, 1 to 50 of 248`: read out before the table. */
  readonly caption: string;
  readonly rows: readonly CandidateRow[];
  readonly pager: Pager;
  readonly selection: SelectionView;
  readonly actions: ActionsView;
}

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

/** Without script, `select=page|matching|none` comes back by GET with the filters and the event type. */
export interface SelectionView {
  /** `12 selected`, `All 248 that match are selected`. */
  readonly text: string;
  /** All that match are selected: the rows show it and cannot be ticked off one by one. */
  readonly matching: boolean;
  /** `Select all 248 that match`; '' when the page is all there is. */
  readonly matchingLabel: string;
  /** `Select the 50 on this page`. */
  readonly pageLabel: string;
  /** Filters and cursor; with `matching` also `select=matching`. */
  readonly fields: readonly HiddenField[];
}

export interface ActionsView {
  readonly possible: boolean;
  /** Why not, in words; '' when it is possible. */
  readonly reason: string;
  /** One for each length where a type offers several: value `123` or `123:45`. */
  readonly eventTypes: readonly Option[];
}

/** `views/pages/scheduling/candidates/replacement.hbs`: asked before links are replaced; posts `confirm_replace=yes`. */
export interface ReplacementView extends Record<string, unknown> {
  readonly title: string;
  readonly back: Link;
  /** For `confirm_replace`. */
  readonly errors: FormErrors;
  /** `12 of these 15 candidates have an open link.` */
  readonly text: string;
  /** `Replace 12 links`. */
  readonly confirmLabel: string;
  /** The whole choice once more: ids or `select=matching` with the filters, `event_type_id`, `on_existing=replace`. */
  readonly fields: readonly HiddenField[];
}

/** All that the page is made of. */
export interface CandidatesInput {
  readonly filter: CandidateFilter;
  readonly cursor: string | null;
  readonly page: CandidatePage;
  readonly counts: Readonly<Record<SchedulingStatus, number>>;
  readonly attention: number;
  /** What the candidates of the page asked for and nobody has settled. */
  readonly requests: readonly CandidateRequest[];
  readonly assessments: readonly { readonly id: string; readonly title: string }[];
  readonly isEmpty: boolean;
  /** Whether mail can leave; null once it did, and while nobody knows. */
  readonly mail: TransportHealth | null;
  readonly timeZone: string;
  readonly publicUrl: string;
  readonly canAct: boolean;
  readonly canConfigure: boolean;
  readonly select: 'page' | 'matching' | null;
  readonly picked: ReadonlySet<string>;
  readonly calCom: EventTypeChoices;
  readonly capacities: readonly Capacity[];
  readonly errors: FormErrors;
  readonly now: Date;
}

const path = '/app/scheduling';
const exportPath = '/app/scheduling/candidates.csv';
const settingsPath = '/app/settings/cal-com';
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
const captions: Readonly<Record<CandidateSort, string>> = {
  name: 'by name',
  submitted: 'the last submitted first',
  activity: 'the last activity first',
};

export function candidatesView(input: CandidatesInput): CandidatesView {
  const { filter, page } = input;
  const total = totalOf(input);
  const shown = page.candidates.length;
  const range = shown === total ? `${total} in all` : `${shown} of ${total}`;
  const rows = page.candidates.map((candidate) => candidateRow(candidate, input));
  const link = (cursor: string | null) => cursor && path + filterQuery(filter, { cursor });
  return {
    title: 'Scheduling',
    sub: `Times are in ${zoneInWords(input.timeZone, input.now)}`,
    canAct: input.canAct,
    exportHref: input.canAct && !input.isEmpty ? exportPath + filterQuery(filter) : '',
    kept: filterFields(filter),
    prompt: prompt(input),
    alarms: [...mailAlarms(input), ...capacityAlarms(input.capacities, input.now)],
    capacities: capacityLines(input.capacities, input.now),
    errors: input.errors,
    firstSteps:
      input.isEmpty && input.mail
        ? firstSteps({ ...input, mail: input.mail, connected: input.calCom.connected })
        : null,
    filters: filters(input),
    pills: pills(input),
    caption: `Candidates ${captions[filter.sort]}, ${range}`,
    rows,
    pager: { previous: link(page.previousCursor), next: link(page.nextCursor), range: total > 0 ? range : '' },
    selection: selection(input, rows, total),
    actions: actions(input.calCom),
  };
}

export function selectionErrors(list: Parameters<typeof formErrors>[1]): FormErrors {
  return formErrors(['invitation_ids', 'event_type_id', 'length_in_minutes'], list);
}

/** The filters once more, for a form that has to keep them. */
export function filterFields(filter: CandidateFilter): HiddenField[] {
  return Object.entries(filterWords(filter))
    .map(([name, value]) => ({ name, value }))
    .filter((field) => field.value);
}

function prompt({ calCom, canConfigure, isEmpty, filter }: CandidatesInput): Prompt | null {
  if (calCom.trouble) {
    const action = { href: path + filterQuery(filter), label: 'Retry' };
    const strong = 'Cal.com could not be read.';
    return { tone: 'bad', icon: 'unplug', strong, text: calCom.trouble, action, urgent: false };
  }
  if (calCom.connected || isEmpty) {
    return null;
  }
  return {
    tone: 'warn',
    icon: 'plug',
    strong: 'Cal.com is not connected.',
    text: canConfigure ? 'Booking links need it.' : 'Booking links need it; an admin has to connect it.',
    action: canConfigure ? { href: settingsPath, label: 'Open the Cal.com settings' } : null,
    urgent: false,
  };
}

/** While there is no candidate yet, the first steps say so. */
function mailAlarms({ mail, isEmpty, canConfigure }: CandidatesInput): Prompt[] {
  if (isEmpty || mail?.state !== 'bad') {
    return [];
  }
  const action = canConfigure ? { href: '/app/settings/email', label: 'Open the mail settings' } : null;
  const text = `${mail.text} ${mail.todo}`.trim();
  return [{ tone: 'bad', icon: 'mail-x', strong: 'Mail cannot leave.', text, action, urgent: false }];
}

function filters({ filter, assessments }: CandidatesInput): FiltersView {
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
        label: `for ${plural(count, 'day')} or more`,
        selected: count === chosen,
      })),
  ];
}

function totalOf({ filter, counts, attention }: CandidatesInput): number {
  if (filter.needsAttention) {
    return attention;
  }
  return filter.schedulingStatus ? counts[filter.schedulingStatus] : countAll(counts);
}

function countAll(counts: CandidatesInput['counts']): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function pills({ filter, counts, attention }: CandidatesInput): Pill[] {
  const { needsAttention, schedulingStatus } = filter;
  const href = (status: string | null, attentive: string | null = null) =>
    path + filterQuery(filter, { scheduling_status: status, needs_attention: attentive });
  const all = String(countAll(counts));
  const asking = { ...attentionBadge, label: attentionBadge.word, count: String(attention), current: needsAttention };
  return [
    { href: href(null), icon: '', label: 'All', count: all, current: !schedulingStatus && !needsAttention },
    ...(attention > 0 || needsAttention ? [{ ...asking, href: href(null, 'yes') }] : []),
    ...schedulingStatuses
      .filter((status) => counts[status] > 0 || status === schedulingStatus)
      .map((status) => ({
        href: href(status),
        icon: schedulingBadges[status].icon,
        label: schedulingBadges[status].word,
        count: String(counts[status]),
        current: status === schedulingStatus,
      })),
  ];
}

function selection(
  { filter, cursor, select }: CandidatesInput,
  rows: readonly CandidateRow[],
  total: number,
): SelectionView {
  const matching = select === 'matching';
  const checked = rows.filter((row) => row.checked).length;
  return {
    text: matching ? `All ${total} that match are selected` : `${checked} selected`,
    matching,
    matchingLabel: total > rows.length ? `Select all ${total} that match` : '',
    pageLabel: total > rows.length ? `Select the ${rows.length} on this page` : `Select all ${total}`,
    fields: [
      ...filterFields(filter),
      ...(cursor && !matching ? [{ name: 'cursor', value: cursor }] : []),
      ...(matching ? [{ name: 'select', value: 'matching' }] : []),
    ],
  };
}

function actions({ connected, options }: EventTypeChoices): ActionsView {
  const reason = connected ? 'Cal.com has no event type that could be booked.' : 'Connect Cal.com first.';
  return { possible: options.length > 0, reason: options.length > 0 ? '' : reason, eventTypes: options };
}
