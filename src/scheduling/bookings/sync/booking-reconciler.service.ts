import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CalBooking } from '../../../cal-com/cal-booking.js';
import { CalComConfig } from '../../../cal-com/cal-com-config.entity.js';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import type { CalComConnection } from '../../../cal-com/cal-com-connection.js';
import { describeCalComFailure, type CalComFailure } from '../../../cal-com/cal-com-failure.js';
import { success, type CalComOutcome } from '../../../cal-com/cal-com-outcome.js';
import { CalComService } from '../../../cal-com/cal-com.service.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingReadingsService } from './booking-readings.service.js';
import { BookingRechecksService } from './booking-rechecks.service.js';
import { BOOKING_SYNC_TIMINGS, type BookingSyncTimings } from './booking-sync-timings.js';

/** How a pass over one organization ended. */
export type Reconciliation =
  | { readonly kind: 'not-configured' }
  | { readonly kind: 'done'; readonly read: number }
  | { readonly kind: 'failed'; readonly failure: CalComFailure };

interface Pass {
  readonly read: number;
  readonly unreadable: number;
  /** The latest change among what was read, by Cal.com's clock. */
  readonly cursor: Date;
}

/** A runaway list is left after so many; the cursor keeps the place. */
const mostPages = 200;
/** Cal.com's clock and ours need not agree. */
const clockDifferenceMs = 10 * 60_000;

