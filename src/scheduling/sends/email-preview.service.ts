import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { Actor } from '../../shared/actor.js';
import type { MailValues } from '../../templating/mail/mail-names.js';
import { parseMailTemplate } from '../../templating/mail/parse-mail-template.js';
import { missingValues, renderMail, type RenderedMail } from '../../templating/mail/render-mail.js';
import { templateValues } from './template-values.js';

/** A draft's mail exactly as it would leave now. */
@Injectable()
export class EmailPreviewService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Null where there is no such draft, or its message lacks a value. */
  async renderDraft(actor: Actor, emailId: string): Promise<RenderedMail | null> {
    const [draft] = await this.dataSource.query<{ subject: string; body: string; values: MailValues }[]>(
      `select s.subject, s.body, ${templateValues('$3')} "values"
         from emails e
         join sends s on s.id = e.send_id
         join invitations i on i.id = e.invitation_id
         join assessments a on a.id = i.assessment_id
         join orgs o on o.id = e.org_id
         left join booking_links l on l.id = e.booking_link_id
        where e.org_id = $1 and e.id = $2 and e.state = 'draft'`,
      [actor.orgId, emailId, this.settings.publicUrl],
    );
    const parsed = draft && parseMailTemplate(draft);
    if (!draft || !parsed?.ok || missingValues(parsed.template, draft.values).length > 0) {
      return null;
    }
    return renderMail(parsed.template, draft.values);
  }
}
