import { DateTime } from 'luxon';
import { fullTime, longTime, zoneCity, zoneInWords, zoneOffset } from '../../shared/zoned-time.js';
import { brandStyleHref } from '../../shared/brand-color.js';
import type { Badge, Link } from '../page-parts.view.js';
import { bookingPageAddress, declinePath, otherTimesPath, unsubscribePath } from './candidate-address.js';
import type { LinkRow } from './candidate-link.service.js';

/** Who invites, above and below the candidate's pages. */
export interface OrgView {
  readonly name: string;
  readonly initials: string;
  /** A style sheet of the organization's own colour; null without one. */
  readonly colorHref: string | null;
}

/** `views/pages/scheduling/candidate-link/choose.hbs`. */
export interface ChooseView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView;
  /** What became of the time they had chosen; '' where there was none. */
  readonly former: string;
  readonly greeting: string;
  /** `Interview, 30 minutes`. */
  readonly meeting: string;
  readonly assessment: string;
  /** `The first free time is Tuesday 24 November, 09:00, Berlin time (UTC+1)`; '' where that is not known. */
  readonly firstFree: string;
  /** Null while the event type cannot be found at Cal.com. */
  readonly bookingHref: string | null;
  readonly bookingHost: string;
  readonly worksUntil: string;
  /** That they said which other times suit them; '' where they did not. */
  readonly asked: string;
  readonly otherTimes: Link;
  readonly declineHref: string;
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
  /** `With Asha Menon`, or ''. */
  readonly host: string;
  /** Where it takes place: a link to a call, or words. */
  readonly place: { readonly href: string | null; readonly text: string } | null;
  /** Both are Cal.com's own pages; '' once the interview is over. */
  readonly changeHref: string;
  readonly cancelHref: string;
  readonly note: string;
  readonly contact: string | null;
  readonly optOut: Link | null;
}

/** What to say where a link opens nothing (any more), and the one thing to do about it. */
export interface ClosedWords {
  readonly icon: string;
  readonly heading: string;
  readonly text: string;
  readonly form: { readonly action: string; readonly label: string } | null;
}

/** `views/pages/scheduling/candidate-link/closed.hbs`. */
export interface ClosedView extends Record<string, unknown>, ClosedWords {
  readonly title: string;
  readonly org: OrgView | null;
  readonly contact: string | null;
  readonly optOut: Link | null;
}

const booked: Badge = { tone: 'good', icon: 'calendar-check-2', word: 'You are booked' };
const pending: Badge = { tone: 'warn', icon: 'hourglass', word: 'Waits to be confirmed' };
const over: Badge = { tone: 'neutral', icon: 'calendar-check-2', word: 'This interview is over' };

export function chooseView(link: LinkRow): ChooseView {
  const { bookingPage, candidateName, candidateEmail, ref, lengthInMinutes, former, timesAskedAt, orgName } = link;
  const heading = former ? 'Choose a new time for your interview' : 'Choose a time for your interview';
  return {
    title: heading,
    org: orgView(link),
    former: former ? formerInWords(former, link) : '',
    greeting: `Hello ${candidateName}`,
    meeting: meeting(link),
    assessment: link.assessmentTitle,
    firstFree: link.firstFree ? firstFreeInWords(link.firstFree, link.timeZone) : '',
    bookingHref:
      bookingPage &&
      bookingPageAddress(bookingPage, { name: candidateName, email: candidateEmail, ref, lengthInMinutes }),
    bookingHost: bookingPage ? new URL(bookingPage).host : '',
    worksUntil: fullTime(link.expiresAt, link.timeZone),
    asked: timesAskedAt
      ? `You told ${orgName} on ${fullTime(timesAskedAt, link.timeZone)} what would suit you. They write back; you can still choose a time here.`
      : '',
    otherTimes: {
      href: otherTimesPath(link.token),
      label: timesAskedAt ? 'Tell them something else' : 'No time works for me',
    },
    declineHref: declinePath(link.token),
    ...footOf(link),
  };
}

function firstFreeInWords(at: Date, zone: string): string {
  return `The first free time is ${longTime(at, zone)}, ${zoneCity(zone)} time (${zoneOffset(at, zone)})`;
}

