import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { Org } from './org.entity.js';

export type MailRules = Pick<Org, 'undoWindowSeconds' | 'recentMailDays' | 'dailyMailCap'>;

@Injectable()
export class OrgsService {
  constructor(private readonly dataSource: DataSource) {}

  async find(actor: Actor): Promise<Org> {
    return this.dataSource.getRepository(Org).findOneByOrFail({ id: actor.orgId });
  }

  /** Answers the rules as they were; the row stays locked until the transaction ends. */
  async changeMailRules(manager: EntityManager, actor: Actor, rules: MailRules): Promise<MailRules> {
    const repository = manager.getRepository(Org);
    const before = await repository.findOneOrFail({
      where: { id: actor.orgId },
      lock: { mode: 'for_no_key_update' },
    });
    await repository.update({ id: actor.orgId }, rules);
    return before;
  }
}
