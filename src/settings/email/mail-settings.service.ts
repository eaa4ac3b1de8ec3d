import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { OrgsService, type MailRules } from '../../accounts/orgs.service.js';
import { CappedEmailsService } from '../../email/capped-emails.service.js';
import type { Actor } from '../../shared/actor.js';

@Injectable()
export class MailSettingsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly orgs: OrgsService,
    private readonly cappedEmails: CappedEmailsService,
  ) {}

  /** Answers how many mails a changed cap lets go on. */
  async save(actor: Actor, rules: MailRules): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const before = await this.orgs.changeMailRules(manager, actor, rules);
      if (before.mailSenderName !== rules.mailSenderName || before.mailReplyTo !== rules.mailReplyTo) {
        await this.askToLookAgain(manager, actor);
      }
      return before.dailyMailCap === rules.dailyMailCap ? 0 : this.cappedEmails.release(manager, actor);
    });
  }

  /** Whoever has a draft open has seen the former sender in its preview. */
  private async askToLookAgain(manager: EntityManager, actor: Actor): Promise<void> {
    await manager.query(
      'update sends set revision = revision + 1 where org_id = $1 and dispatched_at is null and cancelled_at is null',
      [actor.orgId],
    );
  }
}
