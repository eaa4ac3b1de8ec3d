import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import { Jobs } from '../../../jobs/jobs.service.js';
import { systemActor } from '../../../shared/actor.js';
import { BookingReconcilerService } from './booking-reconciler.service.js';
import { BOOKING_SYNC_TIMINGS, type BookingSyncTimings } from './booking-sync-timings.js';

const scheduleQueue = 'schedule-reconciliations';
const reconcileQueue = 'reconcile-bookings';
const concurrency = 2;

interface OneOrganization {
  readonly orgId: string;
}

/** Every minute one replica looks which organizations are due, and each is a job of its own. */
@Injectable()
export class ReconcileBookingsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly reconciler: BookingReconcilerService,
    @Inject(BOOKING_SYNC_TIMINGS) private readonly timings: BookingSyncTimings,
  ) {}

  onModuleInit(): void {
    this.jobs.register(scheduleQueue, () => this.schedule(), {
      cron: '* * * * *',
      oneWaitingPerKey: true,
      retryLimit: 0,
    });
    this.jobs.register<OneOrganization>(
      reconcileQueue,
      ({ orgId }) => this.reconciler.reconcileIfDue(systemActor(orgId)),
      { oneWaitingPerKey: true, retryLimit: 0, concurrency, fetchedTogether: 2, expireInSeconds: 15 * 60 },
    );
  }

  async schedule(): Promise<void> {
    if (!this.timings.runsByItself) {
      return;
    }
    for (const orgId of await this.listDue()) {
      await this.jobs.enqueue(this.dataSource.manager, reconcileQueue, { orgId }, { key: orgId });
    }
  }

  private async listDue(): Promise<string[]> {
    const rows = await this.dataSource.query<OneOrganization[]>(
      `select connected.id "orgId" from unnest($1::uuid[]) connected (id)
         left join cal_com_configs c on c.org_id = connected.id
        where coalesce(c.bookings_due_at <= clock_timestamp(), true)`,
      [await this.configs.listConnected()],
    );
    return rows.map(({ orgId }) => orgId);
  }
}
