import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordChange } from '../activity/record-activity.js';
import type { Actor } from '../shared/actor.js';
import { Org } from './org.entity.js';

export interface MailRules extends Pick<
  Org,
  'mailSenderName' | 'mailReplyTo' | 'undoWindowSeconds' | 'recentMailDays' | 'dailyMailCap'
> {
  /** Whether bookings that are confirmed from now on get our own mail. */
  readonly confirmationMails: boolean;
}

@Injectable()
export class OrgsService {
  constructor(private readonly dataSource: DataSource) {}

  async find(actor: Actor): Promise<Org> {
    return this.dataSource.getRepository(Org).findOneByOrFail({ id: actor.orgId });
  }

  /** Answers the rules as they were; the row stays locked until the transaction ends. */
  async changeMailRules(manager: EntityManager, actor: Actor, rules: MailRules): Promise<Org> {
    const { confirmationMails, ...columns } = rules;
    const repository = manager.getRepository(Org);
    const before = await repository.findOneOrFail({
      where: { id: actor.orgId },
      lock: { mode: 'for_no_key_update' },
    });
    await repository.update({ id: actor.orgId }, columns);
    await manager.query(
      `update orgs set confirmation_mails_since = case when $2 then coalesce(confirmation_mails_since, clock_timestamp()) end
        where id = $1`,
      [actor.orgId, confirmationMails],
    );
    const was = { ...before, confirmationMails: before.confirmationMailsSince !== null };
    const subject = { type: 'mail', id: actor.orgId } as const;
    await recordChange(manager, actor, { action: 'mail-rules.changed', subject }, { before: was, after: rules });
    return before;
  }

  /** For links that are made from now on. */
  async changeLinkDays(actor: Actor, bookingLinkDays: number): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const orgs = manager.getRepository(Org);
      const before = await orgs.findOneOrFail({ where: { id: actor.orgId }, lock: { mode: 'for_no_key_update' } });
      const after = { bookingLinkDays };
      await orgs.update({ id: actor.orgId }, after);
      const subject = { type: 'cal-com', id: actor.orgId } as const;
      await recordChange(manager, actor, { action: 'link-life.changed', subject }, { before, after });
    });
  }
}
