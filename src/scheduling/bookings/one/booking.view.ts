import { defaultCancellationReason } from '../../../cal-com/cal-com.service.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { timeAgo } from '../../../shared/time-ago.js';
import { fullTime, shortTime, zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import { candidateHref } from '../../candidates/candidate-place.js';
import type { Badge, Link, Prompt } from '../../page-parts.view.js';
import { emailInWords } from '../../sends/email-in-words.js';
import { emailBadges } from '../../sends/send-badges.js';
import { bookingBadge, movedBadge } from '../booking-badge.js';
import { dayInWords, theirTime, timeSpan } from '../booking-time.js';
import type { SyncState } from '../sync/booking-sync.service.js';
import type { BookingDetails, ToldEvent } from './booking-details.service.js';
import { whoseView, type WhoseInput, type WhoseView } from './whose.view.js';

export interface Fact {
  readonly label: string;
  readonly text: string;
  readonly detail: string;
  readonly href: string | null;
}

export interface ChainStep {
  readonly href: string;
  readonly when: string;
  readonly badge: Badge;
  readonly current: boolean;
}

/** `views/pages/scheduling/bookings/show.hbs`. */
export interface BookingView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly id: string;
  readonly badge: Badge;
  readonly prompt: Prompt | null;
  readonly errors: FormErrors;
  readonly canAct: boolean;
  readonly age: string;
  readonly facts: readonly Fact[];
  readonly pageAtCalCom: string;
  readonly chain: readonly ChainStep[];
  readonly events: readonly { readonly type: string; readonly at: string; readonly body: string }[];
  readonly whose: WhoseView | null;
  readonly actions: ActionsView;
  readonly form: BookingFields;
  readonly refresh: { readonly seconds: number };
}

/** What can be done with a booking now; the others say why not. */
export interface ActionsView {
  readonly decide: boolean;
  readonly reschedule: boolean;
  readonly cancel: boolean;
  readonly noShow: boolean;
  readonly invite: boolean;
  /** Why nothing can be done, or ''. */
  readonly closed: string;
}

export interface BookingFields {
  readonly cancellation_reason: string;
  readonly rejection_reason: string;
}

export interface BookingInput {
  readonly details: BookingDetails;
  readonly whose: WhoseInput;
  readonly sync: SyncState;
  readonly timeZone: string;
  readonly canAct: boolean;
  readonly errors: readonly FieldError[];
  readonly form: Partial<BookingFields>;
  readonly now: Date;
}

export const bookingFields = ['cancellation_reason', 'rejection_reason', 'refresh', 'actions'] as const;
const refreshSeconds = 10;
const matchedInWords = {
  ref: 'Booked through the personal link',
  chain: 'Moved from a booking of this candidate',
  api: 'Booked from Interlude',
  person: 'Said by one of you',
} as const;

export function bookingView(input: BookingInput): BookingView {
  const { details, timeZone, now, canAct } = input;
  const { booking, candidate } = details;
  return {
    title: candidate?.name ?? booking.attendeeName ?? 'Booking',
    sub: `${dayInWords(booking.startTime, timeZone, now)}, ${timeSpan(booking.startTime, booking.endTime, timeZone)}`,
    back: { href: '/app/bookings', label: 'Bookings' },
    id: booking.id,
    badge: badgeOf(booking, now),
    prompt: prompt(input),
    errors: formErrors(bookingFields, input.errors),
    canAct,
    age: booking.readAt ? `Read from Cal.com ${timeAgo(booking.readAt, now)}` : 'Never read from Cal.com',
    facts: facts(input),
    pageAtCalCom: booking.bookingUrl,
    chain: details.chain.length > 1 ? details.chain.map((step) => chainStep(step, booking, timeZone, now)) : [],
    events: details.events.map((event) => eventView(event, timeZone, now)),
    whose: whoseView(details, input.whose),
    actions: actions(details, now),
    form: { cancellation_reason: defaultCancellationReason, rejection_reason: '', ...input.form },
    refresh: { seconds: refreshSeconds },
  };
}

export function badgeOf(booking: CalComBooking, now: Date): Badge {
  return booking.wasMoved() ? movedBadge : bookingBadge(booking, now);
}

function actions({ booking, candidate }: BookingDetails, now: Date): ActionsView {
  const isOver = booking.isOpen() && booking.endTime <= now;
  const isAhead = booking.isOpen() && !isOver;
  const hasBegun = booking.status === 'confirmed' && booking.startTime <= now;
  return {
    decide: isAhead && booking.status === 'pending',
    reschedule: isAhead,
    cancel: isAhead,
    noShow: hasBegun,
    invite: candidate !== null && !booking.isAhead(now) && !booking.wasMoved(),
    closed: booking.isOpen() ? (isOver ? 'The interview is over.' : '') : closedInWords(booking),
  };
}

