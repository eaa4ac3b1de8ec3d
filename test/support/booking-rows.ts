import type { DataSource } from 'typeorm';
import type { Booking } from '../../src/sandbox/booking.js';
import type { Actor } from '../../src/shared/actor.js';

/** What counts of a booking, as we store it. */
export interface BookingRow {
  readonly uid: string;
  readonly invitationId: string | null;
  readonly status: string;
  readonly start: string;
  readonly end: string;
  readonly from: string | null;
  readonly to: string | null;
  readonly attendee: string | null;
  readonly title: string | null;
  readonly reason: string | null;
  readonly changedAt: string;
}

/** By uid; of all bookings of the organization unless told which. */
export async function storedRows(db: DataSource, actor: Actor, uids: readonly string[] | null): Promise<BookingRow[]> {
  const rows = await db.query<(Omit<BookingRow, 'start' | 'end' | 'changedAt'> & Record<string, Date>)[]>(
    `select booking_id uid, invitation_id "invitationId", status, start_time "startTime", end_time "endTime",
            previous_booking_id "from", next_booking_id "to", attendee_email attendee, title,
            cancellation_reason reason, cal_updated_at "changedTime"
       from cal_com_bookings where org_id = $1 and ($2::text[] is null or booking_id = any($2))`,
    [actor.orgId, uids],
  );
  return byUid(
    rows.map(({ startTime, endTime, changedTime, ...row }) => ({
      ...(row as unknown as BookingRow),
      start: startTime!.toISOString(),
      end: endTime!.toISOString(),
      changedAt: changedTime!.toISOString(),
    })),
  );
}

/** The same of what Cal.com has; `owners` are the invitations by uid. */
export function rowsAsTold(bookings: readonly Booking[], owners: ReadonlyMap<string, string | null>): BookingRow[] {
  return byUid(
    bookings.map((booking) => ({
      uid: booking.uid,
      invitationId: owners.get(booking.uid) ?? null,
      status: statusOf(booking),
      start: booking.start,
      end: booking.end,
      from: booking.rescheduledFromUid,
      to: booking.rescheduledToUid,
      attendee: booking.attendees[0]?.email ?? null,
      title: booking.title,
      reason: booking.cancellationReason || null,
      changedAt: booking.updatedAt,
    })),
  );
}

function statusOf({ status, attendees }: Booking): string {
  if (status !== 'accepted') {
    return status;
  }
  return attendees.every(({ absent }) => absent) ? 'no_show' : 'confirmed';
}

function byUid(rows: BookingRow[]): BookingRow[] {
  return rows.toSorted((left, right) => left.uid.localeCompare(right.uid));
}
