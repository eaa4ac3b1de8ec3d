import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { EmailTemplatesService } from '../../email/email-templates.service.js';
import { EmailService } from '../../email/email.service.js';
import type { Actor } from '../../shared/actor.js';
import { candidateAddress } from '../links/candidate-address.js';
import { sampleToken } from '../links/sample-token.js';
import { Send } from './send.entity.js';
import { templateValues } from './template-values.js';

/** A test to oneself: the first draft's mail on the same way as all others, with a sample in place of the link. */
@Injectable()
export class TestMailService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly templates: EmailTemplatesService,
    private readonly emails: EmailService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The id of the mail, or null where the draft has nobody left to show. */
  async send(actor: Actor, sendId: string, to: { name: string; email: string }): Promise<string | null> {
    return this.dataSource.transaction(async (manager) => {
      const send = await manager.findOneByOrFail(Send, { orgId: actor.orgId, id: sendId });
      const templateId = await this.templates.freezeContent(manager, actor, {
        basedOn: send.templateId,
        subject: send.subject,
        body: send.body,
      });
      const [email] = await manager.query<{ id: string; dueAt: Date }[]>(
        `insert into emails (org_id, send_id, kind, state, to_name, to_address, reply_to, sender_name, template_id,
                             due_at, template_values)
         select e.org_id, e.send_id, 'test', 'queued', $3, $4, coalesce(o.mail_reply_to, e.reply_to),
                o.mail_sender_name, $5, clock_timestamp(),
                ${templateValues('$6')} || jsonb_build_object('booking_link', $7::text)
           from emails e
           join invitations i on i.id = e.invitation_id
           join assessments a on a.id = i.assessment_id
           join orgs o on o.id = e.org_id
           left join booking_links l on l.id = e.booking_link_id
          where e.org_id = $1 and e.send_id = $2 and e.state = 'draft'
          order by e.position limit 1
         returning id, due_at "dueAt"`,
        [
          actor.orgId,
          sendId,
          to.name,
          to.email,
          templateId,
          this.settings.publicUrl,
          candidateAddress(this.settings.publicUrl, sampleToken),
        ],
      );
      if (!email) {
        return null;
      }
      await this.emails.wake(manager, email.dueAt);
      return email.id;
    });
  }
}
