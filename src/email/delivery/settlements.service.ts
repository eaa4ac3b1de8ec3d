import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { stoppedState } from '../second-attempt.js';
import type { DeliveryOutcome, ItemOutcome } from '../transports/delivery-outcome.js';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import type { ClaimedBatch } from './claimed-batch.js';
import { busyMs, EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';
import { bodyHash } from './frozen-mail.js';
import { RateGatesService } from './rate-gates.service.js';

type End = { readonly kind: 'unknown' | 'failed'; readonly code: string; readonly reason: string };
type Told = { readonly code: string; readonly reason: string };
type EmailEnd = Told & { readonly state: 'accepted' | 'unknown' | 'failed'; readonly providerId: string | null };

/**
 * Writes down how a call ended: one statement for the batch, its mails and their events. The number of claims is
 * the fence: a worker that lost its lease changes nothing.
 */
@Injectable()
export class SettlementsService {
  constructor(
    private readonly gates: RateGatesService,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
  ) {}

  async settle(manager: EntityManager, batch: ClaimedBatch, outcome: DeliveryOutcome): Promise<void> {
    if (batch.turn.probing && outcome.kind !== 'paused') {
      await this.gates.resume(manager);
    }
    switch (outcome.kind) {
      case 'answered':
        return this.finish(manager, batch, outcome.items.map(emailEnd));
      case 'refused':
        return batch.emailIds.length === 1
          ? this.end(manager, batch, { ...outcome, kind: 'failed' })
          : this.split(manager, batch, outcome);
      case 'busy':
        return this.postpone(manager, batch, outcome, { waitMs: outcome.retryAfterMs ?? busyMs });
      case 'deferred':
        return this.postpone(manager, batch, outcome, { waitMs: this.backoffMs(batch), counted: true });
      case 'paused':
        return this.pause(manager, batch, outcome);
      case 'unclear':
        return this.unclear(manager, batch, outcome);
      case 'conflict':
        return this.end(manager, batch, {
          kind: 'unknown',
          code: outcome.code,
          reason: `${outcome.reason} It may or may not have gone out.`,
        });
    }
  }

  /** The same end for every mail of the batch. */
  async end(manager: EntityManager, batch: ClaimedBatch, { kind, code, reason }: End): Promise<void> {
    const same: EmailEnd = { state: kind, code, reason, providerId: null };
    await this.finish(
      manager,
      batch,
      batch.emailIds.map(() => same),
    );
  }

  /**
   * Back into the queue: allowed only while no attempt can have had an effect. What was stopped after it became due
   * stays stopped; the lock on its send makes whoever stops it wait, and then find the mail in the queue. While a pause
   * lasts for hours, its reason is told once and not with every look.
   */
  async release(
    manager: EntityManager,
    batch: Pick<ClaimedBatch, 'id' | 'claims' | 'emailIds'>,
    told: Told | null,
  ): Promise<void> {
    await manager.query(
      `with stopped as (
         select id, cancelled_at from sends
          where id in (select send_id from emails where id = any($3)) order by id for share),
       done as (
         update email_batches
            set settled_at = clock_timestamp(), outcome = 'released', body = null, lease_until = null
          where id = $1 and claims = $2 and settled_at is null returning id),
       moved as (
         update emails e
            set state = case when s.cancelled_at > e.due_at then ${stoppedState('e')} else 'queued' end,
                batch_id = null, reason_code = $4, reason = $5, state_at = clock_timestamp()
           from done, emails before left join stopped s on s.id = before.send_id
          where e.id = any($3) and e.state = 'sending' and e.batch_id = $1 and before.id = e.id
         returning e.org_id, e.id, before.reason is distinct from $5 told)
       insert into email_events (org_id, email_id, batch_id, type, detail)
       select org_id, id, $1, 'released', $5 from moved where told`,
      [batch.id, batch.claims, batch.emailIds, told?.code ?? null, told?.reason ?? null],
    );
  }

  /** The call was not made: the batch waits as it is. */
  async putBack(manager: EntityManager, batch: ClaimedBatch, waitMs: number): Promise<void> {
    await manager.query(
      `update email_batches set lease_until = null, next_attempt_at = clock_timestamp() + make_interval(secs => $3)
        where id = $1 and claims = $2 and settled_at is null`,
      [batch.id, batch.claims, waitMs / 1000],
    );
  }

  private async finish(manager: EntityManager, batch: ClaimedBatch, ends: readonly EmailEnd[]): Promise<void> {
    await manager.query(
      `with done as (
         update email_batches
            set settled_at = clock_timestamp(), outcome = 'answered', body = null, lease_until = null,
                attempts = attempts + 1
          where id = $1 and claims = $2 and settled_at is null returning id),
       moved as (
         update emails e
            set state = u.state, provider_id = u.provider_id, reason_code = u.code, reason = u.reason,
                attempts = e.attempts + 1, sent_at = clock_timestamp(), state_at = clock_timestamp()
           from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) u(id, state, provider_id, code, reason),
                done
          where e.id = u.id and e.state = 'sending' and e.batch_id = $1
         returning e.org_id, e.id, e.state, e.reason, e.provider_id)
       insert into email_events (org_id, email_id, batch_id, type, provider_id, detail)
       select org_id, id, $1, state, provider_id, reason from moved`,
      [
        batch.id,
        batch.claims,
        batch.emailIds,
        ends.map(({ state }) => state),
        ends.map(({ providerId }) => providerId),
        ends.map(({ code }) => code || null),
        ends.map(({ reason }) => reason || null),
      ],
    );
  }

  /**
   * One bad mail can spoil a request: each mail gets a request, and a key, of its own; but not one that was reported
   * meanwhile, which went out by an earlier attempt.
   */
  private async split(manager: EntityManager, batch: ClaimedBatch, told: Told): Promise<void> {
    const bodies = (JSON.parse(batch.body) as unknown[]).map((mail) => JSON.stringify([mail]));
    await manager.query(
      `with done as (
         update email_batches
            set settled_at = clock_timestamp(), outcome = 'split', body = null, lease_until = null,
                attempts = attempts + 1
          where id = $1 and claims = $2 and settled_at is null
         returning org_id, transport, key_fingerprint),
       single as (
         select u.* from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[]) u(id, email_id, body, hash)
           join emails e on e.id = u.email_id
          where e.state = 'sending' and e.batch_id = $1 for update of e),
       made as (
         insert into email_batches (id, org_id, transport, key_fingerprint, email_ids, body, body_hash)
         select single.id, org_id, transport, key_fingerprint, array[email_id], body, hash from single, done),
       moved as (
         update emails e set batch_id = single.id, attempts = e.attempts + 1, state_at = clock_timestamp()
           from single, done
          where e.id = single.email_id and e.state = 'sending' and e.batch_id = $1
         returning e.org_id, e.id)
       insert into email_events (org_id, email_id, batch_id, type, detail)
       select org_id, id, $1, 'refused_together', $7 from moved`,
      [
        batch.id,
        batch.claims,
        bodies.map(() => randomUUID()),
        batch.emailIds,
        bodies,
        bodies.map(bodyHash),
        `${told.reason} It is tried again by itself.`,
      ],
    );
  }

  private async pause(
    manager: EntityManager,
    batch: ClaimedBatch,
    outcome: Extract<DeliveryOutcome, { kind: 'paused' }>,
  ): Promise<void> {
    const { pauseMs, maxBackoffMs } = this.timings;
    const waitMs = Math.max(pauseMs, Math.min(outcome.retryAfterMs ?? 0, maxBackoffMs));
    await this.gates.pause(manager, outcome.code, outcome.reason, waitMs);
    return batch.unclear
      ? this.postpone(manager, batch, outcome, { waitMs: this.timings.pauseMs })
      : this.release(manager, batch, outcome);
  }

  private async unclear(
    manager: EntityManager,
    batch: ClaimedBatch,
    outcome: Extract<DeliveryOutcome, { kind: 'unclear' }>,
  ): Promise<void> {
    if (!this.transport.idempotent) {
      const reason = `${outcome.reason} It may or may not have gone out.`;
      return this.end(manager, batch, { kind: 'unknown', code: outcome.code, reason });
    }
    const waitMs = Math.max(outcome.retryAfterMs ?? 0, this.backoffMs(batch));
    return this.postpone(manager, batch, outcome, { waitMs, counted: true, unclear: true });
  }

  /** The same batch again later, with the same body and key. */
  private async postpone(
    manager: EntityManager,
    batch: ClaimedBatch,
    told: Told & { readonly kind: string },
    { waitMs, counted = false, unclear = false }: { waitMs: number; counted?: boolean; unclear?: boolean },
  ): Promise<void> {
    await manager.query(
      `with done as (
         update email_batches
            set lease_until = null, next_attempt_at = clock_timestamp() + make_interval(secs => $3),
                attempts = attempts + case when $4::boolean then 1 else 0 end, unclear = unclear or $5::boolean
          where id = $1 and claims = $2 and settled_at is null returning id),
       moved as (
         update emails e
            set reason_code = $7, reason = $8, attempts = e.attempts + case when $4 then 1 else 0 end
           from done where e.id = any($6) and e.state = 'sending' and e.batch_id = $1
         returning e.org_id, e.id)
       insert into email_events (org_id, email_id, batch_id, type, detail)
       select org_id, id, $1, $9, $8 from moved`,
      [batch.id, batch.claims, waitMs / 1000, counted, unclear, batch.emailIds, told.code, told.reason, told.kind],
    );
  }

  private backoffMs(batch: ClaimedBatch): number {
    const { firstBackoffMs, maxBackoffMs } = this.timings;
    return Math.min(maxBackoffMs, firstBackoffMs * 2 ** Math.min(batch.attempts, 20)) * (0.75 + Math.random() / 2);
  }
}

function emailEnd(item: ItemOutcome): EmailEnd {
  return item.accepted
    ? { state: 'accepted', providerId: item.providerId, code: '', reason: '' }
    : { state: 'failed', providerId: null, code: item.code, reason: item.reason };
}