export function closedInWords(booking: CalComBooking): string {
  if (booking.wasMoved()) {
    return 'This booking was moved to another time. Act on the one it became.';
  }
  return {
    cancelled: 'This booking is cancelled.',
    rejected: 'This booking was rejected.',
    no_show: 'The candidate did not come.',
    pending: '',
    confirmed: '',
  }[booking.status];
}

function facts({ details, timeZone, now }: BookingInput): Fact[] {
  const { booking, candidate, eventTypeTitle, confirmation } = details;
  const { startTime, endTime, hostName, location, cancellationReason } = booking;
  const theirZone = booking.attendeeTimeZone ?? candidate?.timeZone ?? null;
  return [
    fact(
      'When',
      `${dayInWords(startTime, timeZone, now)}, ${timeSpan(startTime, endTime, timeZone)}`,
      zoneInWords(timeZone, startTime),
    ),
    ...(theirZone ? [fact('For the candidate', theirTime(startTime, theirZone, timeZone), theirZone)] : []),
    candidateFact(details),
    ...(candidate ? [fact('Assessment', candidate.assessmentTitle)] : []),
    fact('Event type', eventTypeTitle ?? booking.title ?? 'Interview', eventTypeTitle ? (booking.title ?? '') : ''),
    ...(hostName ? [fact('Host', hostName)] : []),
    ...(location ? [fact('Where', location, '', webAddress(location))] : []),
    fact('Matched', booking.matchedBy ? matchedInWords[booking.matchedBy] : 'Not yet', bookedAs(details)),
    ...(cancellationReason ? [fact('Reason', cancellationReason)] : []),
    ...(booking.calCreatedAt ? [fact('Booked', fullTime(booking.calCreatedAt, timeZone, now))] : []),
    ...(confirmation ? [confirmationFact(confirmation)] : []),
  ];
}

function candidateFact({ booking, candidate }: BookingDetails): Fact {
  if (candidate) {
    return fact('Candidate', candidate.name, candidate.email, candidateHref(candidate.invitationId));
  }
  const who = booking.isSetAside() ? 'None of yours' : 'Nobody knows yet';
  return fact('Candidate', who, [booking.attendeeName, booking.attendeeEmail].filter(Boolean).join(', '));
}

function confirmationFact(mail: NonNullable<BookingDetails['confirmation']>): Fact {
  return fact('Confirmation mail', emailBadges[mail.state]!.word, emailInWords(mail), `/app/emails/${mail.id}`);
}

/** Who booked, where that is not what the invitation says. */
function bookedAs({ booking, candidate }: BookingDetails): string {
  const { attendeeEmail, attendeeName } = booking;
  const isSame = attendeeEmail?.toLowerCase() === candidate?.email.toLowerCase();
  return candidate && attendeeEmail && !isSame ? `Booked as ${attendeeName ?? ''} <${attendeeEmail}>` : '';
}

function fact(label: string, text: string, detail = '', href: string | null = null): Fact {
  return { label, text, detail, href };
}

function webAddress(text: string): string | null {
  return /^https?:\/\//.test(text) && URL.canParse(text) ? text : null;
}

function prompt({ details, sync, now, timeZone }: BookingInput): Prompt | null {
  const { booking, twins } = details;
  const warn = { tone: 'warn' as const, icon: 'triangle-alert', action: null, urgent: false };
  if (booking.missingSince) {
    const since = shortTime(booking.missingSince, timeZone, now);
    const text = `It is not known there since ${since}. What is shown is what it said before.`;
    return { ...warn, strong: 'Cal.com does not know this booking any more.', text };
  }
  const [twin] = twins;
  if (twin) {
    const action = { href: `/app/bookings/${twin.id}`, label: 'Open the other' };
    const text = `The other is on ${fullTime(twin.startTime, timeZone, now)}. Cancel the one that is not meant.`;
    return { ...warn, strong: 'The candidate has two interviews of this kind ahead.', text, action };
  }
  if (sync.problem) {
    const strong = 'The last look at Cal.com failed.';
    return { ...warn, icon: 'unplug', strong, text: `${sync.problem} What is shown is what it said before.` };
  }
  return null;
}

function chainStep(step: CalComBooking, { id }: CalComBooking, timeZone: string, now: Date): ChainStep {
  return {
    href: `/app/bookings/${step.id}`,
    when: fullTime(step.startTime, timeZone, now),
    badge: badgeOf(step, now),
    current: step.id === id,
  };
}

function eventView({ type, receivedAt, payload }: ToldEvent, timeZone: string, now: Date) {
  return { type, at: shortTime(receivedAt, timeZone, now), body: payload ? readable(payload) : 'No longer kept.' };
}

function readable(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}
