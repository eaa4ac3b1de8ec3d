import type { EntityManager } from 'typeorm';
import type { CalBooking } from '../../cal-com/cal-booking.js';
import type { BookingMatch } from '../../cal-com/cal-com-booking.entity.js';
import type { Actor } from '../../shared/actor.js';
import { bookingStatusOf } from './booking-status.js';

/** Whose booking it is, and how we know. Without an invitation: a person said that it is nobody's. */
export interface BookingOwner {
  readonly invitationId: string | null;
  readonly matchedBy: BookingMatch;
}

/** What Cal.com said of a booking, and when it was asked. */
export interface BookingReading {
  readonly booking: CalBooking;
  readonly readAt: Date;
  readonly webPage: string;
}

/**
 * Stores a reading unless a newer one is stored. Two that may have overlapped are told apart by Cal.com's own time of
 * the change; that stands still for a no-show, so between equal ones the later question counts.
 */
export async function storeReading(manager: EntityManager, { orgId }: Actor, reading: BookingReading): Promise<void> {
  const { booking } = reading;
  const [attendee] = booking.attendees;
  await manager.query(
    `insert into cal_com_bookings as known
       (org_id, booking_id, previous_booking_id, next_booking_id, event_type_id, booking_url, status,
        start_time, end_time, title, location, host_name, attendee_name, attendee_email, attendee_time_zone,
        cancellation_reason, confirmed_at, cal_created_at, cal_updated_at, read_at, updated_at)
     select $1::uuid, $2::text, $3::text, $4::text, $5::bigint, $6::text, $7::text, $8::timestamptz, $9::timestamptz,
            $10::text, $11::text, $12::text, $13::text, $14::text, $15::text, $16::text, ${confirmedAt('$7', '$17')}, $17::timestamptz,
            $18::timestamptz, $19::timestamptz, ${changedAt}
         on conflict (org_id, booking_id) do update
        set previous_booking_id = coalesce(known.previous_booking_id, excluded.previous_booking_id),
            next_booking_id = coalesce(excluded.next_booking_id, known.next_booking_id),
            event_type_id = coalesce(excluded.event_type_id, known.event_type_id),
            status = excluded.status, start_time = excluded.start_time, end_time = excluded.end_time,
            title = coalesce(excluded.title, known.title),
            location = coalesce(excluded.location, known.location),
            host_name = coalesce(excluded.host_name, known.host_name),
            attendee_name = coalesce(excluded.attendee_name, known.attendee_name),
            attendee_email = coalesce(excluded.attendee_email, known.attendee_email),
            attendee_time_zone = coalesce(excluded.attendee_time_zone, known.attendee_time_zone),
            cancellation_reason = excluded.cancellation_reason,
            confirmed_at = coalesce(known.confirmed_at, ${confirmedAt('excluded.status', 'excluded.cal_updated_at')}),
            cal_created_at = coalesce(excluded.cal_created_at, known.cal_created_at),
            cal_updated_at = excluded.cal_updated_at, read_at = excluded.read_at, missing_since = null,
            updated_at = case
              when (known.status, known.start_time, known.end_time)
                   is distinct from (excluded.status, excluded.start_time, excluded.end_time)
              then clock_timestamp() else known.updated_at end
      where ${isNewer}`,
    [
      orgId,
      booking.uid,
      booking.rescheduledFromUid,
      booking.rescheduledToUid,
      booking.eventTypeId,
      reading.webPage,
      bookingStatusOf(booking),
      booking.start,
      booking.end,
      booking.title,
      booking.location,
      booking.hosts[0]?.name ?? null,
      attendee?.name ?? null,
      attendee?.email ?? null,
      attendee?.timeZone ?? null,
      booking.cancellationReason,
      booking.createdAt,
      booking.updatedAt,
      reading.readAt,
    ],
  );
}

/** A decision stands: only what nobody has decided is tied. That we made it ourselves says more than a ref. */
export async function storeOwner(
  manager: EntityManager,
  { orgId }: Actor,
  bookingId: string,
  { invitationId, matchedBy }: BookingOwner,
): Promise<void> {
  await manager.query(
    `update cal_com_bookings set invitation_id = $3::uuid, matched_by = $4
      where org_id = $1 and booking_id = $2
        and (matched_by is null or ($4 = 'api' and matched_by in ('ref', 'chain') and invitation_id = $3))`,
    [orgId, bookingId, invitationId, matchedBy],
  );
}

/** One that we hear of when it is over has changed then, not now: mails sent since count as later. */
const changedAt = `least(clock_timestamp(), case $7
      when 'pending' then null when 'confirmed' then null
      when 'no_show' then $9::timestamptz else $18::timestamptz end)`;

/** One that is confirmed when we first hear of it was so from the start, for all we know; else with its last change. */
function confirmedAt(status: string, since: string): string {
  return `case ${status} when 'confirmed' then least(clock_timestamp(), ${since}::timestamptz) end`;
}

const isNewer = `excluded.read_at > known.read_at + interval '1 minute'
   or excluded.cal_updated_at > known.cal_updated_at
   or (coalesce(excluded.cal_updated_at = known.cal_updated_at, true)
       and coalesce(excluded.read_at >= known.read_at, true))`;
