import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { whyNotWanted } from '../why-not-wanted.js';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import type { Claim, ClaimedBatch } from './claimed-batch.js';
import { EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';
import { bodyHash } from './frozen-mail.js';
import { RateGatesService, type Turn } from './rate-gates.service.js';
import { SettlementsService } from './settlements.service.js';

interface OpenBatch {
  readonly id: string;
  readonly orgId: string;
  readonly transport: string;
  readonly keyFingerprint: string;
  readonly emailIds: string[];
  readonly body: string;
  readonly bodyHash: string;
  readonly claims: number;
  readonly attempts: number;
  readonly unclear: boolean;
  /** Its lease ran out: whoever had it did not say how the call ended, and something may have left. */
  readonly abandoned: boolean;
  readonly tooOld: boolean;
  /** A mail of it was stopped after it had been frozen. */
  readonly stopped: boolean;
  /** A mail of it has lost its reason since; not asked where something may have left. */
  readonly unwanted: boolean;
}

/** What to do with a batch that was begun before: the same call again, or a decision without one. */
type Verdict =
  | { readonly kind: 'repeat' }
  | { readonly kind: 'release' }
  | { readonly kind: 'unknown' | 'failed'; readonly code: string; readonly reason: string };

const noTurn: Turn = { slot: null, waitMs: 0, at: 0, vagueMs: 0, probing: false };
const mayHaveGone = 'It may or may not have gone out.';

/** Takes up batches whose time has come again: postponed ones, and those of a worker that died. Any replica may. */
@Injectable()
export class OpenBatchesService {
  constructor(
    private readonly gates: RateGatesService,
    private readonly settlements: SettlementsService,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
  ) {}

  async claim(manager: EntityManager): Promise<Claim> {
    const open = await this.lockNext(manager);
    if (!open) {
      return { kind: 'nothing' };
    }
    const verdict = this.judge(open);
    if (verdict.kind === 'release') {
      await this.settlements.release(manager, this.claimed(open), null);
      return { kind: 'again' };
    }
    if (verdict.kind !== 'repeat') {
      await this.settlements.end(manager, this.claimed(open), verdict);
      return { kind: 'again' };
    }
    const turn = await this.gates.reserve({ forQueued: false });
    if (!turn.open) {
      return { kind: 'later', waitMs: turn.waitMs ?? 0 };
    }
    const leasedAt = performance.now();
    await this.lease(manager, open, turn.waitMs);
    const attempts = open.attempts + (open.abandoned ? 1 : 0);
    return {
      kind: 'batch',
      batch: { ...this.claimed(open), claims: open.claims + 1, attempts, leasedAt, turn },
    };
  }

  /** Just before the first byte leaves: whether this worker still holds the batch, and may go on. */
  async letGo(manager: EntityManager, { id, claims }: ClaimedBatch): Promise<boolean> {
    const [, count] = await manager.query<[unknown[], number]>(
      `update email_batches set may_have_left = true
        where id = $1 and claims = $2 and settled_at is null and lease_until > clock_timestamp()`,
      [id, claims],
    );
    return count === 1;
  }

  private judge(open: OpenBatch): Verdict {
    const unclear = open.unclear || open.abandoned;
    const sameWay = open.transport === this.transport.name && open.keyFingerprint === this.transport.keyFingerprint;
    if (bodyHash(open.body) !== open.bodyHash) {
      return { kind: 'unknown', code: 'body_changed', reason: `The stored request was damaged. ${mayHaveGone}` };
    }
    if (!unclear) {
      return this.judgeRefused(open, sameWay);
    }
    if (open.transport !== this.transport.name) {
      return {
        kind: 'unknown',
        code: 'transport_changed',
        reason: `The way mail is sent was changed before an answer came. ${mayHaveGone}`,
      };
    }
    if (!sameWay) {
      return {
        kind: 'unknown',
        code: 'key_changed',
        reason: `The key of the mail provider was changed before an answer came. ${mayHaveGone}`,
      };
    }
    if (!this.transport.idempotent) {
      return {
        kind: 'unknown',
        code: 'no_answer',
        reason: `Sending was interrupted before the mail server answered. ${mayHaveGone}`,
      };
    }
    return open.tooOld
      ? {
          kind: 'unknown',
          code: 'too_old',
          reason: `The mail provider gave no clear answer for 23 hours. ${mayHaveGone}`,
        }
      : { kind: 'repeat' };
  }

  /** Every attempt so far was clearly refused: nothing has gone out, so a new batch can do no harm. */
  private judgeRefused(open: OpenBatch, sameWay: boolean): Verdict {
    if (open.tooOld && open.attempts > 0) {
      return { kind: 'failed', code: 'put_off', reason: 'The mail server put it off for 23 hours.' };
    }
    const asItWas = sameWay && !open.tooOld && !open.stopped && !open.unwanted;
    return asItWas ? { kind: 'repeat' } : { kind: 'release' };
  }

  private async lockNext(manager: EntityManager): Promise<OpenBatch | null> {
    const [open] = await manager.query<OpenBatch[]>(
      `select id, org_id "orgId", transport, key_fingerprint "keyFingerprint", email_ids "emailIds", body,
              body_hash "bodyHash", claims, attempts, unclear, lease_until is not null and may_have_left abandoned,
              coalesce(first_attempt_at < clock_timestamp() - make_interval(secs => $1), false) "tooOld",
              exists (select 1 from emails e join sends s on s.id = e.send_id
                       where e.id = any(email_ids) and e.batch_id = email_batches.id and e.state = 'sending'
                         and s.cancelled_at > e.due_at) stopped,
              not unclear and (lease_until is null or not may_have_left)
              and exists (select 1 from emails e
                           where e.id = any(email_ids) and e.batch_id = email_batches.id and e.state = 'sending'
                             and ${whyNotWanted('e')} is not null) unwanted
         from email_batches
        where settled_at is null and next_attempt_at <= (select clock_timestamp())
        order by next_attempt_at limit 1 for update skip locked`,
      [this.timings.giveUpAfterMs / 1000],
    );
    return open ?? null;
  }

  private async lease(manager: EntityManager, open: OpenBatch, waitMs: number): Promise<void> {
    const { requestTimeoutMs, leaseMarginMs } = this.timings;
    await manager.query(
      `with leased as (select clock_timestamp() + make_interval(secs => $2) until),
       lost as (
         insert into email_events (org_id, email_id, batch_id, type, detail)
         select org_id, unnest(email_ids), id, 'unclear', 'Sending was interrupted before an answer came.'
           from email_batches where id = $1 and $3::boolean)
       update email_batches
          set claims = claims + 1, attempts = attempts + case when $3 then 1 else 0 end, unclear = unclear or $3,
              lease_until = until, next_attempt_at = until, may_have_left = $4,
              first_attempt_at = coalesce(first_attempt_at, clock_timestamp())
         from leased where id = $1`,
      [open.id, (waitMs + requestTimeoutMs + leaseMarginMs) / 1000, open.abandoned, this.transport.idempotent],
    );
  }

  private claimed(open: OpenBatch): ClaimedBatch {
    return { ...open, unclear: open.unclear || open.abandoned, leasedAt: 0, turn: noTurn };
  }
}
