import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.service.js';
import type { Actor } from '../shared/actor.js';
import { wakeQueue } from './wake-email-worker.job.js';

/** The mails that an organization's daily cap holds back. */
@Injectable()
export class CappedEmailsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  /** How many wait for the next day of the organization's zone. */
  async count(actor: Actor): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from emails where org_id = $1 and state = 'queued' and reason_code = 'daily_cap'`,
      [actor.orgId],
    );
    return row!.count;
  }

  /**
   * Call in the transaction that changes the cap, after the organization's row: what the old cap held back is due
   * now, for the new one to decide on. Answers how many.
   */
  async release(manager: EntityManager, actor: Actor): Promise<number> {
    const [, count] = await manager.query<[unknown[], number]>(
      `update emails set due_at = clock_timestamp(), reason_code = null, reason = null
        where org_id = $1 and state = 'queued' and reason_code = 'daily_cap'`,
      [actor.orgId],
    );
    if (count > 0) {
      await this.jobs.enqueue(manager, wakeQueue, {});
    }
    return count;
  }
}
