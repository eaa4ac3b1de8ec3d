import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Org } from '../../accounts/org.entity.js';
import { EmailService } from '../../email/email.service.js';
import type { Actor } from '../../shared/actor.js';
import { mailsPerMinute, measuredSeconds, type LeftThen } from './pace.js';
import type { Send } from './send.entity.js';

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

  async find(actor: Actor, { id }: Send, { dailyMailCap }: Org): Promise<SendProgress> {
    const [lately, waiting, withdrawable, heldUntil, leftToday] = await Promise.all([
      this.leftLately(actor, id),
      this.waiting(actor, id),
      this.emails.countWithdrawable(actor, id),
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

  private async leftLately(actor: Actor, sendId: string): Promise<LeftThen[]> {
    return this.dataSource.query(
      `select ceil(extract(epoch from clock_timestamp() - sent_at))::int "secondsAgo", count(*)::int count
         from emails
        where org_id = $1 and send_id = $2 and kind = 'invitation' and state not in ('queued', 'sending')
          and sent_at > clock_timestamp() - make_interval(secs => $3)
        group by 1`,
      [actor.orgId, sendId, measuredSeconds],
    );
  }

  /** What is due sooner leaves first. */
  private async waiting(actor: Actor, sendId: string): Promise<Pick<SendProgress, 'ahead' | 'cappedUntil'>> {
    const [row] = await this.dataSource.query<Pick<SendProgress, 'ahead' | 'cappedUntil'>[]>(
      `with mine as (
         select min(due_at) filter (where reason_code is distinct from 'daily_cap') due,
                min(due_at) filter (where reason_code = 'daily_cap') "cappedUntil"
           from emails where org_id = $1 and send_id = $2 and kind = 'invitation' and state = 'queued')
       select "cappedUntil",
              (select count(*)::int from (select 1 from emails o
                                           where o.org_id = $1 and o.send_id <> $2 and o.state = 'queued'
                                             and o.due_at <= (select clock_timestamp()) and o.due_at < mine.due
                                           limit $3) o) ahead
         from mine`,
      [actor.orgId, sendId, mostAhead],
    );
    return row!;
  }
}
