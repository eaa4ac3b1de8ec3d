import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { MailTemplate } from '../../templating/mail/mail-template.js';
import { parseMailTemplate, type MailContent } from '../../templating/mail/parse-mail-template.js';

const kept = 200;

/** Template versions never change, so each is parsed once; null is one that cannot be sent. */
@Injectable()
export class CompiledTemplates {
  private readonly templates = new Map<string, MailTemplate | null>();

  async load(manager: EntityManager, ids: readonly string[]): Promise<ReadonlyMap<string, MailTemplate | null>> {
    const missing = [...new Set(ids)].filter((id) => !this.templates.has(id));
    const rows = missing.length > 0 ? await this.read(manager, missing) : [];
    const loaded = new Map(ids.map((id) => [id, this.templates.get(id) ?? null]));
    for (const row of rows) {
      const parsed = parseMailTemplate(row, []);
      loaded.set(row.id, parsed.ok ? parsed.template : null);
    }
    for (const [id, template] of loaded) {
      this.templates.delete(id);
      this.templates.set(id, template);
    }
    for (const id of [...this.templates.keys()].slice(0, Math.max(0, this.templates.size - kept))) {
      this.templates.delete(id);
    }
    return loaded;
  }

  private async read(manager: EntityManager, ids: readonly string[]): Promise<(MailContent & { id: string })[]> {
    return manager.query(`select id, subject, body from email_templates where id = any($1)`, [ids]);
  }
}
