import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CalBooking } from '../../cal-com/cal-booking.js';
import type { CalComConnection } from '../../cal-com/cal-com-connection.js';
import type { CalComFailure } from '../../cal-com/cal-com-failure.js';
import { success, type CalComOutcome } from '../../cal-com/cal-com-outcome.js';
import { CalComService } from '../../cal-com/cal-com.service.js';
import { slotTaken } from '../../cal-com/rejection.js';
import type { Invitation } from '../../candidates/invitation.entity.js';
import type { Actor } from '../../shared/actor.js';
import { BookingLinksService } from '../links/booking-links.service.js';
import { BookingLookupService } from './booking-lookup.service.js';
import { BookingRecordsService } from './booking-records.service.js';
import type { BookingWish, BookOutcome } from './booking-outcome.js';

const dayMs = 24 * 60 * 60_000;

/** Makes a booking at Cal.com that carries the ref of the candidate's link, so that it can always be found again. */
@Injectable()
export class NewBookingsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calCom: CalComService,
    private readonly links: BookingLinksService,
    private readonly lookup: BookingLookupService,
    private readonly records: BookingRecordsService,
  ) {}

  async make(
    actor: Actor,
    connection: CalComConnection,
    invitation: Invitation,
    wish: BookingWish,
  ): Promise<BookOutcome> {
    const ref = await this.refFor(actor, invitation, wish);
    const made = await this.create(connection, invitation, wish, ref);
    if (!made.ok) {
      return made;
    }
    const owner = { invitationId: invitation.id, matchedBy: 'api' as const };
    const booking = await this.records.record(actor, made.value, owner);
    await this.records.note(actor, 'booking.made', booking);
    return { ok: true, status: 'booked', booking };
  }

  /** Why a booking is not to be given up for this wish: its time is gone, or Cal.com does not say. Null when all is well. */
  async refusal(connection: CalComConnection, wish: BookingWish): Promise<CalComFailure | null> {
    const asked = await this.calCom.listSlots(connection, {
      eventTypeId: wish.eventTypeId,
      start: new Date(Math.max(Date.now(), wish.start.getTime() - dayMs)),
      end: new Date(wish.start.getTime() + dayMs),
      timeZone: wish.timeZone,
      lengthInMinutes: wish.lengthInMinutes ?? undefined,
    });
    if (!asked.ok) {
      return asked.failure;
    }
    const isFree = asked.value.some(({ start }) => start.getTime() === wish.start.getTime());
    return isFree ? null : { kind: 'rejected', ...slotTaken };
  }

  private async refFor(actor: Actor, invitation: Invitation, wish: BookingWish): Promise<string> {
    const [link] = await this.dataSource.transaction((manager) =>
      this.links.generate(actor, [invitation.id], wish, manager),
    );
    const [row] = await this.dataSource.query<{ ref: string }[]>(
      'select ref from booking_links where org_id = $1 and id = $2',
      [actor.orgId, link!.id],
    );
    return row!.ref;
  }

  /** Never sent twice: when the answer is unclear, Cal.com is asked what became of it. */
  private async create(
    connection: CalComConnection,
    invitation: Invitation,
    { eventTypeId, lengthInMinutes, start, timeZone }: BookingWish,
    ref: string,
  ): Promise<CalComOutcome<CalBooking>> {
    const startedAt = new Date();
    const asked = await this.calCom.createBooking(connection, {
      eventTypeId,
      start,
      attendee: { name: invitation.name, email: invitation.email, timeZone },
      lengthInMinutes: lengthInMinutes ?? undefined,
      metadata: { interlude: ref },
    });
    if (asked.ok || asked.failure.kind !== 'unknown-outcome') {
      return asked;
    }
    const found = await this.lookup.findMade(connection, { ref, eventTypeId, start, startedAt });
    return found ? success(found) : asked;
  }
}