function formerInWords(
  { rejected, startTime }: NonNullable<LinkRow['former']>,
  { timeZone, orgName }: LinkRow,
): string {
  const time = fullTime(new Date(startTime), timeZone);
  return rejected ? `${orgName} could not confirm ${time}.` : `Your interview on ${time} was cancelled.`;
}

export function bookedView(link: LinkRow): BookedView {
  const { pending: waits, over: isOver, hostName, location, ...times } = link.booking!;
  const start = new Date(times.startTime);
  const inZone = (time: string) => DateTime.fromISO(time, { zone: link.timeZone }).setLocale('en-GB');
  const atCalCom = isOver ? { change: '', cancel: '' } : pagesAtCalCom(link.booking!);
  return {
    title: isOver ? 'Your interview is over' : waits ? 'Your time waits to be confirmed' : 'You are booked',
    org: orgView(link),
    badge: isOver ? over : waits ? pending : booked,
    day: inZone(times.startTime).toFormat('cccc d LLLL yyyy'),
    time: `${inZone(times.startTime).toFormat('HH:mm')}–${inZone(times.endTime).toFormat('HH:mm')}`,
    zone: zoneInWords(link.timeZone, start),
    orgTime: link.orgTimeZone === link.timeZone ? '' : `For ${link.orgName}: ${fullTime(start, link.orgTimeZone)}`,
    meeting: meeting({ ...link, eventTypeMinutes: minutesBetween(times) }),
    assessment: link.assessmentTitle,
    host: hostName ? `With ${hostName}` : '',
    place: isOver ? null : placeOf(location),
    changeHref: atCalCom.change,
    cancelHref: atCalCom.cancel,
    note: bookedNote(link),
    ...footOf(link),
  };
}

/** Where whoever has the booking's uid changes or cancels it, as in Cal.com's own mails. */
export function pagesAtCalCom({ bookingUrl, bookingId }: { bookingUrl: string; bookingId: string }): {
  change: string;
  cancel: string;
} {
  const web = new URL(bookingUrl).origin;
  const uid = encodeURIComponent(bookingId);
  return { change: `${web}/reschedule/${uid}`, cancel: `${web}/booking/${uid}?cancel=true` };
}

function bookedNote({ booking, orgName }: LinkRow): string {
  if (booking!.over) {
    return `If it did not take place, answer the mail you got from ${orgName}.`;
  }
  const comes = booking!.pending
    ? 'You get a mail as soon as it is confirmed.'
    : 'The confirmation with the calendar entry comes by mail.';
  return `${comes} This page stays right even after a change.`;
}

/** Cal.com also stores how a place was chosen, such as `integrations:google:meet`: no words for anybody. */
function placeOf(location: string | null): BookedView['place'] {
  if (!location || /^(integrations|conferencing):/.test(location)) {
    return null;
  }
  const url = /^https?:\/\//i.test(location) && URL.canParse(location) ? new URL(location) : null;
  return url ? { href: url.href, text: `Video call on ${url.host}` } : { href: null, text: location };
}

export function closedView(words: ClosedWords, link: LinkRow | null): ClosedView {
  return { title: words.heading, ...words, org: link && orgView(link), ...footOf(link) };
}

/** What stands below each of the candidate's pages. */
export function footOf(link: LinkRow | null): { contact: string | null; optOut: Link | null } {
  const label = link?.optedOut ? 'You asked for no more mails' : 'No more mails about this';
  return { contact: link?.contact ?? null, optOut: link && { href: unsubscribePath(link.token), label } };
}

function minutesBetween({ startTime, endTime }: { startTime: string; endTime: string }): number {
  return Math.round((Date.parse(endTime) - Date.parse(startTime)) / 60_000);
}

function meeting({ eventTypeTitle, eventTypeMinutes }: LinkRow): string {
  return eventTypeTitle && eventTypeMinutes ? `${eventTypeTitle}, ${eventTypeMinutes} minutes` : 'Interview';
}

export function orgView({ orgName: name, orgColor }: Pick<LinkRow, 'orgName' | 'orgColor'>): OrgView {
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => [...word][0] ?? '');
  return {
    name,
    initials: initials.join('').toUpperCase(),
    colorHref: orgColor && brandStyleHref(orgColor),
  };
}
