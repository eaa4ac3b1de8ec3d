import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../../jobs/jobs.service.js';
import { type BookingHint, bookingHintDelayMs, bookingHintQueue } from './booking-hint.js';

const lookEveryMs = 1_000;
const mostAtOnce = 500;

/**
 * Has the bookings read again that Cal.com told of, once it has had the time to store what it announced. Every replica
 * looks; of several deliveries about one booking the last is passed on.
 */
@Injectable()
export class BookingNews implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('webhooks');
  private timer: NodeJS.Timeout | null = null;
  private looking: Promise<void> = Promise.resolve();

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setTimeout(() => {
      this.looking = this.passOn()
        .catch((error: unknown) => this.logger.error(error))
        .finally(() => this.timer && this.onApplicationBootstrap());
    }, lookEveryMs);
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer ?? undefined);
    this.timer = null;
    await this.looking;
  }

  /** What was told longer ago than that. */
  async passOn(agoMs = bookingHintDelayMs): Promise<void> {
    for (let told = mostAtOnce; told === mostAtOnce;) {
      told = await this.passOnSome(agoMs);
    }
  }

  private passOnSome(agoMs: number): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const told = await manager.query<BookingHint[]>(
        `with told as (
           select id from webhook_deliveries
            where provider = 'cal_com' and handled_at is null
              and received_at <= clock_timestamp() - make_interval(secs => $1)
            order by received_at limit $2 for update skip locked
         ), passed_on as (
           update webhook_deliveries d set handled_at = clock_timestamp() from told where d.id = told.id returning d.*
         )
         select org_id "orgId", booking_id "bookingId", type trigger, id "deliveryId"
           from passed_on order by received_at`,
        [agoMs / 1000, mostAtOnce],
      );
      const jobs = told.map((hint) => ({ data: hint, key: `${hint.orgId}:${hint.bookingId}` }));
      const lastOfEach = [...new Map(jobs.map((job) => [job.key, job])).values()];
      if (lastOfEach.length > 0) {
        await this.jobs.enqueueAll(manager, bookingHintQueue, lastOfEach);
      }
      return told.length;
    });
  }
}
