import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity, type ActivityEntry } from '../activity/record-activity.js';
import { SETTINGS, type Settings } from '../config/settings.js';
import { Jobs } from '../jobs/jobs.service.js';
import type { Actor } from '../shared/actor.js';
import type { MailName, MailValues } from '../templating/mail/mail-names.js';
import type { MailProblem } from '../templating/mail/mail-problem.js';
import { parseMailTemplate, type MailContent } from '../templating/mail/parse-mail-template.js';
import { missingValues, renderMail, type RenderedMail } from '../templating/mail/render-mail.js';
import { DailyCapsService } from './delivery/daily-caps.service.js';
import { RateGatesService, type SendingPause } from './delivery/rate-gates.service.js';
import { WithdrawalsService } from './delivery/withdrawals.service.js';
import { EmailEvent } from './email-event.entity.js';
import { EmailTemplate } from './email-template.entity.js';
import { Email } from './email.entity.js';
import { mailFrom } from './mail-from.js';
import { mayBeRetried, mayBeSentAgain } from './second-attempt.js';
import { wakeQueue } from './wake-email-worker.job.js';

export interface EmailDetails {
  readonly email: Email;
  readonly events: readonly EmailEvent[];
  /** The mail as it was or will be sent; null while it is a draft, whose text can still change. */
  readonly mail: (RenderedMail & { readonly from: string }) | null;
}

export interface MailSender {
  readonly from: string;
  readonly replyTo: string | null;
}

export type Preview =
  | { readonly ok: true; readonly mail: RenderedMail }
  | { readonly ok: false; readonly problems: readonly MailProblem[]; readonly missing: readonly MailName[] };

export interface RetryOutcome {
  readonly retried: readonly string[];
  /** In another state by now, a stranger's, or its person already has a mail on the way. */
  readonly notRetried: readonly string[];
}

