import { type NamedActivity } from '../../../activity/activities.service.js';
import { sentence, whoInWords } from '../../../activity/activity-words.js';
import type { ActivityAction } from '../../../activity/activity-actions.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { fullTime, shortTime } from '../../../shared/zoned-time.js';
import { theirTime } from '../../bookings/booking-time.js';
import { bookingBadge } from '../../bookings/booking-badge.js';
import type { Badge } from '../../page-parts.view.js';
import { plural } from '../../plural.js';
import { requestRow } from '../../requests/request-row.view.js';
import { emailInWords } from '../../sends/email-in-words.js';
import { emailBadges, eventBadges } from '../../sends/send-badges.js';
import type { CandidateStory, StoryEmail } from './candidate-story.service.js';

/** One thing that happened to a candidate, or is to happen. */
export interface Moment {
  readonly at: Date;
  readonly tone: Badge['tone'];
  readonly icon: string;
  readonly title: string;
  readonly href?: string;
  readonly details?: readonly string[];
  /** As somebody typed it. */
  readonly text?: string;
  /** Something the candidate asked for that nobody has settled. */
  readonly requestId?: string;
  readonly noteId?: string;
}

export interface Telling {
  readonly timeZone: string;
  readonly theirZone: string;
  readonly now: Date;
}

/** Told with what it is about, which says more: the mail, the request, the note. */
const toldElsewhere: ReadonlySet<string> = new Set<ActivityAction>([
  'email.retried',
  'email.sent-again',
  'opt-out.overruled',
  'candidate.declined',
  'candidate.asked-for-times',
  'candidate.asked-for-link',
  'note.added',
]);
/** What the mail service and we say to each other about the pace: no news of the candidate. */
const paceEvents: ReadonlySet<string> = new Set(['busy', 'deferred', 'paused', 'released', 'refused_together']);
const mailWords: Readonly<Record<string, string>> = {
  accepted: 'sent',
  unclear: 'got no clear answer',
  unknown: 'may or may not have gone out',
  opt_out_overruled: 'written although they had opted out',
};
const mailKinds = { invitation: 'Email', confirmation: 'Confirmation email', test: 'Test email' } as const;
const madeBy: readonly string[] = ['booking.made', 'booking.rescheduled'] satisfies ActivityAction[];
const endings: Readonly<Partial<Record<CalComBooking['status'], { title: string; deed: ActivityAction }>>> = {
  cancelled: { title: 'Interview cancelled', deed: 'booking.cancelled' },
  rejected: { title: 'Interview rejected', deed: 'booking.rejected' },
  no_show: { title: 'Did not come to the interview', deed: 'booking.no-show' },
};

/** What is to happen, the last first: it stands above what happened. */
export function plannedMoments(story: CandidateStory, telling: Telling): Moment[] {
  const planned = [
    ...story.emails.flatMap(plannedMail),
    ...story.bookings.filter((booking) => isAhead(booking, telling)).map((each) => interview(each, story, telling)),
    ...linkEnds(story, telling),
  ];
  return newestFirst(planned);
}

