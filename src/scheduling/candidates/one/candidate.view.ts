import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { fullTime, relativeTime, shortDay, zoneCity, zoneInWords, zoneLabel } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import { theirTime, timeSpan, dayInWords } from '../../bookings/booking-time.js';
import { hindranceOf } from '../../bookings/new/bookable-candidates.service.js';
import { badgeOf } from '../../bookings/one/booking.view.js';
import type { EventTypeChoices } from '../../event-type-choices.service.js';
import { candidateAddress } from '../../links/candidate-address.js';
import type { BookingLink } from '../../links/booking-link.entity.js';
import type { Badge, Link, Option } from '../../page-parts.view.js';
import { plural } from '../../plural.js';
import { candidateHref } from '../candidate-place.js';
import { invitationStatusWords } from '../candidate-row.view.js';
import { schedulingBadges, suppressionBadge } from '../scheduling-badges.js';
import type { CandidateStory } from './candidate-story.service.js';
import { kindOf, pastMoments, plannedMoments, type Moment, type Telling } from './timeline.js';

/** `views/pages/scheduling/candidates/show.hbs`: one candidate. */
export interface CandidateView extends Record<string, unknown> {
  readonly title: string;
  readonly back: Link;
  readonly id: string;
  readonly email: string;
  readonly assessment: string;
  /** `Submitted, 20 Nov`. */
  readonly status: string;
  /** `Seoul, UTC+9`, or that it is not known. */
  readonly theirZone: string;
  readonly badges: readonly Badge[];
  readonly canAct: boolean;
  readonly canErase: boolean;
  readonly errors: FormErrors;
  readonly bookings: readonly BookingLine[];
  readonly links: readonly LinkView[];
  /** `2 earlier links work no more.`, or ''. */
  readonly earlierLinks: string;
  readonly actions: ActionsView;
  /** What was typed and not taken. */
  readonly note: string;
  /** `Times are in Berlin, CET (UTC+1)`. */
  readonly zone: string;
  readonly planned: readonly MomentView[];
  readonly past: readonly MomentView[];
  /** `30 of 74`; '' where all are shown. */
  readonly shown: string;
  readonly allHref: string;
  readonly allLabel: string;
}

export interface BookingLine {
  readonly href: string;
  readonly when: string;
  readonly details: readonly string[];
  readonly badge: Badge;
}

export interface LinkView {
  readonly eventType: string;
  /** Null where it works no more. */
  readonly address: string | null;
  readonly badge: Badge;
  readonly opened: string;
  readonly ends: string;
}

/** Reasons are '' where it is possible. */
export interface ActionsView {
  readonly eventTypes: readonly Option[];
  readonly whyNoMail: string;
  readonly whyNoBooking: string;
  /** Both are for the same reason, which is said once. */
  readonly canReopen: boolean;
}

export interface MomentView {
  readonly tone: Badge['tone'];
  readonly icon: string;
  readonly title: string;
  readonly href: string | null;
  readonly when: string;
  readonly details: readonly string[];
  readonly text: string;
  /** Where it is settled, or null. */
  readonly settlement: string | null;
  /** Where the note is deleted, or null. */
  readonly deletion: string | null;
}

export interface CandidateInput {
  readonly story: CandidateStory;
  readonly choices: EventTypeChoices;
  readonly timeZone: string;
  readonly publicUrl: string;
  readonly canAct: boolean;
  readonly canErase: boolean;
  readonly deletable: ReadonlySet<string>;
  readonly showsAll: boolean;
  readonly errors: readonly FieldError[];
  readonly note: string;
  readonly now: Date;
}

const mostMoments = 30;

export function candidateView(input: CandidateInput): CandidateView {
  const { story, timeZone, now, showsAll } = input;
  const { candidate, bookings, links } = story;
  const knownZone = bookings.find((each) => each.attendeeTimeZone)?.attendeeTimeZone ?? candidate.timeZone;
  const telling: Telling = { timeZone, theirZone: knownZone ?? timeZone, now };
  const past = pastMoments(story, telling);
  const inUse = links.filter(({ revokedAt }) => revokedAt === null);
  const listed = inUse.length > 0 ? inUse : links.slice(0, 1);
  const earlier = links.length - listed.length;
  const { id } = candidate;
  return {
    title: candidate.name,
    back: { href: '/app/scheduling', label: 'Scheduling' },
    id,
    email: candidate.email,
    assessment: candidate.assessmentTitle,
    status: [
      invitationStatusWords[candidate.status] ?? candidate.status,
      ...(candidate.submittedAt ? [`handed in ${shortDay(candidate.submittedAt, timeZone)}`] : []),
    ].join(', '),
    theirZone: knownZone ? `${zoneCity(knownZone)}, ${zoneLabel(now, knownZone)}` : 'Not known',
    badges: [
      schedulingBadges[candidate.schedulingStatus],
      ...(candidate.suppressedBy ? [suppressionBadge(candidate.suppressedBy)] : []),
    ],
    canAct: input.canAct,
    canErase: input.canErase,
    errors: formErrors(['note'], input.errors),
    bookings: bookings.map((booking) => bookingLine(booking, story, telling)),
    links: listed.map((link) => linkView(link, input)),
    earlierLinks: earlier > 0 ? `${plural(earlier, 'earlier link')} ${earlier === 1 ? 'works' : 'work'} no more.` : '',
    actions: actions(input),
    note: input.note,
    zone: `Times are in ${zoneInWords(timeZone, now)}`,
    planned: plannedMoments(story, telling).map((moment) => momentView(moment, input)),
    past: past.slice(0, showsAll ? past.length : mostMoments).map((moment) => momentView(moment, input)),
    shown: showsAll || past.length <= mostMoments ? '' : `The newest ${mostMoments} of ${past.length}`,
    allHref: `${candidateHref(id)}?timeline=all#timeline`,
    allLabel: `Show all ${past.length}`,
  };
}

