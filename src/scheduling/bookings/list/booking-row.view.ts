import { shortTime } from '../../../shared/zoned-time.js';
import type { Badge } from '../../page-parts.view.js';
import { bookingBadge } from '../booking-badge.js';
import { dayInWords, theirTime, timeSpan } from '../booking-time.js';
import type { ListedBooking } from './booking-list.service.js';

/** One row of the bookings page. */
export interface BookingRow {
  readonly id: string;
  readonly href: string;
  /** `Tomorrow, Tue 24 Nov` above the first of a day, else ''. */
  readonly day: string;
  readonly when: string;
  readonly theirs: string;
  readonly invitationId: string;
  readonly name: string;
  readonly email: string;
  readonly eventType: string;
  readonly detail: string;
  readonly badge: Badge;
  readonly notes: readonly string[];
  /** What the first button of the row leads to, or null. */
  readonly next: { readonly href: string; readonly label: string } | null;
}

export function bookingRows(bookings: readonly ListedBooking[], zone: string, now: Date): BookingRow[] {
  const days = bookings.map(({ startTime }) => dayInWords(startTime, zone, now));
  return bookings.map((booking, place) => ({
    id: booking.id,
    href: `/app/bookings/${booking.id}`,
    day: days[place] === days[place - 1] ? '' : days[place]!,
    when: timeSpan(booking.startTime, booking.endTime, zone),
    theirs: theirTime(booking.startTime, booking.candidateTimeZone ?? zone, zone),
    invitationId: booking.invitationId,
    name: booking.candidateName,
    email: booking.candidateEmail,
    eventType: booking.eventTypeTitle ?? booking.title ?? 'Interview',
    detail: [booking.hostName && `With ${booking.hostName}`, booking.assessmentTitle].filter(Boolean).join(' · '),
    badge: bookingBadge(booking, now),
    notes: notes(booking, zone, now),
    next: nextStep(booking, now),
  }));
}

function notes({ formerStart, inConflict, missingSince, cancellationReason }: ListedBooking, zone: string, now: Date) {
  return [
    missingSince ? `Cal.com does not know it any more, since ${shortTime(missingSince, zone, now)}` : '',
    inConflict ? 'Has another interview of this kind ahead' : '',
    formerStart ? `Moved from ${shortTime(formerStart, zone, now)}` : '',
    cancellationReason ?? '',
  ].filter(Boolean);
}

function nextStep({ id, status, startTime, endTime }: ListedBooking, now: Date): BookingRow['next'] {
  const to = (place: string, label: string) => ({ href: `/app/bookings/${id}${place}`, label });
  if (status === 'pending' && endTime > now) {
    return to('#decision', 'Confirm or reject');
  }
  if (status === 'confirmed') {
    return startTime > now ? to('#cancellation', 'Move or cancel') : to('#no-show', 'No-show');
  }
  return status === 'pending' ? null : to('#invitation', 'Invite again');
}
