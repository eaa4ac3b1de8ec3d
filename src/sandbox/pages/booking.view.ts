import { type Booking, lengthInMinutes } from '../booking.js';
import { type EventType } from '../event-type.js';
import { type Host } from '../host.js';
import { cityOf, dayText, inZone, lengthText, rangeText, zoneText } from './time-words.js';

/** One booking as its booker sees it: in their own zone first, then in the host's. */
export function bookingView(booking: Booking, eventType: EventType | null, host: Host, now: Date) {
  const booker = booking.attendees[0];
  const isOver = Date.parse(booking.end) < now.getTime();
  const isOpen = booking.status === 'accepted' || booking.status === 'pending';
  return {
    uid: booking.uid,
    ...whenView(booking, booker?.timeZone ?? host.timeZone, host),
    badge: badgeOf(booking, isOver),
    isPending: booking.status === 'pending' && !isOver,
    isMoved: booking.rescheduledToUid !== null,
    movedHref: booking.rescheduledToUid && `/booking/${booking.rescheduledToUid}`,
    formerHref: booking.rescheduledFromUid && `/booking/${booking.rescheduledFromUid}`,
    canChange: isOpen && !isOver,
    againHref: eventType && !isOpen ? `/${host.username}/${eventType.slug}` : null,
    title: eventType?.title ?? booking.title,
    length: lengthText(lengthInMinutes(booking)),
    hostName: host.name,
    location: booking.location,
    bookerName: booker?.name ?? '',
    bookerEmail: booker?.email ?? '',
    notes: booking.notes,
    reason: booking.cancellationReason,
    changeHref: `/reschedule/${booking.uid}`,
    cancelHref: `/booking/${booking.uid}?cancel=true`,
    cancelAction: `/booking/${booking.uid}/cancellation`,
  };
}

export function whenView(times: { start: string; end: string }, timeZone: string, host: Host) {
  const start = inZone(times.start, timeZone);
  const end = inZone(times.end, timeZone);
  const hostStart = inZone(times.start, host.timeZone);
  const hostEnd = inZone(times.end, host.timeZone);
  const isElsewhere = hostStart.offset !== start.offset;
  return {
    day: dayText(start),
    time: rangeText(start, end),
    zone: zoneText(start),
    hostTime: isElsewhere
      ? `${rangeText(hostStart, hostEnd)} ${hostStart.hasSame(start, 'day') ? '' : `on ${hostStart.toFormat('cccc')} `}in ${cityOf(host.timeZone)}, where ${host.name} is`
      : null,
  };
}

function badgeOf({ status, rescheduledToUid }: Booking, isOver: boolean) {
  if (rescheduledToUid) return { tone: 'info', icon: 'calendar-sync', text: 'Moved to another time' };
  if (status === 'cancelled') return { tone: 'neutral', icon: 'calendar-x-2', text: 'Cancelled' };
  if (status === 'rejected') return { tone: 'neutral', icon: 'calendar-x-2', text: 'Declined' };
  if (isOver) return { tone: 'neutral', icon: 'calendar', text: 'Over' };
  if (status === 'pending') return { tone: 'warn', icon: 'hourglass', text: 'Waiting for confirmation' };
  return { tone: 'good', icon: 'calendar-check', text: 'You are booked' };
}
