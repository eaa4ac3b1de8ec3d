import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { EmailService } from '../../email/email.service.js';
import { stoppedState } from '../../email/second-attempt.js';
import type { Actor } from '../../shared/actor.js';
import { SendsService } from './sends.service.js';

export interface Cancellation {
  readonly wasDraft: boolean;
  /** Mails that will not leave. */
  readonly kept: number;
  /** In a call to the mail service, or without an answer from it: they cannot be called back. */
  readonly onTheirWay: number;
  /** They had gone out, or may have. */
  readonly left: number;
}

const notLeft = new Set(['draft', 'skipped', 'cancelled', 'queued', 'sending', 'failed', 'suppressed']);

/** Undo and Stop are one: whatever has not left does not leave. */
@Injectable()
export class SendCancellationService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly emails: EmailService,
    private readonly sends: SendsService,
  ) {}

  /** A draft is discarded. */
  async cancel(actor: Actor, id: string): Promise<Cancellation> {
    const queued = await this.stopQueued(actor, id);
    const frozen = await this.emails.withdraw(actor, id);
    const { send, counts } = (await this.sends.find(actor, id))!;
    const left = Object.entries(counts).reduce((sum, [state, count]) => (notLeft.has(state) ? sum : sum + count!), 0);
    return { wasDraft: !send.dispatchedAt, kept: queued + frozen.length, onTheirWay: counts['sending'] ?? 0, left };
  }

  /**
   * A mail that a worker is just freezing is locked: this waits, and finds it on its way. One that a worker is just
   * giving back waits for this, and finds its send cancelled.
   */
  private async stopQueued(actor: Actor, id: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const [[send]] = await manager.query<[{ isDraft: boolean; isNew: boolean }[], number]>(
        `update sends s set cancelled_at = clock_timestamp() from sends former
          where s.org_id = $1 and s.id = $2 and former.id = s.id
        returning s.dispatched_at is null "isDraft", former.cancelled_at is null "isNew"`,
        [actor.orgId, id],
      );
      await manager.query(
        `update emails set state = 'cancelled', state_at = clock_timestamp()
          where org_id = $1 and send_id = $2 and kind = 'invitation' and state = 'draft'`,
        [actor.orgId, id],
      );
      const stopped = await manager.query<unknown[]>(
        `with stopped as (
           update emails e
              set state = ${stoppedState('e')}, reason_code = null, reason = null, state_at = clock_timestamp()
            where org_id = $1 and send_id = $2 and kind = 'invitation' and state = 'queued' returning org_id, id)
         insert into email_events (org_id, email_id, type, detail)
         select s.org_id, s.id, 'cancelled', 'By ' || u.name || '.' from stopped s left join users u on u.id = $3
         returning email_id`,
        [actor.orgId, id, actor.userId],
      );
      const subject = { type: 'send', id } as const;
      if (send?.isDraft && send.isNew) {
        await recordActivity(manager, actor, { action: 'send.discarded', subject });
      } else if (stopped.length > 0) {
        await recordActivity(manager, actor, { action: 'send.stopped', subject, after: { count: stopped.length } });
      }
      return stopped.length;
    });
  }
}
