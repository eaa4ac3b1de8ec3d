import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Org } from '../../accounts/org.entity.js';
import { recordChange } from '../../activity/record-activity.js';
import { CappedEmailsService } from '../../email/capped-emails.service.js';
import type { Actor } from '../../shared/actor.js';
import type { Profile } from './organization.form.js';

@Injectable()
export class OrganizationService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly cappedEmails: CappedEmailsService,
  ) {}

  /** Answers what it was. Mails that wait for midnight are judged again where that is another hour now. */
  async save(actor: Actor, profile: Profile): Promise<Profile> {
    return this.dataSource.transaction(async (manager) => {
      const orgs = manager.getRepository(Org);
      const before = await orgs.findOneOrFail({ where: { id: actor.orgId }, lock: { mode: 'for_no_key_update' } });
      await orgs.update({ id: actor.orgId }, profile);
      const subject = { type: 'organization', id: actor.orgId } as const;
      await recordChange(manager, actor, { action: 'organization.changed', subject }, { before, after: profile });
      if (before.timeZone !== profile.timeZone) {
        await this.cappedEmails.release(manager, actor);
      }
      return before;
    });
  }
}