function bookingLine(
  booking: CalComBooking,
  story: CandidateStory,
  { timeZone, theirZone, now }: Telling,
): BookingLine {
  const { startTime, endTime, previousBookingId, hostName } = booking;
  const former = story.bookings.find(({ bookingId }) => bookingId === previousBookingId);
  return {
    href: `/app/bookings/${booking.id}`,
    when: `${dayInWords(startTime, timeZone, now)}, ${timeSpan(startTime, endTime, timeZone)}`,
    details: [
      theirZone === timeZone ? '' : `${theirTime(startTime, theirZone, timeZone)} for them`,
      [kindOf(booking, story), hostName && `with ${hostName}`].filter(Boolean).join(' '),
      former ? `Moved from ${fullTime(former.startTime, timeZone, now)}` : '',
    ].filter(Boolean),
    badge: badgeOf(booking, now),
  };
}

function linkView(link: BookingLink, { story, publicUrl, timeZone, now }: CandidateInput): LinkView {
  const { token, openCount, lastOpenedAt, expiresAt, revokedAt } = link;
  const isDeclined = story.candidate.declinedAt !== null;
  const state = linkState(link, isDeclined, now);
  return {
    eventType: story.eventTypes.get(link.eventTypeId) ?? 'An event type Cal.com has no more',
    address: revokedAt ? null : candidateAddress(publicUrl, token),
    badge: state,
    opened: lastOpenedAt
      ? `${openCount === 1 ? 'Once' : `${openCount} times, last`} ${relativeTime(lastOpenedAt, timeZone, now).replace(/^(Today|Yesterday)/, (day) => day.toLowerCase())}`
      : 'Not yet',
    ends: fullTime(revokedAt ?? expiresAt, timeZone, now),
  };
}

function linkState({ revokedAt, expiresAt }: BookingLink, isDeclined: boolean, now: Date): Badge {
  if (revokedAt) {
    return { tone: 'neutral', icon: 'circle-slash', word: 'Revoked' };
  }
  if (expiresAt <= now) {
    return { tone: 'warn', icon: 'clock', word: 'Expired' };
  }
  return isDeclined
    ? { tone: 'neutral', icon: 'circle-slash', word: 'Closed while declined' }
    : { tone: 'good', icon: 'check', word: 'Open' };
}

function actions({ story: { candidate }, choices }: CandidateInput): ActionsView {
  const isDeclined = candidate.declinedAt !== null;
  const noEventType = choices.connected
    ? 'Cal.com has no event type that could be booked.'
    : 'Cal.com is not connected yet.';
  const hindrance = hindranceOf({ isDeclined, status: candidate.status });
  const whyNoBooking = hindrance ? `${hindrance}.` : choices.options.length > 0 ? '' : noEventType;
  const isBooked = candidate.schedulingStatus === 'booked';
  return {
    eventTypes: choices.options,
    whyNoMail: whyNoBooking || (isBooked ? 'There is an interview: open the booking to move or cancel it.' : ''),
    whyNoBooking,
    canReopen: isDeclined,
  };
}

function momentView(moment: Moment, { story, canAct, deletable, timeZone, now }: CandidateInput): MomentView {
  const { at, tone, icon, title, href = null, details = [], text = '', requestId, noteId } = moment;
  return {
    tone,
    icon,
    title,
    href,
    when: relativeTime(at, timeZone, now),
    details,
    text,
    settlement: requestId && canAct ? `/app/scheduling/requests/${requestId}/settlement` : null,
    deletion: noteId && deletable.has(noteId) ? `${candidateHref(story.candidate.id)}/notes/${noteId}/deletion` : null,
  };
}
