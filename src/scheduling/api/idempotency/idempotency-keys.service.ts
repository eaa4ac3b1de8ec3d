import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { Actor } from '../../../shared/actor.js';

const keptForDays = 7;
/** A request that has not ended by then never will: its process is gone. */
const runsAtMostMinutes = 10;

export type KeyUse =
  | { readonly kind: 'first' }
  | { readonly kind: 'again'; readonly body: unknown }
  /** Its send has started, and what was answered is not known: its process may be gone. */
  | { readonly kind: 'begun'; readonly sendId: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'other request' };

/** Answers that are given again to who asks again. */
@Injectable()
export class IdempotencyKeysService {
  constructor(private readonly dataSource: DataSource) {}

  async use(actor: Actor, key: string, requestHash: string): Promise<KeyUse> {
    await this.forgetOld();
    const [taken] = await this.dataSource.query<unknown[]>(
      `insert into idempotency_keys (org_id, key, request_hash, created_at) values ($1, $2, $3, clock_timestamp())
           on conflict (org_id, key) do nothing returning key`,
      [actor.orgId, key, requestHash],
    );
    return taken ? { kind: 'first' } : this.former(actor, key, requestHash);
  }

  /** In the transaction that starts the send: from then on the key never starts another. */
  async noteSend(manager: EntityManager, actor: Actor, key: string, sendId: string): Promise<void> {
    await manager.query('update idempotency_keys set send_id = $3 where org_id = $1 and key = $2', [
      actor.orgId,
      key,
      sendId,
    ]);
  }

  async keep(actor: Actor, key: string, status: number, body: unknown): Promise<void> {
    await this.dataSource.query('update idempotency_keys set status = $3, body = $4 where org_id = $1 and key = $2', [
      actor.orgId,
      key,
      status,
      JSON.stringify(body),
    ]);
  }

  async release(actor: Actor, key: string): Promise<void> {
    await this.dataSource.query(
      'delete from idempotency_keys where org_id = $1 and key = $2 and status is null and send_id is null',
      [actor.orgId, key],
    );
  }

  private async former(actor: Actor, key: string, requestHash: string): Promise<KeyUse> {
    const [row] = await this.dataSource.query<{ requestHash: string; body: string | null; sendId: string | null }[]>(
      'select request_hash "requestHash", body, send_id "sendId" from idempotency_keys where org_id = $1 and key = $2',
      [actor.orgId, key],
    );
    if (row && row.requestHash !== requestHash) {
      return { kind: 'other request' };
    }
    if (row?.body) {
      return { kind: 'again', body: JSON.parse(row.body) };
    }
    return row?.sendId ? { kind: 'begun', sendId: row.sendId } : { kind: 'running' };
  }

  private async forgetOld(): Promise<void> {
    await this.dataSource.query(
      `delete from idempotency_keys
        where created_at < clock_timestamp() - make_interval(days => $1)
           or (status is null and send_id is null and created_at < clock_timestamp() - make_interval(mins => $2))`,
      [keptForDays, runsAtMostMinutes],
    );
  }
}
