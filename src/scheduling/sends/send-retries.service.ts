import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { ActivityEntry } from '../../activity/record-activity.js';
import { EmailService } from '../../email/email.service.js';
import { mayBeRetried } from '../../email/second-attempt.js';
import { whyConfirmationNotWanted } from '../../email/why-not-wanted.js';
import type { Actor } from '../../shared/actor.js';
import { notReachable, reached, skipReasons } from './skip-reasons.js';

/** `why` is '' for what goes out again. */
export interface RetryAnswer {
  readonly retried: boolean;
  readonly why: string;
}

export interface RetriesAnswer {
  readonly retried: number;
  /** How many stay as they are, by the reason. */
  readonly kept: readonly { readonly label: string; readonly count: number }[];
}

interface Judged {
  readonly id: string;
  readonly invitationId: string | null;
  /** The code of the first reason not to write to its person any more, or null. */
  readonly code: string | null;
}

const failedOfSend = `e.send_id = $2 and e.kind = 'invitation' and e.state = 'failed' and ${mayBeRetried('e')}`;
const mailedSince = `exists (select 1 from emails m where m.invitation_id = e.invitation_id and m.id <> e.id
                                 and m.state in ${reached} and m.sent_at > e.sent_at)`;
const overtaken = 'Its state changed in the meantime.';

/** A second attempt, only to those who still need the mail, and only with a link that still opens something. */
@Injectable()
export class SendRetriesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly emails: EmailService,
  ) {}

  /** How many `retryFailed` would look at. */
  async countFailed(actor: Actor, sendId: string): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from emails e where e.org_id = $1 and ${failedOfSend}`,
      [actor.orgId, sendId],
    );
    return row!.count;
  }

  /** All of a send that failed for certain; nothing that came back, and nothing that may have gone out. */
  async retryFailed(actor: Actor, sendId: string): Promise<RetriesAnswer> {
    const failed = await this.judge(actor, failedOfSend, sendId);
    const ids = failed.filter(({ code }) => code === null).map(({ id }) => id);
    const deed = { action: 'send.retried', subject: { type: 'send', id: sendId } } as const;
    const { retried } = await this.emails.retry(actor, ids, deed);
    return { retried: retried.length, kept: countLabels(failed) };
  }

  async retry(actor: Actor, emailId: string): Promise<RetryAnswer> {
    return this.again(actor, emailId, async (about) => {
      const { retried } = await this.emails.retry(actor, [emailId], { action: 'email.retried', ...about });
      return retried.length > 0;
    });
  }

  /** Only after a person was told that its candidate may get it twice. */
  async sendAgain(actor: Actor, emailId: string): Promise<RetryAnswer> {
    return this.again(actor, emailId, (about) =>
      this.emails.sendAgain(actor, emailId, { action: 'email.sent-again', ...about }),
    );
  }

  private async again(
    actor: Actor,
    emailId: string,
    queue: (about: Omit<ActivityEntry, 'action'>) => Promise<boolean>,
  ): Promise<RetryAnswer> {
    const [judged] = await this.judge(actor, 'e.id = $2', emailId);
    if (judged?.code) {
      return { retried: false, why: skipReasons[judged.code]!.why };
    }
    const about = { subject: { type: 'email', id: emailId }, invitationId: judged?.invitationId } as const;
    const retried = await queue(about);
    return { retried, why: retried ? '' : overtaken };
  }

  private async judge(actor: Actor, condition: string, id: string): Promise<Judged[]> {
    const reachability = { recentDays: null, despiteOptOut: 'e.despite_opt_out' };
    return this.dataSource.query(
      `select e.id, e.invitation_id "invitationId", case e.kind when 'invitation'
                         then coalesce(${notReachable('i', reachability)},
                                       case when l.id is null then 'no_link'
                                            when ${mailedSince} then 'mailed_meanwhile' end)
                         when 'confirmation' then ${whyConfirmationNotWanted('e')} end code
         from emails e
         left join invitations i on i.id = e.invitation_id
         left join booking_links l on l.id = e.booking_link_id and l.revoked_at is null
               and l.expires_at > clock_timestamp()
        where e.org_id = $1 and ${condition}`,
      [actor.orgId, id],
    );
  }
}

function countLabels(judged: readonly Judged[]): RetriesAnswer['kept'] {
  const counts = new Map<string, number>();
  for (const { code } of judged) {
    if (code) {
      const { label } = skipReasons[code]!;
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  return [...counts].map(([label, count]) => ({ label, count }));
}
