import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../jobs/jobs.service.js';
import { systemActor } from '../../shared/actor.js';
import { RetentionService } from './retention.service.js';

const queue = 'follow-retention';
/** More often than days ask for, so that it is the day that was announced, and soon after an interview. */
const hourly = '23 * * * *';

/** Announces and erases by the rules of all organizations. What a replica did not end is not begun. */
@Injectable()
export class FollowRetentionJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly retention: RetentionService,
  ) {}

  onModuleInit(): void {
    this.jobs.register(queue, () => this.follow(), {
      cron: hourly,
      atStart: true,
      oneWaitingPerKey: true,
      expireInSeconds: 3_600,
    });
  }

  /** What is wrong with one organization keeps no other waiting. */
  async follow(): Promise<void> {
    const faults: unknown[] = [];
    for (const orgId of await this.retention.listOrgs()) {
      await this.retention.follow(systemActor(orgId)).catch((fault: unknown) => faults.push(fault));
    }
    if (faults.length > 0) {
      throw faults[0];
    }
  }
}
