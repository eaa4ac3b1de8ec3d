import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Org } from '../../accounts/org.entity.js';
import { EmailService } from '../../email/email.service.js';
import type { Actor } from '../../shared/actor.js';
import { mailsPerMinute, measuredSeconds, type LeftThen } from './pace.js';
import type { SendWithCounts } from './sends.service.js';

/** What is known about how a send goes on; asked for while it has mails that have not left. */
export interface SendProgress {
  /** Null before there is a measure. */
  readonly perMinute: number | null;
  /** Mails of other sends of the organization that leave first; `most` stands for more. */
  readonly ahead: number;
  /** Of those on their way, how many can still be stopped. */
  readonly withdrawable: number;
  /** When the daily cap lets the mails it holds back leave. */
  readonly cappedUntil: Date | null;
  /** How many more may leave today; null without a cap. */
  readonly capLeft: number | null;
  /** Until when the mail service asked for patience. */
  readonly heldUntil: Date | null;
}

const mostAhead = 10_000;

@Injectable()
export class SendProgressService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly emails: EmailService,
  ) {}

  async find(actor: Actor, { send, capped }: SendWithCounts, { dailyMailCap }: Org): Promise<SendProgress> {
    const [lately, waiting, withdrawable, heldUntil, leftToday] = await Promise.all([
      this.leftLately(actor, send.id),
      this.waiting(actor, send.id, capped > 0),
      this.emails.countWithdrawable(actor, send.id),
      this.emails.heldUntil(),
      dailyMailCap === null ? 0 : this.emails.countLeftToday(actor),
    ]);
    return {
      perMinute: mailsPerMinute(lately),
      ...waiting,
      withdrawable,
      heldUntil,
      capLeft: dailyMailCap === null ? null : Math.max(0, dailyMailCap - leftToday),
    };
  }

  /** By the answered requests, of which there are few: a request is of one send but for the last of each. */
  private async leftLately(actor: Actor, sendId: string): Promise<LeftThen[]> {
    return this.dataSource.query(
      `select ceil(extract(epoch from clock_timestamp() - settled_at))::int "secondsAgo",
              sum(cardinality(email_ids))::int count
         from email_batches
        where org_id = $1 and outcome = 'answered' and created_at > clock_timestamp() - make_interval(secs => 2 * $3)
          and settled_at > clock_timestamp() - make_interval(secs => $3)
          and exists (select 1 from emails e where e.id = email_ids[1] and e.send_id = $2)
        group by 1`,
      [actor.orgId, sendId, measuredSeconds],
    );
  }

  /** What is due sooner leaves first. */
  private async waiting(
    actor: Actor,
    sendId: string,
    isCapped: boolean,
  ): Promise<Pick<SendProgress, 'ahead' | 'cappedUntil'>> {
    const due = (reason: string) => `(select min(due_at) from emails
      where org_id = $1 and send_id = $2 and kind = 'invitation' and state = 'queued' and ${reason})`;
    const [row] = await this.dataSource.query<Pick<SendProgress, 'ahead' | 'cappedUntil'>[]>(
      `with mine as (
         select ${due(`reason_code is distinct from 'daily_cap'`)} due,
                case when $4 then ${due(`reason_code = 'daily_cap'`)} end "cappedUntil")
       select "cappedUntil",
              (select count(*)::int from (select 1 from emails o
                                           where o.org_id = $1 and o.send_id <> $2 and o.state = 'queued'
                                             and o.due_at <= (select clock_timestamp()) and o.due_at < mine.due
                                           limit $3) o) ahead
         from mine`,
      [actor.orgId, sendId, mostAhead, isCapped],
    );
    return row!;
  }
}
