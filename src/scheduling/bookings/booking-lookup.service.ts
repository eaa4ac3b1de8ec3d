import { Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import type { CalBooking } from '../../cal-com/cal-booking.js';
import type { CalComBooking } from '../../cal-com/cal-com-booking.entity.js';
import type { CalComConnection } from '../../cal-com/cal-com-connection.js';
import { unavailable } from '../../cal-com/cal-com-failure.js';
import { failed, success, type CalComOutcome } from '../../cal-com/cal-com-outcome.js';
import { CalComService } from '../../cal-com/cal-com.service.js';
import type { Actor } from '../../shared/actor.js';
import { BookingRecordsService } from './booking-records.service.js';
import { isOpenAtCalCom } from './booking-status.js';

interface SentRef {
  readonly ref: string;
  readonly eventTypeId: number;
  readonly createdAt: Date;
}

const pageSize = 250;
const mostPages = 20;
/** Cal.com's clock and ours need not agree. */
const clockDifferenceMs = 10 * 60_000;
const longestChain = 10;

/** Asks Cal.com what bookings there are, and keeps our copy of them true. */
@Injectable()
export class BookingLookupService {
  /** After an unclear write: it may take a moment until Cal.com shows what it did. */
  readonly lookAgainAfterMs: readonly number[] = [0, 1_000, 3_000];

  constructor(
    private readonly dataSource: DataSource,
    private readonly calCom: CalComService,
    private readonly records: BookingRecordsService,
  ) {}

  /**
   * The bookings of a candidate that are ahead at Cal.com: those we know, as they stand there now, and those made
   * through a link of ours that nobody told us of yet. An interview that is over stands in nobody's way.
   */
  async listAhead(
    actor: Actor,
    connection: CalComConnection,
    invitationId: string,
  ): Promise<CalComOutcome<CalComBooking[]>> {
    const open = new Map<string, CalComBooking>();
    for (const known of await this.records.listOpen(actor, [invitationId])) {
      const now = await this.refresh(actor, connection, known);
      if (!now.ok && now.failure.kind === 'not-found') {
        continue;
      }
      if (!now.ok) {
        return now;
      }
      open.set(now.value.bookingId, now.value);
    }
    const unheardOf = await this.listByRef(connection, await this.refsOf(actor, invitationId));
    if (!unheardOf.ok) {
      return unheardOf;
    }
    for (const booking of unheardOf.value.filter(({ uid }) => !open.has(uid))) {
      open.set(booking.uid, await this.records.record(actor, booking, { invitationId, matchedBy: 'ref' }));
    }
    return success([...open.values()].filter((booking) => booking.isAhead()));
  }

  /**
   * A booking as Cal.com has it now; one that was moved is followed to where it went, and both are stored. One that it
   * does not know is marked as missing.
   */
  async refresh(
    actor: Actor,
    connection: CalComConnection,
    known: CalComBooking,
  ): Promise<CalComOutcome<CalComBooking>> {
    let current = known;
    let uid: string | null = known.bookingId;
    for (let step = 0; uid && step < longestChain; step += 1) {
      const readAt = new Date();
      const asked: CalComOutcome<CalBooking> = await this.calCom.getBooking(connection, uid);
      if (!asked.ok) {
        if (asked.failure.kind === 'not-found') {
          await this.records.markMissing(actor, uid);
        }
        return asked;
      }
      const { invitationId, matchedBy } = known;
      const owner = matchedBy && { invitationId, matchedBy: step === 0 ? matchedBy : ('chain' as const) };
      current = await this.records.record(actor, asked.value, owner, readAt);
      uid = isOpenAtCalCom(asked.value) ? null : asked.value.rescheduledToUid;
    }
    return success(current);
  }

  /** What became of a booking whose making ended without a clear answer; `null` if Cal.com shows none. */
  async findMade(
    connection: CalComConnection,
    made: { ref: string; eventTypeId: number; start: Date; startedAt: Date },
  ): Promise<CalBooking | null> {
    for (const waitMs of this.lookAgainAfterMs) {
      await pause(waitMs);
      const found = await this.listByRef(connection, [{ ...made, createdAt: made.startedAt }]);
      const booking = found.ok && found.value.find(({ start }) => start.getTime() === made.start.getTime());
      if (booking) {
        return booking;
      }
    }
    return null;
  }

  /** Cal.com cannot search by metadata: its list is narrowed by type and time, and looked through. */
  private async listByRef(
    connection: CalComConnection,
    refs: readonly SentRef[],
  ): Promise<CalComOutcome<CalBooking[]>> {
    if (refs.length === 0) {
      return success([]);
    }
    const ours = new Set(refs.map(({ ref }) => ref));
    const since = Math.min(...refs.map(({ createdAt }) => createdAt.getTime())) - clockDifferenceMs;
    const found: CalBooking[] = [];
    for (let page = 0; page < mostPages; page += 1) {
      const listed = await this.calCom.listBookings(connection, {
        status: ['upcoming'],
        eventTypeIds: [...new Set(refs.map(({ eventTypeId }) => eventTypeId))],
        afterCreatedAt: new Date(since),
        sort: { by: 'created', direction: 'desc' },
        take: pageSize,
        skip: page * pageSize,
      });
      if (!listed.ok) {
        return listed;
      }
      found.push(...listed.value.bookings.filter(({ metadata }) => ours.has(metadata['interlude'] ?? '')));
      if (!listed.value.hasNextPage) {
        return success(found.filter(isOpenAtCalCom));
      }
    }
    return failed(unavailable('tooLarge'));
  }

  private async refsOf(actor: Actor, invitationId: string): Promise<SentRef[]> {
    return this.dataSource.query(
      `select ref, event_type_id::float8 "eventTypeId", created_at "createdAt"
         from booking_links where org_id = $1 and invitation_id = $2`,
      [actor.orgId, invitationId],
    );
  }
}
