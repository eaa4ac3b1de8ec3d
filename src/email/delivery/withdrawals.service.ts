import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import type { Actor } from '../../shared/actor.js';
import type { ClaimedBatch } from './claimed-batch.js';
import { SettlementsService } from './settlements.service.js';

type IdleBatch = Pick<ClaimedBatch, 'id' | 'claims' | 'emailIds'>;

/** No call is under way (a lease that ran out is no proof of that), and none before can have had an effect. */
const idle = 'b.settled_at is null and b.lease_until is null and not b.unclear';

/** Takes back mails that are frozen in a request but certainly have not gone out. */
@Injectable()
export class WithdrawalsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly settlements: SettlementsService,
  ) {}

  /** How many mails of a send `withdraw` would stop at this moment. */
  async count(actor: Actor, sendId: string): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from email_batches b
         join emails e on e.id = any(b.email_ids) and e.batch_id = b.id and e.state = 'sending' and e.send_id = $2
        where b.org_id = $1 and ${idle}`,
      [actor.orgId, sendId],
    );
    return row!.count;
  }

  /**
   * Call once the send is cancelled: releasing a batch then stops its mails, and queues those of other sends again.
   * Answers the ids of what was stopped. A batch that somebody else has in hand this very moment is left to them.
   */
  async withdraw(actor: Actor, sendId: string): Promise<string[]> {
    return this.dataSource.transaction(async (manager) => {
      const batches = await this.lockIdle(manager, actor, sendId);
      for (const batch of batches) {
        await this.settlements.release(manager, batch, null);
      }
      const stopped = await manager.query<{ id: string }[]>(
        `insert into email_events (org_id, email_id, type, detail)
         select e.org_id, e.id, 'cancelled', 'By ' || u.name || '.' from emails e left join users u on u.id = $4
          where e.org_id = $1 and e.send_id = $2 and e.id = any($3) and e.state in ('cancelled', 'unknown')
         returning email_id id`,
        [actor.orgId, sendId, batches.flatMap(({ emailIds }) => emailIds), actor.userId],
      );
      if (stopped.length > 0) {
        const subject = { type: 'send', id: sendId } as const;
        await recordActivity(manager, actor, { action: 'send.stopped', subject, after: { count: stopped.length } });
      }
      return stopped.map(({ id }) => id);
    });
  }

  /** The conditions are looked at again once the row is locked: whoever leases a batch locks it first. */
  private async lockIdle(manager: EntityManager, actor: Actor, sendId: string): Promise<IdleBatch[]> {
    return manager.query(
      `select b.id, b.claims, b.email_ids "emailIds" from email_batches b
        where b.org_id = $1 and ${idle}
          and exists (select 1 from emails e
                       where e.id = any(b.email_ids) and e.batch_id = b.id and e.state = 'sending' and e.send_id = $2)
        order by b.id for update of b skip locked`,
      [actor.orgId, sendId],
    );
  }
}