/** Finds at Cal.com what no webhook told. */
@Injectable()
export class BookingReconcilerService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly records: BookingRecordsService,
    private readonly readings: BookingReadingsService,
    private readonly rechecks: BookingRechecksService,
    @Inject(BOOKING_SYNC_TIMINGS) private readonly timings: BookingSyncTimings,
  ) {}

  /** One pass, if the organization is due; whoever claims it keeps other replicas away. */
  async reconcileIfDue(actor: Actor): Promise<void> {
    const [claimed] = await this.dataSource.query<unknown[]>(
      `insert into cal_com_configs as held (org_id, bookings_due_at)
       values ($1, clock_timestamp() + make_interval(secs => $2))
           on conflict (org_id) do update set bookings_due_at = excluded.bookings_due_at
        where coalesce(held.bookings_due_at <= clock_timestamp(), true)
       returning org_id`,
      [actor.orgId, this.timings.leaseMs / 1000],
    );
    if (claimed) {
      await this.reconcile(actor);
    }
  }

  /** One pass now. What Cal.com does not answer is stored in plain words, with when to try again. */
  async reconcile(actor: Actor): Promise<Reconciliation> {
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return { kind: 'not-configured' };
    }
    const startedAt = new Date();
    const passed = await this.pass(actor, connection, startedAt);
    if (!passed.ok) {
      await this.noteFailure(actor, connection, passed.failure);
      return { kind: 'failed', failure: passed.failure };
    }
    await this.noteSuccess(actor, connection, startedAt, passed.value);
    await this.rechecks.recheck(actor, connection);
    return { kind: 'done', read: passed.value.read };
  }

  private async pass(actor: Actor, connection: CalComConnection, startedAt: Date): Promise<CalComOutcome<Pass>> {
    await this.identify(actor);
    const since = await this.since(actor, startedAt);
    const seen = new Set<string>();
    let cursor = since.cursor;
    let unreadable = 0;
    let from = since.readFrom;
    let skip = 0;
    for (let page = 0; page < mostPages; page += 1) {
      const readAt = new Date();
      const listed = await this.calCom.listBookings(connection, {
        afterUpdatedAt: from,
        sort: { by: 'updatedAt', direction: 'asc' },
        take: this.timings.pageSize,
        skip,
      });
      if (!listed.ok) {
        return listed;
      }
      const { bookings } = listed.value;
      const taken = await this.takeNew(actor, connection, bookings, readAt);
      if (!taken.ok) {
        return taken;
      }
      bookings.forEach(({ uid }) => seen.add(uid));
      unreadable += listed.value.unreadable;
      const last = latestChange(bookings) ?? from;
      cursor = last > cursor ? last : cursor;
      // The pagination that comes with it leaves `afterUpdatedAt` out of its count: what came back is what tells.
      if (bookings.length + listed.value.unreadable < this.timings.pageSize) {
        break;
      }
      // The next page starts at the last change and not at a place, which shifts while somebody books.
      [from, skip] = last > from ? [last, 0] : [from, skip + this.timings.pageSize];
    }
    return success({ read: seen.size, unreadable, cursor: cursor < startedAt ? cursor : startedAt });
  }

  private async takeNew(
    actor: Actor,
    connection: CalComConnection,
    bookings: readonly CalBooking[],
    readAt: Date,
  ): Promise<CalComOutcome<null>> {
    const unchanged = await this.records.confirm(actor, bookings, readAt);
    const told = new Map(bookings.map((booking) => [booking.uid, { booking, readAt }]));
    for (const each of bookings.filter(({ uid }) => !unchanged.has(uid))) {
      const taken = await this.readings.take(actor, connection, { booking: each, readAt }, told);
      if (!taken.ok) {
        return taken;
      }
    }
    return success(null);
  }

  /** Whose account it is says whether another organization shares it; a key of the environment was never asked. */
  private async identify(actor: Actor): Promise<void> {
    const config = await this.find(actor);
    if (!config?.userId) {
      await this.configs.test(actor);
    }
  }

  /**
   * From the last change that was seen, with an overlap. The first time from the organization's first link on, but not
   * farther back than a month; before there is a link, nothing of the past is its business.
   */
  private async since(actor: Actor, now: Date): Promise<{ cursor: Date; readFrom: Date }> {
    const config = await this.find(actor);
    const cursor = config?.bookingsCursor ?? (await this.firstCursor(actor, now));
    return { cursor, readFrom: new Date(cursor.getTime() - this.timings.overlapMs) };
  }

  private async firstCursor({ orgId }: Actor, now: Date): Promise<Date> {
    const [first] = await this.dataSource.query<{ madeAt: Date | null }[]>(
      'select min(created_at) "madeAt" from booking_links where org_id = $1',
      [orgId],
    );
    const earliest = now.getTime() - this.timings.firstLookBackMs;
    const madeAt = (first?.madeAt ?? now).getTime() - clockDifferenceMs;
    return new Date(Math.max(earliest, madeAt));
  }

  private async noteSuccess(
    actor: Actor,
    connection: CalComConnection,
    startedAt: Date,
    { cursor, unreadable }: Pass,
  ): Promise<void> {
    await this.configs.whileConnected(actor, connection, (manager, { orgId, webhookId }) =>
      manager.query(
        `update cal_com_configs
            set bookings_cursor = $2, bookings_synced_at = $3, bookings_problem = $4,
                bookings_due_at = clock_timestamp() + make_interval(secs => $5)
          where org_id = $1`,
        [
          orgId,
          cursor,
          startedAt,
          unreadableInWords(unreadable),
          (webhookId ? this.timings.passWithWebhooksEveryMs : this.timings.passEveryMs) / 1000,
        ],
      ),
    );
  }

  private async noteFailure(actor: Actor, connection: CalComConnection, failure: CalComFailure): Promise<void> {
    await this.configs.whileConnected(actor, connection, (manager, { orgId }) =>
      manager.query(
        `update cal_com_configs
            set bookings_problem = $2, bookings_due_at = clock_timestamp() + make_interval(secs => $3)
          where org_id = $1`,
        [orgId, describeCalComFailure(failure), this.waitAfter(failure) / 1000],
      ),
    );
  }

  private waitAfter(failure: CalComFailure): number {
    switch (failure.kind) {
      case 'rate-limited':
        return Math.max(this.timings.passEveryMs, failure.until.getTime() - Date.now());
      case 'unauthorized':
        return this.timings.afterRefusalMs;
      default:
        return this.timings.passEveryMs;
    }
  }

  private find({ orgId }: Actor): Promise<CalComConfig | null> {
    return this.dataSource.getRepository(CalComConfig).findOneBy({ orgId });
  }
}

function latestChange(bookings: readonly CalBooking[]): Date | null {
  const times = bookings.flatMap(({ updatedAt }) => (updatedAt ? [updatedAt.getTime()] : []));
  return times.length > 0 ? new Date(Math.max(...times)) : null;
}

function unreadableInWords(count: number): string | null {
  if (count === 0) {
    return null;
  }
  return count === 1 ? 'One booking at Cal.com cannot be read.' : `${count} bookings at Cal.com cannot be read.`;
}