/** The one door to mail for the rest of the app. */
@Injectable()
export class EmailService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
    private readonly gates: RateGatesService,
    private readonly withdrawals: WithdrawalsService,
    private readonly dailyCaps: DailyCapsService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** What a mail that is made now says it is from, and where the organization wants answers; null leaves that to others. */
  async sender(actor: Actor): Promise<MailSender> {
    const [org] = await this.dataSource.query<{ name: string | null; replyTo: string | null }[]>(
      'select mail_sender_name "name", mail_reply_to "replyTo" from orgs where id = $1',
      [actor.orgId],
    );
    return { from: mailFrom(this.settings.email.from, org?.name ?? null), replyTo: org?.replyTo ?? null };
  }

  /** Call in the transaction that queues mails: the worker looks when they are due, and not before it commits. */
  async wake(manager: EntityManager, dueAt: Date): Promise<void> {
    await this.jobs.enqueue(manager, wakeQueue, {}, dueAt.getTime() > Date.now() ? { startAfter: dueAt } : {});
  }

  /** Why no mail leaves at the moment, in plain words, or null. */
  async currentPause(): Promise<SendingPause | null> {
    return this.gates.currentPause();
  }

  /** Until when the provider asked for patience, or null. */
  async heldUntil(): Promise<Date | null> {
    return this.gates.heldUntil();
  }

  /** How many mails of the organization count towards its daily cap today. */
  async countLeftToday(actor: Actor): Promise<number> {
    return this.dailyCaps.countLeftToday(this.dataSource.manager, actor.orgId);
  }

  async find(actor: Actor, id: string): Promise<EmailDetails | null> {
    const email = await this.dataSource.getRepository(Email).findOneBy({ orgId: actor.orgId, id });
    if (!email) {
      return null;
    }
    const events = await this.dataSource
      .getRepository(EmailEvent)
      .find({ where: { orgId: actor.orgId, emailId: id }, order: { at: 'ASC', id: 'ASC' } });
    return { email, events, mail: await this.mail(actor, email) };
  }

  /** What a recipient with these values would get, or what stands in the way. */
  render(_actor: Actor, content: MailContent, values: MailValues): Preview {
    const parsed = parseMailTemplate(content);
    if (!parsed.ok) {
      return { ok: false, problems: parsed.problems, missing: [] };
    }
    const missing = missingValues(parsed.template, values);
    return missing.length > 0
      ? { ok: false, problems: [], missing }
      : { ok: true, mail: renderMail(parsed.template, values) };
  }

  /**
   * Queues mails again, due now: only what certainly has not gone out, or has come back. One mail per person at a
   * time: of two to one invitation the newer is taken. What was done is noted, with how many.
   */
  async retry(actor: Actor, emailIds: readonly string[], deed: ActivityEntry): Promise<RetryOutcome> {
    return this.queueAgain(actor, emailIds, { condition: mayBeRetried('e'), event: 'retried', deed });
  }

  /** Queues a mail again of which nobody knows whether it went out; a person has been told what that may mean. */
  async sendAgain(actor: Actor, emailId: string, deed: ActivityEntry): Promise<boolean> {
    const again = { condition: mayBeSentAgain('e'), event: 'sent_again', deed };
    return (await this.queueAgain(actor, [emailId], again)).retried.length > 0;
  }

  /** How many of a send's mails are frozen in a request and can still be stopped. */
  async countWithdrawable(actor: Actor, sendId: string): Promise<number> {
    return this.withdrawals.count(actor, sendId);
  }

  /** Stops those, once the send itself is cancelled; answers their ids. */
  async withdraw(actor: Actor, sendId: string): Promise<string[]> {
    return this.withdrawals.withdraw(actor, sendId);
  }

  /** A report about an earlier attempt is told from one about this one by the provider's id, which is forgotten here. */
  private async queueAgain(
    actor: Actor,
    emailIds: readonly string[],
    { condition, event, deed }: { condition: string; event: string; deed: ActivityEntry },
  ): Promise<RetryOutcome> {
    return this.dataSource.transaction(async (manager) => {
      // Dispatching takes the same lock, so nobody queues a mail to the same person in between.
      await manager.query('select 1 from orgs where id = $1 for no key update', [actor.orgId]);
      const rows = await manager.query<{ id: string }[]>(
        `with chosen as (
           select distinct on (coalesce(e.invitation_id, e.id)) e.id
             from emails e
            where e.org_id = $1 and e.id = any($2) and ${condition}
              and not exists (select 1 from emails other
                               where other.invitation_id = e.invitation_id and other.state in ('queued', 'sending'))
            order by coalesce(e.invitation_id, e.id), e.created_at desc, e.id),
         moved as (
           update emails e
              set state = 'queued', due_at = clock_timestamp(), batch_id = null, provider_id = null,
                  reason_code = null, reason = null, state_at = clock_timestamp()
             from chosen where e.id = chosen.id and ${condition} returning e.org_id, e.id)
         insert into email_events (org_id, email_id, type, detail)
         select moved.org_id, moved.id, $3, 'By ' || u.name || '.' from moved left join users u on u.id = $4
         returning email_id id`,
        [actor.orgId, emailIds, event, actor.userId],
      );
      const retried = rows.map(({ id }) => id);
      if (retried.length > 0) {
        await this.wake(manager, new Date());
        await recordActivity(manager, actor, { ...deed, after: { count: retried.length } });
      }
      const taken = new Set(retried);
      return { retried, notRetried: emailIds.filter((id) => !taken.has(id)) };
    });
  }

  private async mail(actor: Actor, email: Email): Promise<EmailDetails['mail']> {
    if (!email.templateId || !email.templateValues) {
      return null;
    }
    const template = await this.dataSource
      .getRepository(EmailTemplate)
      .findOneBy({ orgId: actor.orgId, id: email.templateId });
    const parsed = template ? parseMailTemplate(template, []) : null;
    if (!parsed?.ok || missingValues(parsed.template, email.templateValues).length > 0) {
      return null;
    }
    return {
      ...renderMail(parsed.template, email.templateValues),
      from: mailFrom(this.settings.email.from, email.senderName),
    };
  }
}
