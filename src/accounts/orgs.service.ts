import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordChange } from '../activity/record-activity.js';
import type { Question } from '../database/ask.js';
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

  timeZone({ orgId }: Actor): Question<string> {
    return {
      sql: 'select time_zone from orgs where id = $1',
      values: [orgId],
      read: ([row]: [{ time_zone: string }]) => row.time_zone,
    };
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

  /** Of everybody in it, from the next request on. Only who has one may ask for it; answers whether they have. */
  async askSecondFactor(actor: Actor): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const before = await askingNow(manager, actor);
      const [, asked] = await manager.query<[unknown, number]>(
        `update orgs set asks_second_factor = true
          where id = $1 and exists (select 1 from second_factors where user_id = $2 and confirmed_at is not null)`,
        [actor.orgId, actor.userId],
      );
      if (asked > 0) {
        await noteAsking(manager, actor, before, true);
      }
      return asked > 0;
    });
  }

  async askNoSecondFactor(actor: Actor): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const before = await askingNow(manager, actor);
      await manager.update(Org, { id: actor.orgId }, { asksSecondFactor: false });
      await noteAsking(manager, actor, before, false);
    });
  }

  /** The names of those of a person that ask for a second factor. */
  async thatAskSecondFactor(userId: string): Promise<string[]> {
    const orgs = await this.dataSource.query<{ name: string }[]>(
      `select o.name from orgs o join memberships m on m.org_id = o.id
        where m.user_id = $1 and o.asks_second_factor order by lower(o.name)`,
      [userId],
    );
    return orgs.map(({ name }) => name);
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

/** Held until the transaction ends. */
async function askingNow(manager: EntityManager, { orgId }: Actor): Promise<boolean> {
  const org = await manager.findOneOrFail(Org, { where: { id: orgId }, lock: { mode: 'for_no_key_update' } });
  return org.asksSecondFactor;
}

async function noteAsking(manager: EntityManager, actor: Actor, before: boolean, after: boolean): Promise<void> {
  const subject = { type: 'organization', id: actor.orgId } as const;
  const deed = { action: 'security-rules.changed', subject } as const;
  await recordChange(manager, actor, deed, {
    before: { asksSecondFactor: before },
    after: { asksSecondFactor: after },
  });
}
