import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { Suppression, type SuppressionCause } from './suppression.entity.js';

/** The addresses an organization does not write to. */
@Injectable()
export class SuppressionsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Those in force, the newest first. */
  async list(actor: Actor, limit: number): Promise<Suppression[]> {
    return this.dataSource.getRepository(Suppression).find({
      where: { orgId: actor.orgId, liftedAt: IsNull() },
      order: { createdAt: 'DESC', id: 'ASC' },
      take: limit,
    });
  }

  /** From now on nothing goes to this address, the mails that wait for their turn included. Twice changes nothing. */
  async suppress(
    manager: EntityManager,
    actor: Actor,
    address: string,
    { cause, detail }: { cause: SuppressionCause; detail: string | null },
  ): Promise<void> {
    await manager.query(
      `insert into suppressions (org_id, address, cause, detail) values ($1, lower($2), $3, $4)
       on conflict (org_id, address, cause) where lifted_at is null do nothing`,
      [actor.orgId, address, cause, detail],
    );
    await manager.query(
      `with skipped as (
         update emails set state = 'skipped', reason_code = $3, reason = null, state_at = clock_timestamp()
          where org_id = $1 and lower(to_address) = lower($2) and kind = 'invitation' and state = 'queued'
         returning org_id, id)
       insert into email_events (org_id, email_id, type) select org_id, id, 'skipped' from skipped`,
      [actor.orgId, address, cause === 'opt_out' ? 'opted_out' : 'suppressed'],
    );
  }

  /** Whether it was in force. */
  async lift(actor: Actor, id: string, reason: string): Promise<boolean> {
    const { affected } = await this.dataSource
      .createQueryBuilder()
      .update(Suppression)
      .set({ liftedAt: () => 'clock_timestamp()', liftedBy: actor.userId, liftReason: reason })
      .where('org_id = :orgId and id = :id and lifted_at is null', { orgId: actor.orgId, id })
      .execute();
    return affected === 1;
  }
}
