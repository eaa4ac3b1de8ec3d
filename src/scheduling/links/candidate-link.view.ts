import { DateTime } from 'luxon';
import { fullTime, zoneInWords } from '../../shared/zoned-time.js';
import type { Badge, Link } from '../page-parts.view.js';
import { bookingPageAddress, unsubscribePath } from './candidate-address.js';
import type { LinkRow } from './candidate-link.service.js';

/** Who invites, above and below the candidate's pages. */
export interface OrgView {
  readonly name: string;
  readonly initials: string;
}

/** `views/pages/scheduling/candidate-link/choose.hbs`. */
export interface ChooseView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView;
  readonly greeting: string;
  /** `Interview, 30 minutes`. */
  readonly meeting: string;
  readonly assessment: string;
  /** Null while the event type cannot be found at Cal.com. */
  readonly bookingHref: string | null;
  readonly bookingHost: string;
  readonly worksUntil: string;
  readonly contact: string | null;
  readonly optOut: Link | null;
}

/** `views/pages/scheduling/candidate-link/booked.hbs`: the candidate's zone first. */
export interface BookedView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView;
  readonly badge: Badge;
  readonly day: string;
  readonly time: string;
  readonly zone: string;
  readonly orgTime: string;
  readonly meeting: string;
  readonly assessment: string;
  readonly changeHref: string;
  readonly cancelHref: string;
  readonly note: string;
  readonly contact: string | null;
  readonly optOut: Link | null;
}

/** `views/pages/scheduling/candidate-link/closed.hbs`: a kind page for a link that opens nothing (any more). */
export interface ClosedView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView | null;
  readonly heading: string;
  readonly text: string;
  readonly contact: string | null;
  readonly optOut: Link | null;
}

const booked: Badge = { tone: 'good', icon: 'calendar-check-2', word: 'You are booked' };
const pending: Badge = { tone: 'warn', icon: 'hourglass', word: 'Waits to be confirmed' };

export function chooseView(link: LinkRow): ChooseView {
  const { bookingPage, candidateName, candidateEmail, ref, lengthInMinutes } = link;
  return {
    title: 'Choose a time for your interview',
    org: orgView(link.orgName),
    greeting: `Hello ${candidateName}`,
    meeting: meeting(link),
    assessment: link.assessmentTitle,
    bookingHref:
      bookingPage &&
      bookingPageAddress(bookingPage, { name: candidateName, email: candidateEmail, ref, lengthInMinutes }),
    bookingHost: bookingPage ? new URL(bookingPage).host : '',
    worksUntil: fullTime(link.expiresAt, link.timeZone),
    ...footOf(link),
  };
}

export function bookedView(link: LinkRow): BookedView {
  const { bookingId, bookingUrl, pending: waits, ...times } = link.booking!;
  const start = new Date(times.startTime);
  const inZone = (time: string) => DateTime.fromISO(time, { zone: link.timeZone }).setLocale('en-GB');
  const web = new URL(bookingUrl).origin;
  const uid = encodeURIComponent(bookingId);
  return {
    title: waits ? 'Your time waits to be confirmed' : 'You are booked',
    org: orgView(link.orgName),
    badge: waits ? pending : booked,
    day: inZone(times.startTime).toFormat('cccc d LLLL yyyy'),
    time: `${inZone(times.startTime).toFormat('HH:mm')}–${inZone(times.endTime).toFormat('HH:mm')}`,
    zone: zoneInWords(link.timeZone, start),
    orgTime: link.orgTimeZone === link.timeZone ? '' : `For ${link.orgName}: ${fullTime(start, link.orgTimeZone)}`,
    meeting: meeting(link),
    assessment: link.assessmentTitle,
    changeHref: `${web}/reschedule/${uid}`,
    cancelHref: `${web}/booking/${uid}?cancel=true`,
    note: waits
      ? 'You get a mail as soon as it is confirmed.'
      : 'The confirmation with the calendar entry comes by mail.',
    ...footOf(link),
  };
}

export function closedView(heading: string, text: string, link: LinkRow | null): ClosedView {
  return { title: heading, heading, text, org: link && orgView(link.orgName), ...footOf(link) };
}

function footOf(link: LinkRow | null): { contact: string | null; optOut: Link | null } {
  const label = link?.optedOut ? 'You asked for no more mails' : 'No more mails about this';
  return { contact: link?.contact ?? null, optOut: link && { href: unsubscribePath(link.token), label } };
}

function meeting({ eventTypeTitle, eventTypeMinutes }: LinkRow): string {
  return eventTypeMinutes ? `${eventTypeTitle}, ${eventTypeMinutes} minutes` : 'Interview';
}

export function orgView(name: string): OrgView {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '');
  return { name, initials: initials.join('').toUpperCase() };
}
