import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { CalBooking } from '../../cal-com/cal-booking.js';
import { CalComBooking, type BookingMatch } from '../../cal-com/cal-com-booking.entity.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../shared/actor.js';
import { bookingStatusOf } from './booking-status.js';

/** Whose booking it is, and how we know. */
export interface BookingOwner {
  readonly invitationId: string;
  readonly matchedBy: BookingMatch;
}

const webOfCalCom = 'https://app.cal.com';

/** Our copy of the bookings: what Cal.com said last. */
@Injectable()
export class BookingRecordsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly eventTypes: CalComEventTypesService,
  ) {}

  async find(actor: Actor, bookingId: string): Promise<CalComBooking | null> {
    return isUid(bookingId) ? this.bookings.findOneBy({ orgId: actor.orgId, bookingId }) : null;
  }

  /** The open ones of these candidates, the latest to start first. */
  async listOpen(actor: Actor, invitationIds: readonly string[]): Promise<CalComBooking[]> {
    return this.bookings
      .createQueryBuilder('b')
      .where('b.orgId = :orgId and b.invitationId = any(:invitationIds::uuid[])', {
        orgId: actor.orgId,
        invitationIds,
      })
      .andWhere(`b.status in ('pending', 'confirmed')`)
      .orderBy('b.startTime', 'DESC')
      .getMany();
  }

  /**
   * Stores what Cal.com says of a booking, unless something newer is stored already. A candidate who has an interview
   * now gets none of the invitations that still wait to be sent.
   */
  async record(actor: Actor, booking: CalBooking, owner: BookingOwner): Promise<CalComBooking> {
    const webPage = await this.webPageOf(actor, booking);
    return this.dataSource.transaction(async (manager) => {
      await upsert(manager, actor, booking, owner, webPage);
      const recorded = await manager.findOneByOrFail(CalComBooking, { orgId: actor.orgId, bookingId: booking.uid });
      if (recorded.isOpen() && recorded.invitationId) {
        await skipWaitingMails(manager, actor, recorded.invitationId);
      }
      return recorded;
    });
  }

  private get bookings() {
    return this.dataSource.getRepository(CalComBooking);
  }

  /** Cal.com names no page for a booking; it stands on the same site as the page of its event type. */
  private async webPageOf(actor: Actor, { uid, eventTypeId }: CalBooking): Promise<string> {
    const eventType = eventTypeId === null ? null : await this.eventTypes.find(actor, eventTypeId);
    return `${eventType ? new URL(eventType.bookingUrl).origin : webOfCalCom}/booking/${encodeURIComponent(uid)}`;
  }
}

async function upsert(
  manager: EntityManager,
  { orgId }: Actor,
  booking: CalBooking,
  { invitationId, matchedBy }: BookingOwner,
  webPage: string,
): Promise<void> {
  const attendee = booking.attendees[0];
  await manager.query(
    `insert into cal_com_bookings as known
       (org_id, invitation_id, booking_id, previous_booking_id, event_type_id, booking_url, status, start_time, end_time,
        attendee_name, attendee_email, attendee_time_zone, cancellation_reason, matched_by, cal_updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
         on conflict (org_id, booking_id) do update
        set invitation_id = coalesce(known.invitation_id, excluded.invitation_id),
            matched_by = coalesce(known.matched_by, excluded.matched_by),
            previous_booking_id = coalesce(known.previous_booking_id, excluded.previous_booking_id),
            status = excluded.status, start_time = excluded.start_time, end_time = excluded.end_time,
            attendee_name = coalesce(excluded.attendee_name, known.attendee_name),
            attendee_email = coalesce(excluded.attendee_email, known.attendee_email),
            attendee_time_zone = coalesce(excluded.attendee_time_zone, known.attendee_time_zone),
            cancellation_reason = excluded.cancellation_reason, cal_updated_at = excluded.cal_updated_at,
            updated_at = case
              when (known.status, known.start_time, known.end_time)
                   is distinct from (excluded.status, excluded.start_time, excluded.end_time)
              then clock_timestamp() else known.updated_at end
      where coalesce(excluded.cal_updated_at >= known.cal_updated_at, true)`,
    [
      orgId,
      invitationId,
      booking.uid,
      booking.rescheduledFromUid,
      booking.eventTypeId,
      webPage,
      bookingStatusOf(booking),
      booking.start,
      booking.end,
      attendee?.name ?? null,
      attendee?.email ?? null,
      attendee?.timeZone ?? null,
      booking.cancellationReason,
      matchedBy,
      booking.updatedAt,
    ],
  );
}

async function skipWaitingMails(manager: EntityManager, { orgId }: Actor, invitationId: string): Promise<void> {
  await manager.query(
    `update emails set state = 'skipped', reason_code = 'booked', state_at = clock_timestamp()
      where org_id = $1 and invitation_id = $2 and kind = 'invitation' and state = 'queued'`,
    [orgId, invitationId],
  );
}

function isUid(text: string): boolean {
  return /^[\w-]{1,100}$/.test(text);
}
