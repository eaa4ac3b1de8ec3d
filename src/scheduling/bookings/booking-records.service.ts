import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { ActivityAction } from '../../activity/activity-actions.js';
import { recordActivity } from '../../activity/record-activity.js';
import type { CalBooking } from '../../cal-com/cal-booking.js';
import { CalComBooking } from '../../cal-com/cal-com-booking.entity.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../shared/actor.js';
import { ConfirmationsService } from '../confirmations/confirmations.service.js';
import { ErasedBookings } from '../erasure/erased-bookings.service.js';
import { bookingStatusOf } from './booking-status.js';
import { storeOwner, storeReading, type BookingOwner } from './stored-booking.js';
import { skipWaitingMails } from './waiting-mails.js';

const webOfCalCom = 'https://app.cal.com';

/** Our copy of the bookings: what Cal.com said last. */
@Injectable()
export class BookingRecordsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly eventTypes: CalComEventTypesService,
    private readonly confirmations: ConfirmationsService,
    private readonly forgetErased: ErasedBookings,
  ) {}

  async find(actor: Actor, bookingId: string): Promise<CalComBooking | null> {
    return isUid(bookingId) ? this.bookings.findOneBy({ orgId: actor.orgId, bookingId }) : null;
  }

  /** By our own id, the one in the addresses of our pages. */
  async findById(actor: Actor, id: string): Promise<CalComBooking | null> {
    return this.bookings.findOneBy({ orgId: actor.orgId, id });
  }

  async listByIds({ orgId }: Actor, ids: readonly string[]): Promise<CalComBooking[]> {
    return this.bookings.findBy({ orgId, id: In([...ids]) });
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
   * Stores what Cal.com says of a booking, unless something newer is stored already. `null` for an owner: nobody's yet,
   * a person has to say. `readAt` is when Cal.com was asked.
   */
  async record(
    actor: Actor,
    booking: CalBooking,
    owner: BookingOwner | null,
    readAt = new Date(),
  ): Promise<CalComBooking> {
    const webPage = await this.webPageOf(actor, booking);
    return this.dataSource.transaction(async (manager) => {
      await storeReading(manager, actor, { booking, readAt, webPage });
      if (owner) {
        await storeOwner(manager, actor, booking.uid, owner);
      }
      await this.forgetErased.follow(manager, actor, booking);
      const recorded = await manager.findOneByOrFail(CalComBooking, { orgId: actor.orgId, bookingId: booking.uid });
      if (recorded.isAhead() && recorded.invitationId) {
        await skipWaitingMails(manager, actor, recorded.invitationId);
      }
      await this.confirmations.follow(manager, actor, recorded);
      return recorded;
    });
  }

  /** What somebody did with a booking at Cal.com from here, once Cal.com says so too. */
  async note(actor: Actor, action: ActivityAction, { id, invitationId }: CalComBooking): Promise<void> {
    const subject = { type: 'booking', id } as const;
    await recordActivity(this.dataSource.manager, actor, { action, subject, invitationId });
  }

  /** Which of these bookings are stored exactly as told; they count as read, and nothing more is to be done. */
  async confirm({ orgId }: Actor, told: readonly CalBooking[], readAt: Date): Promise<Set<string>> {
    const [rows] = await this.dataSource.query<[{ uid: string }[], number]>(
      `update cal_com_bookings b set read_at = greatest(b.read_at, $5), missing_since = null
         from unnest($2::text[], $3::timestamptz[], $4::text[]) told (uid, changed_at, status)
        where b.org_id = $1 and b.booking_id = told.uid
          and b.cal_updated_at = told.changed_at and b.status = told.status
       returning b.booking_id uid`,
      [orgId, told.map(({ uid }) => uid), told.map(({ updatedAt }) => updatedAt), told.map(bookingStatusOf), readAt],
    );
    return new Set(rows.map(({ uid }) => uid));
  }

  /** Cal.com does not know it any more. What it said last stays. */
  async markMissing({ orgId }: Actor, bookingId: string): Promise<void> {
    await this.dataSource.query(
      `update cal_com_bookings set missing_since = coalesce(missing_since, clock_timestamp()), read_at = clock_timestamp()
        where org_id = $1 and booking_id = $2`,
      [orgId, bookingId],
    );
  }

  /** A person gave it up, and Cal.com has nothing to cancel; should it tell of it after all, that counts. */
  async closeMissing(actor: Actor, { bookingId }: CalComBooking, reason: string): Promise<CalComBooking> {
    await this.dataSource.query(
      `update cal_com_bookings
          set status = 'cancelled', cancellation_reason = case when erased_at is null then $3 end, updated_at = clock_timestamp(), read_at = clock_timestamp(),
              missing_since = coalesce(missing_since, clock_timestamp())
        where org_id = $1 and booking_id = $2 and status in ('pending', 'confirmed')`,
      [actor.orgId, bookingId, reason],
    );
    return this.bookings.findOneByOrFail({ orgId: actor.orgId, bookingId });
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

function isUid(text: string): boolean {
  return /^[\w-]{1,100}$/.test(text);
}
