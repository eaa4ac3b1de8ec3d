import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { parseMailTemplate, type MailContent } from '../templating/mail/parse-mail-template.js';
import { defaultTemplates, type TemplateName } from './default-templates.js';
import { EmailTemplate } from './email-template.entity.js';

export interface ContentChoice extends MailContent {
  /** The version that the text began as. */
  readonly basedOn: string;
}

/** Templates are versions that never change: what was sent stays what it was. */
@Injectable()
export class EmailTemplatesService {
  constructor(private readonly dataSource: DataSource) {}

  async find(actor: Actor, id: string): Promise<EmailTemplate | null> {
    return this.dataSource.getRepository(EmailTemplate).findOneBy({ orgId: actor.orgId, id });
  }

  /** The newest version; the default becomes version 1 when there is none, once, however many ask at a time. */
  async current(
    actor: Actor,
    name: TemplateName,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<EmailTemplate> {
    const newest = await this.newest(manager, actor, name);
    if (newest) {
      return newest;
    }
    const { subject, body } = defaultTemplates[name];
    await manager
      .createQueryBuilder()
      .insert()
      .into(EmailTemplate)
      .values({ orgId: actor.orgId, name, version: 1, subject, body })
      .orIgnore()
      .execute();
    return (await this.newest(manager, actor, name))!;
  }

  /**
   * The id of a version with exactly this content: the one it is based on if nothing was changed, else a new one for
   * this purpose alone. Throws if the content is no valid template: check it with `parseMailTemplate` first.
   */
  async freezeContent(manager: EntityManager, actor: Actor, content: ContentChoice): Promise<string> {
    const { basedOn, subject } = content;
    // A browser sends a text field with CRLF, whatever was in it.
    const body = content.body.replace(/\r\n?/g, '\n');
    const base = await manager.findOneByOrFail(EmailTemplate, { orgId: actor.orgId, id: basedOn });
    if (base.subject === subject && base.body === body) {
      return base.id;
    }
    const parsed = parseMailTemplate({ subject, body });
    if (!parsed.ok) {
      throw new Error(`Not a valid template: ${parsed.problems.map((problem) => problem.message).join(' ')}`);
    }
    const oneOff = await manager.save(EmailTemplate, {
      orgId: actor.orgId,
      name: null,
      version: null,
      subject,
      body,
      createdBy: actor.userId,
    });
    return oneOff.id;
  }

  private async newest(manager: EntityManager, actor: Actor, name: TemplateName): Promise<EmailTemplate | null> {
    return manager
      .getRepository(EmailTemplate)
      .findOne({ where: { orgId: actor.orgId, name }, order: { version: 'DESC' } });
  }
}
