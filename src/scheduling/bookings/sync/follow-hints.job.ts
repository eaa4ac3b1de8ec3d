import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import type { CalComConnection } from '../../../cal-com/cal-com-connection.js';
import { describeCalComFailure } from '../../../cal-com/cal-com-failure.js';
import { Jobs } from '../../../jobs/jobs.service.js';
import { systemActor } from '../../../shared/actor.js';
import { bookingHintQueue, type BookingHint } from '../../../webhooks/cal-com/booking-hint.js';
import { BookingReadingsService } from './booking-readings.service.js';
import { BOOKING_SYNC_TIMINGS, type BookingSyncTimings } from './booking-sync-timings.js';
import { agreesWith } from './trigger-agreement.js';

/** `look`: how often it was looked again already. */
export interface FollowedHint extends BookingHint {
  readonly look?: number;
}

/** Webhooks come in bursts; one job of a batch waits for the others. */
const fetchedTogether = 10;
const concurrency = 2;
/** About four minutes: longer than Cal.com blocks a key that asked too much. */
const retryLimit = 8;

/** A webhook says only that a booking may have changed: what it is now, the API is asked. */
@Injectable()
export class FollowHintsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly readings: BookingReadingsService,
    @Inject(BOOKING_SYNC_TIMINGS) private readonly timings: BookingSyncTimings,
  ) {}

  onModuleInit(): void {
    const options = { oneWaitingPerKey: true, fetchedTogether, concurrency, retryLimit };
    this.jobs.register<FollowedHint>(bookingHintQueue, (hint) => this.follow(hint), options);
  }

  async follow(hint: FollowedHint): Promise<void> {
    const connection = await this.configs.connection(systemActor(hint.orgId));
    if (connection) {
      await this.readAfter(hint, connection);
    }
  }

  private async readAfter(hint: FollowedHint, connection: CalComConnection): Promise<void> {
    const read = await this.readings.read(systemActor(hint.orgId), connection, hint.bookingId);
    if (!read.ok && read.failure.kind !== 'not-found') {
      throw new Error(`A booking could not be read. ${describeCalComFailure(read.failure)}`);
    }
    if (read.ok && !read.value.stored) {
      return;
    }
    const booking = read.ok ? read.value.booking : null;
    const announced = await this.announced(hint);
    if (!announced.every((trigger) => agreesWith(trigger, booking))) {
      await this.lookAgain(hint);
    }
  }

  /** Of several webhooks for one booking only one waits in the queue, so all of late count. */
  private async announced({ orgId, bookingId, trigger }: BookingHint): Promise<string[]> {
    const rows = await this.dataSource.query<{ type: string }[]>(
      `select distinct type from webhook_deliveries
        where org_id = $1 and booking_id = $2 and received_at > clock_timestamp() - make_interval(secs => $3)`,
      [orgId, bookingId, this.timings.newsMs / 1000],
    );
    return [trigger, ...rows.map(({ type }) => type)];
  }

  /** Bounded: in the end the API has the last word. */
  private async lookAgain(hint: FollowedHint): Promise<void> {
    const look = hint.look ?? 0;
    const afterMs = this.timings.lookAgainAfterMs[look];
    if (afterMs !== undefined) {
      await this.jobs.enqueue(
        this.dataSource.manager,
        bookingHintQueue,
        { ...hint, look: look + 1 },
        {
          startAfter: new Date(Date.now() + afterMs),
          key: `${hint.orgId}:${hint.bookingId}`,
        },
      );
    }
  }
}
