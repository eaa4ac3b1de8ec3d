import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import type { Actor } from '../shared/actor.js';
import { skipCodeFor, Suppression, type SuppressionCause } from './suppression.entity.js';

export interface SuppressionQuery {
  /** In force, or those that were lifted. */
  readonly lifted: boolean;
  /** Part of an address; '' is all. */
  readonly search: string;
  /** The suppression beside which the page begins. */
  readonly after?: string | null;
  readonly before?: string | null;
  readonly limit: number;
}

export type ListedSuppression = Pick<
  Suppression,
  'id' | 'address' | 'cause' | 'detail' | 'createdAt' | 'liftedAt' | 'liftReason'
> & { readonly liftedByName: string | null };

/** The newest first; `previous` and `next` are what the pages beside it ask for. */
export interface SuppressionPage {
  readonly rows: readonly ListedSuppression[];
  readonly previous: string | null;
  readonly next: string | null;
}

export interface SuppressionDetails {
  readonly suppression: ListedSuppression;
  /** The same address: what else is in force, and what was lifted before. The newest first. */
  readonly others: readonly ListedSuppression[];
}

const columns = `s.id, s.address, s.cause, s.detail, s.created_at "createdAt", s.lifted_at "liftedAt",
                 s.lift_reason "liftReason", u.name "liftedByName"`;
const table = 'suppressions s left join users u on u.id = s.lifted_by';

/** The addresses an organization does not write to. */
@Injectable()
export class SuppressionsService {
  constructor(private readonly dataSource: DataSource) {}

  async list(actor: Actor, { lifted, search, after, before, limit }: SuppressionQuery): Promise<SuppressionPage> {
    const start = before ?? after ?? null;
    const [towards, direction] = before ? ['>', 'asc'] : ['<', 'desc'];
    const found = await this.dataSource.query<ListedSuppression[]>(
      `with start as (select created_at, id from suppressions where org_id = $1 and id = $4)
       select ${columns} from ${table}
        where s.org_id = $1 and (s.lifted_at is not null) = $2 and position(lower($3) in s.address) > 0
          and (not exists (select 1 from start) or (s.created_at, s.id) ${towards} (select created_at, id from start))
        order by s.created_at ${direction}, s.id ${direction} limit $5`,
      [actor.orgId, lifted, search, start, limit + 1],
    );
    const more = found.length > limit;
    const rows = before ? found.slice(0, limit).toReversed() : found.slice(0, limit);
    return {
      rows,
      previous: (before ? more : after) ? (rows.at(0)?.id ?? null) : null,
      next: before || more ? (rows.at(-1)?.id ?? null) : null,
    };
  }

  async count(actor: Actor, search: string): Promise<{ inForce: number; lifted: number }> {
    const [counts] = await this.dataSource.query<{ inForce: number; lifted: number }[]>(
      `select count(*) filter (where lifted_at is null)::int "inForce",
              count(*) filter (where lifted_at is not null)::int lifted
         from suppressions where org_id = $1 and position(lower($2) in address) > 0`,
      [actor.orgId, search],
    );
    return counts!;
  }

  async find(actor: Actor, id: string): Promise<SuppressionDetails | null> {
    const rows = await this.dataSource.query<ListedSuppression[]>(
      `select ${columns} from ${table}
        where s.org_id = $1 and s.address = (select address from suppressions where org_id = $1 and id = $2)
        order by s.created_at desc, s.id desc`,
      [actor.orgId, id],
    );
    const suppression = rows.find((row) => row.id === id);
    return suppression ? { suppression, others: rows.filter((row) => row !== suppression) } : null;
  }

  /**
   * From now on nothing goes to this address, the mails that wait for their turn included. `false`: so it was before.
   * Whoever dispatches or retries in the organization holds its row: the lock lets this wait for mails that are being
   * queued, and then find them in the queue.
   */
  async suppress(
    manager: EntityManager,
    actor: Actor,
    address: string,
    { cause, detail }: { cause: SuppressionCause; detail: string | null },
  ): Promise<boolean> {
    await manager.query('select 1 from orgs where id = $1 for share', [actor.orgId]);
    const added = await manager.query<unknown[]>(
      `insert into suppressions (org_id, address, cause, detail) values ($1, lower($2), $3, $4)
       on conflict (org_id, address, cause) where lifted_at is null do nothing returning id`,
      [actor.orgId, address, cause, detail],
    );
    await manager.query(
      `with skipped as (
         update emails set state = 'skipped', reason_code = $3, reason = null, state_at = clock_timestamp()
          where org_id = $1 and lower(to_address) = lower($2) and state = 'queued'
            and (kind = 'invitation' or kind = 'confirmation' and $3 <> 'opted_out')
         returning org_id, id)
       insert into email_events (org_id, email_id, type) select org_id, id, 'skipped' from skipped`,
      [actor.orgId, address, skipCodeFor(cause)],
    );
    return added.length > 0;
  }

  /** The person asks for mail again; what the provider said about the address stays in force. `false`: so it was before. */
  async takeBackOptOut(manager: EntityManager, actor: Actor, address: string): Promise<boolean> {
    const [, lifted] = await manager.query<[unknown, number]>(
      `update suppressions set lifted_at = clock_timestamp(), lift_reason = 'Taken back by the person themselves.'
        where org_id = $1 and address = lower($2) and cause = 'opt_out' and lifted_at is null`,
      [actor.orgId, address],
    );
    return lifted > 0;
  }

  /** Whether it was in force. */
  async lift(actor: Actor, id: string, reason: string): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const { affected } = await manager
        .createQueryBuilder()
        .update(Suppression)
        .set({ liftedAt: () => 'clock_timestamp()', liftedBy: actor.userId, liftReason: reason })
        .where('org_id = :orgId and id = :id and lifted_at is null', { orgId: actor.orgId, id })
        .execute();
      if (affected === 1) {
        await recordActivity(manager, actor, { action: 'suppression.lifted', subject: { type: 'suppression', id } });
      }
      return affected === 1;
    });
  }
}
