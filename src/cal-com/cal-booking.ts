import {
  wholeNumberOf,
  instantOf,
  listOf,
  numberOf,
  readEach,
  recordOf,
  textOf,
  textsByNameOf,
} from './answer-values.js';

export const calBookingStatuses = ['pending', 'accepted', 'cancelled', 'rejected'] as const;
export type CalBookingStatus = (typeof calBookingStatuses)[number];

export interface CalAttendee {
  readonly name: string | null;
  readonly email: string | null;
  readonly timeZone: string | null;
  readonly absent: boolean;
}

export interface CalHost {
  readonly id: number | null;
  readonly name: string | null;
  readonly email: string | null;
  readonly timeZone: string | null;
}

/** A booking as Cal.com tells it (API v2, 2024-08-13). */
export interface CalBooking {
  readonly uid: string;
  readonly status: CalBookingStatus;
  readonly title: string | null;
  readonly start: Date;
  readonly end: Date;
  /** `null` once the event type was deleted: its bookings stay. */
  readonly eventTypeId: number | null;
  readonly location: string | null;
  readonly hosts: readonly CalHost[];
  /** Of a seated event type there may be several, or none once all have cancelled. */
  readonly attendees: readonly CalAttendee[];
  readonly absentHost: boolean;
  /** Readable by anyone who has the uid. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly cancellationReason: string | null;
  readonly rescheduledFromUid: string | null;
  readonly rescheduledToUid: string | null;
  readonly createdAt: Date | null;
  /** Does not move when an attendee is marked absent. */
  readonly updatedAt: Date | null;
}

export interface CalBookingPage {
  readonly bookings: readonly CalBooking[];
  /** How many entries of this page could not be read. */
  readonly unreadable: number;
  readonly hasNextPage: boolean;
}

/** `uid` picks the one that was asked for out of a series: a recurring booking answers with all of its occurrences. */
export function readBooking(data: unknown, uid?: string): CalBooking | null {
  const series = listOf(data);
  if (!series) return readOneBooking(data);
  const { read } = readEach(series, readOneBooking);
  return read.find((booking) => booking.uid === uid) ?? read[0] ?? null;
}

export function readBookingPage(data: unknown, pagination: unknown, take: number): CalBookingPage | null {
  const entries = listOf(data);
  if (!entries) return null;
  const { read, unreadable } = readEach(entries, readOneBooking);
  if (unreadable > 0 && read.length === 0) return null;
  const hasNextPage = recordOf(pagination)?.['hasNextPage'];
  return {
    bookings: read,
    unreadable,
    hasNextPage: typeof hasNextPage === 'boolean' ? hasNextPage : entries.length >= take,
  };
}

function readOneBooking(data: unknown): CalBooking | null {
  const booking = recordOf(data);
  if (!booking) return null;
  const uid = textOf(booking['uid']);
  const status = statusOf(booking['status']);
  const start = instantOf(booking['start']);
  const end = start && (instantOf(booking['end']) ?? endAfter(start, booking['duration']));
  if (!uid || !status || !start || !end) return null;
  return {
    uid,
    status,
    title: textOf(booking['title']),
    start,
    end,
    eventTypeId: wholeNumberOf(booking['eventTypeId']) ?? wholeNumberOf(recordOf(booking['eventType'])?.['id']),
    location: textOf(booking['location']) ?? textOf(booking['meetingUrl']),
    hosts: readEach(listOf(booking['hosts']) ?? [], readHost).read,
    attendees: readEach(listOf(booking['attendees']) ?? [], readAttendee).read,
    absentHost: booking['absentHost'] === true,
    metadata: textsByNameOf(booking['metadata']),
    cancellationReason: textOf(booking['cancellationReason']),
    rescheduledFromUid: textOf(booking['rescheduledFromUid']),
    rescheduledToUid: textOf(booking['rescheduledToUid']),
    createdAt: instantOf(booking['createdAt']),
    updatedAt: instantOf(booking['updatedAt']),
  };
}

/** An instant booking that still waits for a host is as open as one that waits for a yes. */
function statusOf(value: unknown): CalBookingStatus | null {
  const word = textOf(value)?.toLowerCase();
  if (word === 'awaiting_host') return 'pending';
  return calBookingStatuses.find((status) => status === word) ?? null;
}

function endAfter(start: Date, duration: unknown): Date | null {
  const minutes = numberOf(duration);
  return minutes === null ? null : new Date(start.getTime() + minutes * 60_000);
}

function readHost(value: unknown): CalHost | null {
  const host = recordOf(value);
  return (
    host && {
      id: wholeNumberOf(host['id']),
      name: textOf(host['name']),
      email: textOf(host['email']),
      timeZone: textOf(host['timeZone']),
    }
  );
}

function readAttendee(value: unknown): CalAttendee | null {
  const attendee = recordOf(value);
  return (
    attendee && {
      name: textOf(attendee['name']),
      email: textOf(attendee['email']),
      timeZone: textOf(attendee['timeZone']),
      absent: attendee['absent'] === true,
    }
  );
}
