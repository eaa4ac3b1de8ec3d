import { invitationStatuses } from '../../candidates/invitation.entity.js';
import type { Sql } from '../../database/ask.js';
import { isId } from '../../web/id.pipe.js';
import { type CandidateSort, candidateSorts } from './candidate-order.js';
import { schedulingStatuses, type SchedulingStatus } from './scheduling-status.js';

/** What the filters of the Scheduling page and of the JSON API ask for; the words are those of the URL. */
export interface CandidateFilter {
  readonly assessmentId: string | null;
  readonly statuses: readonly string[];
  readonly schedulingStatus: SchedulingStatus | null;
  /** Only those who asked for something or said something that nobody has settled yet, whatever their status. */
  readonly needsAttention: boolean;
  /** Only those whose last mail is at least so many days old, without an open booking, and who did not decline. */
  readonly notBookedForDays: number | null;
  readonly q: string;
  readonly sort: CandidateSort;
}

const longestQuery = 200;
const shortWord = /^[\p{Script=Latin}\d]{1,2}$/u;
const daysPattern = /^[1-9]\d{0,2}$/;

/** Reads the filters of a URL or a form; words it does not know filter nothing. */
export function readCandidateFilter(query: Readonly<Record<string, unknown>>): CandidateFilter {
  const text = (name: string) => (typeof query[name] === 'string' ? query[name].replaceAll('\0', '').trim() : '');
  const assessmentId = text('assessment_id');
  const needsAttention = text('needs_attention') === 'yes';
  return {
    assessmentId: isId(assessmentId) ? assessmentId : null,
    statuses: text('status')
      .split(',')
      .filter((word) => (invitationStatuses as readonly string[]).includes(word)),
    schedulingStatus: needsAttention
      ? null
      : (schedulingStatuses.find((status) => status === text('scheduling_status')) ?? null),
    needsAttention,
    notBookedForDays: daysPattern.test(text('not_booked_for')) ? Number(text('not_booked_for')) : null,
    q: text('q').slice(0, longestQuery),
    sort: candidateSorts.find((sort) => sort === text('sort')) ?? 'name',
  };
}

/** The same filters by their words in the URL. */
export function filterWords(filter: CandidateFilter): Record<string, string> {
  return {
    assessment_id: filter.assessmentId ?? '',
    status: filter.statuses.join(','),
    scheduling_status: filter.schedulingStatus ?? '',
    needs_attention: filter.needsAttention ? 'yes' : '',
    not_booked_for: filter.notBookedForDays?.toString() ?? '',
    q: filter.q,
    sort: filter.sort === 'name' ? '' : filter.sort,
  };
}

/** The same filters as a query string, for links that keep them. */
export function filterQuery(filter: CandidateFilter, changes: Readonly<Record<string, string | null>> = {}): string {
  const entries = Object.entries({ ...filterWords(filter), ...changes }).filter((entry): entry is [string, string] =>
    Boolean(entry[1]),
  );
  const query = new URLSearchParams(entries).toString();
  return query ? `?${query}` : '';
}

/** The condition over `candidate_states`, all but the search for text; its values follow `$1`, the organization. */
export function stateCondition(filter: CandidateFilter): Sql {
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value) + 1}`;
  const conditions = [
    filter.assessmentId && `assessment_id = ${place(filter.assessmentId)}`,
    filter.statuses.length > 0 && `status = any(${place(filter.statuses)})`,
    filter.schedulingStatus && `scheduling_status = ${place(filter.schedulingStatus)}`,
    filter.needsAttention && 'needs_attention',
    filter.notBookedForDays && notBookedCondition(place(filter.notBookedForDays)),
  ].filter(Boolean);
  return { sql: conditions.join(' and ') || 'true', values };
}

/** It lets everybody through. */
export function isUnfiltered(filter: CandidateFilter): boolean {
  return !filter.q && stateCondition(filter).sql === 'true';
}

/** `index`: of `invitations`, by the index over their texts. The others look at each row, where `ilike` takes ten times as long. */
const searched = {
  index: { name: 'name', email: 'email', holds: (text: string) => `ilike ${text}` },
  invitations: { name: 'lower(name)', email: 'lower(email)', holds: (text: string) => `like lower(${text})` },
  candidate_states: { name: 'name_key', email: 'email_key', holds: (text: string) => `like lower(${text})` },
};

/** Where a text is looked for. */
export type Searched = keyof typeof searched;

/**
 * The search for text in one of these, its value in this place: whatever holds it, with its own signs taken as they
 * are. One or two Latin letters begin a word: an index knows those, and would know no others.
 */
export function textCondition(q: string, place: string, among: Searched): Sql {
  const { name, email, holds } = searched[among];
  const escaped = q.replace(/[\\%_]/g, '\\$&');
  return shortWord.test(q)
    ? {
        sql: `(${name} ${holds(place)} or ${name} ${holds(`'% ' || ${place}`)} or ${email} ${holds(place)})`,
        values: [`${escaped}%`],
      }
    : { sql: `(${name} ${holds(place)} or ${email} ${holds(place)})`, values: [`%${escaped}%`] };
}

/** Over `candidate_states`, the days in this place. */
export function notBookedCondition(days: string): string {
  return `mailed_at <= now() - make_interval(days => ${days}) and scheduling_status not in ('booked', 'declined')`;
}
