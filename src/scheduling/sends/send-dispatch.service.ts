import { Inject, Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { EmailTemplatesService } from '../../email/email-templates.service.js';
import { EmailService } from '../../email/email.service.js';
import type { Actor } from '../../shared/actor.js';
import { Send } from './send.entity.js';
import { notReachable, reached } from './skip-reasons.js';
import { refreshStatistics } from './fresh-statistics.js';
import { neededNames } from './needed-names.js';
import { skipMissingValues, templateValues } from './template-values.js';

export type DispatchOutcome = 'dispatched' | 'already' | 'changed' | 'nobody';

/**
 * The step from draft to send: one conditional update decides, so that a double click, a second tab or a second
 * replica changes nothing; all in one transaction, nothing over the network.
 */
@Injectable()
export class SendDispatchService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly templates: EmailTemplatesService,
    private readonly emails: EmailService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** `revision` is the one that somebody looked at; null where nobody did. `note` writes down what must not be started twice. */
  async dispatch(
    actor: Actor,
    send: Send,
    revision: number | null,
    note?: (manager: EntityManager) => Promise<void>,
  ): Promise<DispatchOutcome> {
    let queued = 0;
    const outcome = await this.dataSource.transaction(async (manager): Promise<DispatchOutcome> => {
      // One dispatch at a time in an organization: two drafts over the same people see each other's mails.
      await manager.query('select 1 from orgs where id = $1 for no key update', [actor.orgId]);
      const dueAt = await this.claim(manager, actor, send.id, revision);
      if (!dueAt) {
        const now = await manager.findOneByOrFail(Send, { id: send.id, orgId: actor.orgId });
        return now.dispatchedAt ? 'already' : 'changed';
      }
      await skipMissingValues(manager, actor, send.id, neededNames(send));
      await this.skipUnreachable(manager, actor, send.id);
      queued = await this.freeze(manager, actor, send, dueAt);
      await this.emails.wake(manager, dueAt);
      const subject = { type: 'send', id: send.id } as const;
      await recordActivity(manager, actor, { action: 'send.dispatched', subject, after: { count: queued } });
      await note?.(manager);
      return queued > 0 ? 'dispatched' : 'nobody';
    });
    await refreshStatistics(this.dataSource, queued, ['emails']);
    return outcome;
  }

  private async claim(manager: EntityManager, actor: Actor, id: string, revision: number | null): Promise<Date | null> {
    const [rows] = await manager.query<[{ dueAt: Date }[], number]>(
      `update sends s set dispatched_at = clock_timestamp(),
              due_at = clock_timestamp() + make_interval(secs => o.undo_window_seconds)
         from orgs o
        where o.id = s.org_id and s.org_id = $1 and s.id = $2 and s.revision = coalesce($3, s.revision)
          and s.dispatched_at is null and s.cancelled_at is null
        returning s.due_at "dueAt"`,
      [actor.orgId, id, revision],
    );
    return rows[0]?.dueAt ?? null;
  }

  /** Looks again at who may get the mail: whoever was mailed since the draft looked would get two. */
  private async skipUnreachable(manager: EntityManager, actor: Actor, sendId: string): Promise<void> {
    await manager.query(
      `update emails e set state = 'skipped', reason_code = judged.code, state_at = clock_timestamp()
         from (select d.id, coalesce(${notReachable('i', { recentDays: null, despiteOptOut: 'd.despite_opt_out' })},
                                     case when l.id is null then 'no_link'
                                          when exists (select 1 from emails m where m.invitation_id = d.invitation_id
                                                          and m.state in ${reached} and m.sent_at > d.state_at)
                                          then 'mailed_meanwhile' end) code
                 from emails d
                 join invitations i on i.id = d.invitation_id
                 left join booking_links l on l.id = d.booking_link_id
                       and l.revoked_at is null and l.expires_at > clock_timestamp()
                where d.org_id = $1 and d.send_id = $2 and d.state = 'draft') judged
        where e.id = judged.id and judged.code is not null`,
      [actor.orgId, sendId],
    );
  }

  /** Freezes the template version, the sender and each mail's values; a mail whose values do not suffice is skipped. */
  private async freeze(manager: EntityManager, actor: Actor, send: Send, dueAt: Date): Promise<number> {
    const templateId = await this.templates.freezeContent(manager, actor, {
      basedOn: send.templateId,
      subject: send.subject,
      body: send.body,
    });
    const [, queued] = await manager.query<[unknown[], number]>(
      `update emails e set state = 'queued', state_at = clock_timestamp(), due_at = $3, template_id = $4,
              template_values = ${templateValues('$5')}, sender_name = o.mail_sender_name,
              reply_to = coalesce(o.mail_reply_to, e.reply_to)
         from invitations i, assessments a, orgs o, booking_links l
        where e.org_id = $1 and e.send_id = $2 and e.state = 'draft'
          and i.id = e.invitation_id and a.id = i.assessment_id and o.id = e.org_id and l.id = e.booking_link_id`,
      [actor.orgId, send.id, dueAt, templateId, this.settings.publicUrl],
    );
    return queued;
  }
}
