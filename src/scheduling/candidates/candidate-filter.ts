import { invitationStatuses } from '../../candidates/invitation.entity.js';
import { isId } from '../../web/id.pipe.js';
import { schedulingStatuses, type SchedulingStatus } from './scheduling-status.js';

/** What the filters of the Scheduling page and of the JSON API ask for; the words are those of the URL. */
export interface CandidateFilter {
  readonly assessmentId: string | null;
  readonly statuses: readonly string[];
  readonly schedulingStatus: SchedulingStatus | null;
  /** Only those who asked for something or said something that nobody has settled yet, whatever their status. */
  readonly needsAttention: boolean;
  readonly q: string;
}

const longestQuery = 200;

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
    q: text('q').slice(0, longestQuery),
  };
}

/** The same filters as a query string, for links that keep them. */
export function filterQuery(filter: CandidateFilter, changes: Readonly<Record<string, string | null>> = {}): string {
  const entries = Object.entries({
    assessment_id: filter.assessmentId,
    status: filter.statuses.join(','),
    scheduling_status: filter.schedulingStatus,
    needs_attention: filter.needsAttention ? 'yes' : null,
    q: filter.q,
    ...changes,
  }).filter((entry): entry is [string, string] => Boolean(entry[1]));
  const query = new URLSearchParams(entries).toString();
  return query ? `?${query}` : '';
}

export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** The condition over `listedInvitations`; its values follow `$1`, the organization. */
export function filterCondition(filter: CandidateFilter): SqlCondition {
  const values: unknown[] = [];
  const place = (value: unknown) => `$${values.push(value) + 1}`;
  const conditions = [
    filter.assessmentId && `assessment_id = ${place(filter.assessmentId)}`,
    filter.statuses.length > 0 && `status = any(${place(filter.statuses)})`,
    filter.schedulingStatus && `scheduling_status = ${place(filter.schedulingStatus)}`,
    filter.needsAttention && 'needs_attention',
    filter.q && textCondition(place(`%${filter.q.replace(/[\\%_]/g, '\\$&')}%`)),
  ].filter(Boolean);
  return { sql: conditions.join(' and ') || 'true', values };
}

function textCondition(place: string): string {
  return `(name ilike ${place} or email ilike ${place})`;
}
