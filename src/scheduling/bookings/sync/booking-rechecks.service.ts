import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CalComConnection } from '../../../cal-com/cal-com-connection.js';
import { concernsOneObject } from '../../../cal-com/cal-com-failure.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingReadingsService } from './booking-readings.service.js';
import { BOOKING_SYNC_TIMINGS, type BookingSyncTimings } from './booking-sync-timings.js';

/** Reads bookings again whose changes Cal.com's list does not show: an attendee marked absent moves no time stamp. */
@Injectable()
export class BookingRechecksService {
  /** When a booking was last asked for in vain, by our own id of it; the others get their turn meanwhile. */
  private readonly inVain = new Map<string, number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly readings: BookingReadingsService,
    @Inject(BOOKING_SYNC_TIMINGS) private readonly timings: BookingSyncTimings,
  ) {}

  /** A few at a time, those first that were not read for longest. Ends early when Cal.com answers nothing at all. */
  async recheck(actor: Actor, connection: CalComConnection): Promise<void> {
    for (const { id, bookingId } of await this.due(actor)) {
      const read = await this.readings.read(actor, connection, bookingId);
      if (!read.ok && !concernsOneObject(read.failure)) {
        return;
      }
      if (!read.ok) {
        this.inVain.set(id, Date.now());
      }
    }
  }

  private async due({ orgId }: Actor): Promise<{ id: string; bookingId: string }[]> {
    const { endedForMs, endedEveryMs, openEveryMs, rechecksPerPass } = this.timings;
    for (const [id, at] of this.inVain) {
      if (at < Date.now() - endedEveryMs) {
        this.inVain.delete(id);
      }
    }
    return this.dataSource.query(
      `select id, booking_id "bookingId" from cal_com_bookings
        cross join lateral (select coalesce(read_at, updated_at) read) last
        where org_id = $1 and missing_since is null and id <> all($6::uuid[])
          and (status in ('confirmed', 'no_show')
               and end_time between clock_timestamp() - make_interval(secs => $2) and clock_timestamp()
               and (last.read < end_time or last.read < clock_timestamp() - make_interval(secs => $3))
            or status in ('pending', 'confirmed') and end_time > clock_timestamp()
               and last.read < clock_timestamp() - make_interval(secs => $4))
        order by last.read
        limit $5`,
      [orgId, endedForMs / 1000, endedEveryMs / 1000, openEveryMs / 1000, rechecksPerPass, [...this.inVain.keys()]],
    );
  }
}
