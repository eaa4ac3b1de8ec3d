import { fullTime, relativeTime, shortDay, shortTime } from '../../shared/zoned-time.js';
import { candidateAddress } from '../links/candidate-address.js';
import type { Badge } from '../page-parts.view.js';
import type { OpenRequest } from '../requests/candidate-requests.service.js';
import { requestRow, type RequestRow } from '../requests/request-row.view.js';
import type { ListedCandidate } from './candidate-list.service.js';
import type { FrozenSelection } from './frozen-selections.service.js';
import { schedulingBadges, suppressionBadge } from './scheduling-badges.js';

/** One row of the Scheduling page. */
export interface CandidateRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly checked: boolean;
  /** Of its box: the id, or its place in a frozen selection. */
  readonly boxValue: string;
  /** It matches since all that match were selected: it is not among them, and cannot be ticked. */
  readonly isLate: boolean;
  readonly assessment: string;
  readonly status: string;
  /** The day it was handed in, or ''. */
  readonly statusDetail: string;
  readonly badge: Badge;
  /** Says that no mail goes to this person, or null. */
  readonly mark: Badge | null;
  /** What they asked for or said, until it is settled. */
  readonly requests: readonly RequestRow[];
  /** They declined, and may be asked again. */
  readonly canReopen: boolean;
  /** `Made today, 14:01`; of a booking the admin's time first, then the candidate's. */
  readonly details: readonly string[];
  /** The whole link, or null. */
  readonly link: string | null;
  readonly activity: string;
}

export interface RowInput {
  readonly canAct: boolean;
  readonly requests: readonly OpenRequest[];
  readonly timeZone: string;
  readonly publicUrl: string;
  readonly select: 'page' | null;
  readonly frozen: FrozenSelection | null;
  readonly picked: ReadonlySet<string>;
  readonly now: Date;
}

export const invitationStatusWords: Readonly<Record<string, string>> = {
  invited: 'Invited',
  started: 'Started',
  submitted: 'Submitted',
  reviewed: 'Reviewed',
  closed: 'Closed',
};

export function candidateRow(candidate: ListedCandidate, input: RowInput): CandidateRow {
  const { timeZone, now } = input;
  return {
    id: candidate.id,
    name: candidate.name,
    email: candidate.email,
    ...tick(candidate, input),
    assessment: candidate.assessmentTitle,
    status: invitationStatusWords[candidate.status] ?? candidate.status,
    statusDetail: candidate.submittedAt ? shortDay(candidate.submittedAt, timeZone) : '',
    badge: schedulingBadges[candidate.schedulingStatus],
    requests: input.requests
      .filter(({ invitationId }) => invitationId === candidate.id)
      .map((request) => requestRow(request, timeZone, now)),
    canReopen: input.canAct && candidate.schedulingStatus === 'declined',
    mark: candidate.suppressedBy && suppressionBadge(candidate.suppressedBy),
    details: details(candidate, timeZone, now),
    link: candidate.linkToken && candidateAddress(input.publicUrl, candidate.linkToken),
    activity: relativeTime(candidate.lastActivity, timeZone, now),
  };
}

function tick(
  { id }: ListedCandidate,
  { select, frozen, picked }: RowInput,
): Pick<CandidateRow, 'checked' | 'boxValue' | 'isLate'> {
  if (!frozen) {
    return { checked: select === 'page' || picked.has(id), boxValue: id, isLate: false };
  }
  const place = frozen.places.get(id);
  return {
    checked: place !== undefined && !frozen.except.includes(place),
    boxValue: String(place ?? ''),
    isLate: place === undefined,
  };
}

function details(candidate: ListedCandidate, zone: string, now: Date): string[] {
  const { startTime, lastOpenedAt, openCount, mailedAt, linkCreatedAt, timeZone } = candidate;
  switch (candidate.schedulingStatus) {
    case 'booked': {
      const times = [fullTime(startTime!, zone, now), fullTime(startTime!, timeZone ?? zone, now)];
      return [...(candidate.bookingStatus === 'pending' ? ['Waits for your yes'] : []), ...new Set(times)];
    }
    case 'no_show':
      return [fullTime(startTime!, zone, now)];
    case 'cancelled':
      return [`Was ${fullTime(startTime!, zone, now)}`];
    case 'declined':
      return [shortTime(candidate.declinedAt!, zone, now)];
    case 'failed':
      return [candidate.mailReason ?? 'The mail did not arrive'];
    case 'opened':
      return [`${openCount === 1 ? 'Once' : `${openCount} times`}, last ${shortTime(lastOpenedAt!, zone, now)}`];
    case 'invited':
      return [`Sent ${shortTime(mailedAt!, zone, now)}`];
    case 'link_ready':
      return [`Made ${shortTime(linkCreatedAt!, zone, now)}`];
    default:
      return [];
  }
}
