import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import type { Actor } from '../shared/actor.js';
import type { MailContent } from '../templating/mail/parse-mail-template.js';
import { EmailTemplate } from './email-template.entity.js';

/** A version with the name of whoever wrote it; null for the one that came with Interlude, or a former member. */
export type TemplateVersion = Pick<EmailTemplate, 'id' | 'subject' | 'body' | 'createdAt' | 'createdBy'> & {
  readonly version: number;
  readonly authorName: string | null;
};

export type SavedVersion =
  | { readonly kind: 'saved' | 'unchanged'; readonly version: number }
  /** Somebody saved another version meanwhile: this one. */
  | { readonly kind: 'overtaken'; readonly by: TemplateVersion };

const columns = `t.id, t.version, t.subject, t.body, t.created_at "createdAt", t.created_by "createdBy", u.name "authorName"`;

/** What a named template said, version by version. */
@Injectable()
export class TemplateVersionsService {
  constructor(private readonly dataSource: DataSource) {}

  /** The newest first, those older than `before`. */
  async list(
    actor: Actor,
    name: string,
    { before, limit }: { before: number | null; limit: number },
  ): Promise<TemplateVersion[]> {
    return this.dataSource.query(
      `select ${columns} from email_templates t left join users u on u.id = t.created_by
        where t.org_id = $1 and t.name = $2 and ($3::int is null or t.version < $3)
        order by t.version desc limit $4`,
      [actor.orgId, name, before, limit],
    );
  }

  async find(actor: Actor, name: string, version: number): Promise<TemplateVersion | null> {
    const [found] = await this.list(actor, name, { before: version + 1, limit: 1 });
    return found?.version === version ? found : null;
  }

  async newest(actor: Actor, name: string): Promise<TemplateVersion | null> {
    const [found] = await this.list(actor, name, { before: null, limit: 1 });
    return found ?? null;
  }

  /**
   * Puts this content into force as the version after `basedOn`, unless that is no longer the newest. The content must
   * be a valid template: check it with `parseMailTemplate` first. `manager` joins a transaction of the caller's.
   */
  async save(
    actor: Actor,
    name: string,
    basedOn: number,
    { subject, body }: MailContent,
    manager?: EntityManager,
  ): Promise<SavedVersion> {
    if (!manager) {
      return this.dataSource.transaction((own) => this.save(actor, name, basedOn, { subject, body }, own));
    }
    const base = basedOn > 0 ? await this.newest(actor, name) : null;
    if (base?.version === basedOn && base.subject === subject && base.body === body) {
      return { kind: 'unchanged', version: basedOn };
    }
    const [row] = await manager.query<{ version: number }[]>(
      `insert into email_templates (org_id, name, version, subject, body, created_by)
       select $1, $2, $3::int + 1, $4, $5, $6
        where $3 = coalesce((select max(version) from email_templates where org_id = $1 and name = $2), 0)
       on conflict on constraint email_templates_version do nothing
       returning version`,
      [actor.orgId, name, basedOn, subject, body, actor.userId],
    );
    if (row) {
      const action = basedOn === 0 ? 'template.added' : 'template.saved';
      await recordActivity(manager, actor, {
        action,
        subject: { type: 'template', id: name },
        after: { version: row.version },
      });
    }
    return row ? { kind: 'saved', version: row.version } : { kind: 'overtaken', by: (await this.newest(actor, name))! };
  }
}