/** What happened, the newest first. */
export function pastMoments(story: CandidateStory, telling: Telling): Moment[] {
  const { candidate, links, emails, bookings, requests, activities, notes } = story;
  const told = new Set<string>();
  const ofBookings = bookings.flatMap((booking) => bookingMoments(booking, story, telling, told));
  return newestFirst([
    ...ofBookings,
    ...emails.flatMap(mailMoments),
    ...links.flatMap(linkMoments),
    ...requests.map((request): Moment => {
      const { badge, times, note } = requestRow(request, telling.timeZone, telling.now);
      const isOpen = request.settledAt === null;
      return {
        tone: isOpen ? badge.tone : 'neutral',
        icon: badge.icon,
        at: request.createdAt,
        title: badge.word,
        details: [
          ...times.map(({ admins, theirs }) => [admins, theirs].filter(Boolean).join(' · ')),
          ...(isOpen ? [] : [`Settled ${shortTime(request.settledAt!, telling.timeZone, telling.now)}`]),
        ],
        text: note,
        ...(isOpen && { requestId: request.id }),
      };
    }),
    ...activities
      .filter(({ id, action }) => !told.has(id) && !toldElsewhere.has(action))
      .map((activity) => activityMoment(activity)),
    ...notes.map(({ id, text, author, createdAt }): Moment => ({
      at: createdAt,
      tone: 'accent',
      icon: 'sticky-note',
      title: `Note by ${author ?? 'a former user'}`,
      text,
      noteId: id,
    })),
    ...(candidate.submittedAt
      ? [
          {
            at: candidate.submittedAt,
            tone: 'neutral' as const,
            icon: 'clipboard-check',
            title: 'Assessment handed in',
          },
        ]
      : []),
    { at: candidate.createdAt, tone: 'neutral', icon: 'user-plus', title: 'Added to Interlude' },
  ]);
}

function plannedMail({ id, kind, state, sendId, dueAt, createdAt, sentBy }: StoryEmail): Moment[] {
  const by = sentBy ? [`By ${sentBy}`] : [];
  if (state === 'draft') {
    const title = 'Email drafted, not sent';
    return [{ at: createdAt, tone: 'neutral', icon: 'pencil-line', title, href: `/app/sends/${sendId}`, details: by }];
  }
  const href = `/app/emails/${id}`;
  return state === 'queued' || state === 'sending'
    ? [
        {
          at: dueAt ?? createdAt,
          tone: 'neutral',
          icon: 'clock',
          title: `${mailKinds[kind]} leaves`,
          href,
          details: by,
        },
      ]
    : [];
}

/** Its events, and its state where no event told of it; the last first, should two be of one moment. */
function mailMoments(email: StoryEmail): Moment[] {
  const { id, kind, state, stateAt, sentBy } = email;
  const isUnderWay = ['draft', 'queued', 'sending'].includes(state);
  const isTold =
    isUnderWay || email.events.some(({ type }) => type === state || (type === 'sent' && state === 'accepted'));
  const events = [
    ...email.events.map((event) => ({ ...event, at: new Date(event.at) })),
    ...(isTold ? [] : [{ type: state, detail: null, at: stateAt }]),
  ];
  return events
    .filter(({ type }) => !paceEvents.has(type))
    .toReversed()
    .map(({ type, detail, at }) => {
      const badge = eventBadges[type] ?? emailBadges[type] ?? { tone: 'neutral' as const, icon: 'mail', word: type };
      const by = type === 'accepted' && sentBy ? `By ${sentBy}` : '';
      return {
        at,
        tone: badge.tone,
        icon: badge.icon,
        title: `${mailKinds[kind]} ${mailWords[type] ?? badge.word.toLowerCase()}`,
        href: `/app/emails/${id}`,
        details: [by, detail ?? (type === state && type !== 'accepted' ? emailInWords(email) : '')].filter(Boolean),
      };
    });
}

