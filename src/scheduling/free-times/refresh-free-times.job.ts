import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import { Jobs } from '../../jobs/jobs.service.js';
import { systemActor } from '../../shared/actor.js';
import { BOOKING_SYNC_TIMINGS, type BookingSyncTimings } from '../bookings/sync/booking-sync-timings.js';
import { FreeTimesCacheService } from './free-times-cache.service.js';

const scheduleQueue = 'schedule-free-times';
const refreshQueue = 'refresh-free-times';
const ageMs = 10 * 60_000;

interface OneOrganization {
  readonly orgId: string;
}

/** Every few minutes, for organizations in which somebody can still choose a time; each is a job of its own. */
@Injectable()
export class RefreshFreeTimesJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly freeTimes: FreeTimesCacheService,
    @Inject(BOOKING_SYNC_TIMINGS) private readonly timings: BookingSyncTimings,
  ) {}

  onModuleInit(): void {
    this.jobs.register(scheduleQueue, () => this.schedule(), {
      cron: '*/5 * * * *',
      oneWaitingPerKey: true,
      retryLimit: 0,
    });
    this.jobs.register<OneOrganization>(
      refreshQueue,
      ({ orgId }) => this.freeTimes.refresh(systemActor(orgId), { ageMs }),
      { oneWaitingPerKey: true, retryLimit: 0, fetchedTogether: 2, expireInSeconds: 10 * 60 },
    );
  }

  async schedule(): Promise<void> {
    if (!this.timings.runsByItself) {
      return;
    }
    for (const orgId of await this.listChoosing()) {
      await this.jobs.enqueue(this.dataSource.manager, refreshQueue, { orgId }, { key: orgId });
    }
  }

  private async listChoosing(): Promise<string[]> {
    const rows = await this.dataSource.query<OneOrganization[]>(
      `select connected.id "orgId" from unnest($1::uuid[]) connected (id)
        where exists (select 1 from booking_links l
                       where l.org_id = connected.id and l.revoked_at is null and l.expires_at > clock_timestamp())`,
      [await this.configs.listConnected()],
    );
    return rows.map(({ orgId }) => orgId);
  }
}
