import { type EventType } from './event-type.js';
import { type Host } from './host.js';

export type BookingStatus = 'accepted' | 'pending' | 'cancelled' | 'rejected';

export interface Attendee {
  name: string;
  email: string;
  timeZone: string;
  language: string;
  phoneNumber?: string;
  absent: boolean;
}

export interface Booking {
  readonly id: number;
  readonly uid: string;
  readonly hostId: number;
  readonly eventTypeId: number;
  readonly title: string;
  status: BookingStatus;
  readonly start: string;
  readonly end: string;
  readonly location: string;
  readonly notes: string;
  readonly metadata: Record<string, string>;
  readonly icsUid: string;
  icsSequence: number;
  cancellationReason: string;
  readonly reschedulingReason: string | null;
  rescheduledBy: string | null;
  readonly rescheduledFromUid: string | null;
  rescheduledToUid: string | null;
  absentHost: boolean;
  readonly createdAt: string;
  updatedAt: string;
  /** The booker first, then the guests (whose names Cal.com leaves empty). */
  readonly attendees: Attendee[];
  readonly guests: string[];
  readonly responses: Record<string, unknown>;
}

export function isOpen(booking: Booking): boolean {
  return booking.status === 'accepted' || booking.status === 'pending';
}

/** Cal.com API v2, 2024-08-13. The user key `videoCallUrl` never comes back. */
export function bookingOutput(booking: Booking, eventType: EventType | null, host: Host) {
  const { videoCallUrl: _hidden, ...metadata } = booking.metadata;
  return {
    id: booking.id,
    uid: booking.uid,
    title: booking.title,
    description: booking.notes,
    hosts: [
      {
        id: host.id,
        name: host.name,
        email: host.email,
        displayEmail: host.email,
        username: host.username,
        timeZone: host.timeZone,
      },
    ],
    status: booking.status,
    cancellationReason: booking.cancellationReason,
    cancelledByEmail: '',
    ...(booking.reschedulingReason && { reschedulingReason: booking.reschedulingReason }),
    rescheduledByEmail: booking.rescheduledBy,
    ...(booking.rescheduledFromUid && { rescheduledFromUid: booking.rescheduledFromUid }),
    ...(booking.rescheduledToUid && { rescheduledToUid: booking.rescheduledToUid }),
    start: booking.start,
    end: booking.end,
    duration: lengthInMinutes(booking),
    eventTypeId: eventType?.id ?? null,
    eventType: eventType && { id: eventType.id, slug: eventType.slug },
    meetingUrl: booking.location,
    location: booking.location,
    absentHost: booking.absentHost,
    createdAt: booking.createdAt,
    updatedAt: booking.updatedAt,
    metadata,
    rating: null,
    icsUid: booking.icsUid,
    attendees: booking.attendees.map(attendeeOutput),
    ...(booking.guests.length > 0 && { guests: booking.guests }),
    bookingFieldsResponses: responsesOutput(booking),
  };
}

export function lengthInMinutes(booking: Pick<Booking, 'start' | 'end'>): number {
  return (Date.parse(booking.end) - Date.parse(booking.start)) / 60_000;
}

function attendeeOutput(attendee: Attendee) {
  return {
    name: attendee.name,
    email: attendee.email,
    displayEmail: attendee.email,
    timeZone: attendee.timeZone,
    language: attendee.language,
    absent: attendee.absent,
    ...(attendee.phoneNumber && { phoneNumber: attendee.phoneNumber }),
  };
}

function responsesOutput(booking: Booking) {
  const booker = booking.attendees[0];
  return {
    email: booker?.email,
    ...(booker?.phoneNumber && { attendeePhoneNumber: booker.phoneNumber }),
    name: booker?.name,
    ...(booking.notes && { notes: booking.notes }),
    ...(booking.guests.length > 0 && { guests: booking.guests }),
    ...booking.responses,
    ...(booking.reschedulingReason && { rescheduledReason: booking.reschedulingReason }),
    displayEmail: booker?.email,
    ...(booking.guests.length > 0 && { displayGuests: booking.guests }),
  };
}