/** Who made or ended it is told with it, and noted in `told`. */
function bookingMoments(booking: CalComBooking, story: CandidateStory, telling: Telling, told: Set<string>): Moment[] {
  const { timeZone, now } = telling;
  const when = (at: Date) => fullTime(at, timeZone, now);
  const href = `/app/bookings/${booking.id}`;
  const deedOf = (actions: readonly string[]) => {
    const deed = story.activities.find(({ action, subjectId }) => subjectId === booking.id && actions.includes(action));
    if (deed) {
      told.add(deed.id);
    }
    return { at: deed?.at, by: deed ? [`By ${whoInWords(deed)}`] : [] };
  };
  const made = deedOf(madeBy);
  const former = story.bookings.find(({ bookingId }) => bookingId === booking.previousBookingId);
  const isMoved = booking.previousBookingId !== null;
  const moments: Moment[] = [
    {
      at: booking.calCreatedAt ?? made.at ?? booking.createdAt,
      tone: isMoved ? 'info' : 'good',
      icon: isMoved ? 'calendar-clock' : 'calendar-check-2',
      title: isMoved ? 'Interview moved' : 'Interview booked',
      href,
      details: [
        `${former ? `From ${when(former.startTime)} to` : 'For'} ${when(booking.startTime)}`,
        kindOf(booking, story),
        ...made.by,
      ],
    },
  ];
  const ending = endings[booking.status];
  if (ending && !booking.wasMoved()) {
    const ended = deedOf([ending.deed]);
    const { tone, icon } = bookingBadge(booking, now);
    moments.push({
      at: ended.at ?? booking.calUpdatedAt ?? booking.updatedAt,
      tone,
      icon,
      title: ending.title,
      href,
      details: [`It was ${when(booking.startTime)}`, ...ended.by],
      text: booking.cancellationReason ?? '',
    });
  }
  if (booking.isOpen() && !isAhead(booking, telling)) {
    moments.push(interview(booking, story, telling));
  }
  return moments;
}

function interview(booking: CalComBooking, story: CandidateStory, { timeZone, theirZone, now }: Telling): Moment {
  const { tone, icon, word } = bookingBadge(booking, now);
  return {
    at: booking.startTime,
    tone,
    icon,
    title: 'Interview',
    href: `/app/bookings/${booking.id}`,
    details: [
      word,
      kindOf(booking, story),
      booking.hostName ? `With ${booking.hostName}` : '',
      theirZone === timeZone ? '' : `${theirTime(booking.startTime, theirZone, timeZone)} for them`,
    ].filter(Boolean),
  };
}

function linkMoments({ openCount, lastOpenedAt, revokedAt }: CandidateStory['links'][number]): Moment[] {
  const more = openCount > 1 ? `${plural(openCount, 'time')} in all, this was the last. ` : '';
  return [
    ...(lastOpenedAt
      ? [
          {
            at: lastOpenedAt,
            tone: 'teal' as const,
            icon: 'mail-open',
            title: 'Booking link opened',
            details: [`${more}It may have been a mail scanner.`],
          },
        ]
      : []),
    ...(revokedAt
      ? [{ at: revokedAt, tone: 'neutral' as const, icon: 'unlink', title: 'Booking link replaced or withdrawn' }]
      : []),
  ];
}

function linkEnds({ candidate, links, eventTypes }: CandidateStory, { now }: Telling): Moment[] {
  const isOver = candidate.schedulingStatus === 'booked' || candidate.declinedAt !== null;
  return isOver
    ? []
    : links
        .filter(({ revokedAt, expiresAt }) => !revokedAt && expiresAt > now)
        .map(({ expiresAt, eventTypeId }) => ({
          at: expiresAt,
          tone: 'neutral',
          icon: 'link',
          title: 'Booking link ends',
          details: [eventTypes.get(eventTypeId) ?? ''].filter(Boolean),
        }));
}

function activityMoment(activity: NamedActivity): Moment {
  const { at, action, subjectType, subjectId } = activity;
  const icon = action === 'link.made' ? 'link' : 'user';
  const href = subjectType === 'booking' ? { href: `/app/bookings/${subjectId}` } : {};
  return { at, tone: 'neutral', icon, title: sentence(activity), ...href };
}

export function kindOf(booking: CalComBooking, { eventTypes }: CandidateStory): string {
  return eventTypes.get(booking.eventTypeId ?? 0) ?? booking.title ?? 'Interview';
}

function isAhead(booking: CalComBooking, { now }: Telling): boolean {
  return booking.isOpen() && booking.endTime > now;
}

function newestFirst(moments: Moment[]): Moment[] {
  return moments.toSorted((left, right) => right.at.getTime() - left.at.getTime());
}
