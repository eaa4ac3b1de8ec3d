import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
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
      return before.dailyMailCap === rules.dailyMailCap ? 0 : this.cappedEmails.release(manager, actor);
    });
  }
}
