import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ProviderPace } from '../transports/delivery-outcome.js';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import { EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';

/** A call's place among all calls with the key. */
export interface Turn {
  /** Names the turn: the moment it is for, on the database's clock; null where nothing limits the calls. */
  readonly slot: string | null;
  readonly waitMs: number;
  /** When it is, by `performance.now()`; never too early by the database's clock. */
  readonly at: number;
  /** By how much `at` may be too late: as long as the database took to name the turn. */
  readonly vagueMs: number;
  /** Sending is paused and this call finds out whether it still must be. */
  readonly probing: boolean;
}

export type GatePass =
  | ({ readonly open: true } & Turn)
  /** Ask again after `waitMs`; null when there is nothing to send. */
  | { readonly open: false; readonly waitMs: number | null };

export interface SendingPause {
  readonly code: string;
  readonly reason: string;
  readonly until: Date;
}

const free: GatePass = { open: true, slot: null, waitMs: 0, at: 0, vagueMs: 0, probing: false };
const quietGuardMs = 25;
const longestGuardMs = 500;
const mostRequestsPerSecond = 1_000;
/** From then on whoever asks the database hears of a hold. */
const knownEverywhereMs = 1_000;

/** Of even spacing: closer calls make up for one that was held up. */
const leastSpacing = 0.5;

/** SQL over a gate `g`: how many calls make up a window, and how long that is. */
const callsInWindow = 'greatest(1, floor(g.requests_per_second))::int';
const windowSeconds = `(${callsInWindow} / g.requests_per_second)`;

/** SQL: `(select clock_timestamp())` is one value, so the index finds the due ones; the bare function is many. */
const mailsAreDue = `exists (select 1 from emails where state = 'queued' and due_at <= (select clock_timestamp()))`;

/** SQL over a gate `g`: when the next call may leave, if nothing holds it up. */
const nextTurn = `greatest(
  g.held_until,
  g.calls[cardinality(g.calls)] + make_interval(secs => ${leastSpacing} / g.requests_per_second),
  g.calls[cardinality(g.calls) - ${callsInWindow} + 1] + make_interval(secs => ${windowSeconds} + g.guard_ms / 1000))`;

/**
 * The pace of the calls, over all replicas: never more of them within a second than the provider allows, by the times
 * at which they really left. The provider counts them as they arrive, so a guard is added to each second: small, and
 * doubled for a while whenever it turns out to have been too small.
 */
@Injectable()
export class RateGatesService implements OnModuleInit {
  private limitSeen: number | null = null;
  private toldToWaitUntil = 0;

  constructor(
    private readonly dataSource: DataSource,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
  ) {}

  /** A restart keeps what was learned; another number in the environment begins anew. */
  async onModuleInit(): Promise<void> {
    const { keyFingerprint, requestsPerSecond } = this.transport;
    if (requestsPerSecond !== null) {
      await this.dataSource.query(
        `insert into email_rate_gates as g (key_fingerprint, requests_per_second, configured_requests_per_second)
         values ($1, $2, $2)
         on conflict (key_fingerprint) do update
           set requests_per_second = excluded.requests_per_second,
               configured_requests_per_second = excluded.configured_requests_per_second
         where g.configured_requests_per_second <> excluded.configured_requests_per_second`,
        [keyFingerprint, requestsPerSecond],
      );
    }
  }

  /** The next turn, unless it is too far away to freeze a batch for it. `forQueued`: only if mails wait in the queue. */
  async reserve({ forQueued }: { forQueued: boolean }): Promise<GatePass> {
    if (this.transport.requestsPerSecond === null) {
      return free;
    }
    const { maxGateWaitMs, pauseMs } = this.timings;
    const askedAt = performance.now();
    const [turns] = await this.dataSource.query<[Omit<Turn, 'at' | 'vagueMs'>[], number]>(
      `with turn as (
         select g.key_fingerprint, greatest(clock_timestamp(), ${nextTurn}) at
           from email_rate_gates g
          where g.key_fingerprint = $1 and (g.paused_until is null or g.paused_until <= clock_timestamp())
            and (not $4::boolean or ${mailsAreDue})
            for update)
       update email_rate_gates g
          set calls = (g.calls || turn.at)[greatest(1, cardinality(g.calls) + 2 - 2 * ${callsInWindow}):],
              guard_ms = greatest(${quietGuardMs}, g.guard_ms * 0.995),
              paused_until = case when g.paused_until is not null then clock_timestamp() + make_interval(secs => $3) end
         from turn
        where g.key_fingerprint = turn.key_fingerprint and turn.at <= clock_timestamp() + make_interval(secs => $2)
       returning turn.at::text slot, 1000 * extract(epoch from turn.at - clock_timestamp())::float "waitMs",
                 g.paused_until is not null probing`,
      [this.transport.keyFingerprint, maxGateWaitMs / 1000, pauseMs / 1000, forQueued],
    );
    const [turn] = turns;
    if (!turn) {
      return { open: false, waitMs: await this.waitMs(forQueued) };
    }
    const waitMs = Math.max(0, turn.waitMs);
    const toldAt = performance.now();
    return { open: true, ...turn, waitMs, at: toldAt + waitMs, vagueMs: toldAt - askedAt };
  }

  /** Just before its turn: whether the call may leave still. It only looks, so that nothing is written in between. */
  async confirm({ slot, probing }: Turn): Promise<boolean> {
    if (slot === null) {
      return true;
    }
    const confirmed = await this.dataSource.query<unknown[]>(
      `select 1 from email_rate_gates
        where key_fingerprint = $1 and coalesce(held_until <= greatest($2::timestamptz, clock_timestamp()), true)
          and ($3::boolean or coalesce(paused_until <= clock_timestamp(), true))`,
      [this.transport.keyFingerprint, slot, probing],
    );
    return confirmed.length === 1;
  }

  /** As far as this process was told, which it knows before the database does. */
  get isHeld(): boolean {
    return performance.now() < this.toldToWaitUntil;
  }

  /** The call left later than in its turn: its second began when it did. */
  async postpone({ slot }: Turn, lateMs: number): Promise<void> {
    if (slot !== null) {
      await this.dataSource.query(
        `update email_rate_gates
            set calls = array_replace(calls, $2::timestamptz, $2::timestamptz + make_interval(secs => $3))
          where key_fingerprint = $1`,
        [this.transport.keyFingerprint, slot, lateMs / 1000],
      );
    }
  }

  /** There was nothing to call for. */
  async giveBack({ slot, probing }: Turn): Promise<void> {
    if (slot !== null) {
      await this.dataSource.query(
        `update email_rate_gates
            set calls = array_remove(calls, $2::timestamptz),
                paused_until = case when $3::boolean then clock_timestamp() else paused_until end
          where key_fingerprint = $1`,
        [this.transport.keyFingerprint, slot, probing],
      );
    }
  }

  /** No call with this key before then: the provider said so. */
  async hold(waitMs: number): Promise<void> {
    this.toldToWaitUntil = performance.now() + Math.min(waitMs, knownEverywhereMs);
    await this.dataSource.query(
      `update email_rate_gates
          set held_until = greatest(held_until, clock_timestamp() + make_interval(secs => $2)),
              guard_ms = least(${longestGuardMs}, guard_ms * 2)
        where key_fingerprint = $1`,
      [this.transport.keyFingerprint, waitMs / 1000],
    );
  }

  /**
   * What an answer tells about the limit, and about others who use it up. `tookMs`: how long the call took. Answers
   * whether the limit is another than before.
   */
  async learn({ limit, remaining, resetMs }: ProviderPace, tookMs: number): Promise<boolean> {
    const isNew = limit !== null && limit !== this.limitSeen && limit >= 1 && limit <= mostRequestsPerSecond;
    if (isNew) {
      await this.dataSource.query(
        `update email_rate_gates set requests_per_second = $2 where key_fingerprint = $1 and requests_per_second <> $2`,
        [this.transport.keyFingerprint, limit],
      );
      this.limitSeen = limit;
    }
    if (remaining === 0 && resetMs !== null) {
      await this.holdIfOthersCall(resetMs, tookMs);
    }
    return isNew;
  }

  async pause(manager: EntityManager, code: string, reason: string, waitMs: number): Promise<void> {
    await manager.query(
      `update email_rate_gates
          set paused_until = clock_timestamp() + make_interval(secs => $4), pause_code = $2, pause_reason = $3
        where key_fingerprint = $1`,
      [this.transport.keyFingerprint, code, reason, waitMs / 1000],
    );
  }

  async resume(manager: EntityManager): Promise<void> {
    await manager.query(
      `update email_rate_gates set paused_until = null, pause_code = null, pause_reason = null
        where key_fingerprint = $1`,
      [this.transport.keyFingerprint],
    );
  }

  /** Why no mail leaves at the moment, or null. */
  async currentPause(): Promise<SendingPause | null> {
    const [row] = await this.dataSource.query<SendingPause[]>(
      `select pause_code code, pause_reason reason, paused_until until from email_rate_gates
        where key_fingerprint = $1 and paused_until is not null`,
      [this.transport.keyFingerprint],
    );
    return row ?? null;
  }

  /** Until when the provider asked for patience, or null. */
  async heldUntil(): Promise<Date | null> {
    const [row] = await this.dataSource.query<{ until: Date }[]>(
      `select held_until until from email_rate_gates where key_fingerprint = $1 and held_until > clock_timestamp()`,
      [this.transport.keyFingerprint],
    );
    return row?.until ?? null;
  }

  /** Nothing is left in the provider's window, and our own calls do not explain it: somebody else uses the account. */
  private async holdIfOthersCall(resetMs: number, tookMs: number): Promise<void> {
    await this.dataSource.query(
      `update email_rate_gates g
          set held_until = greatest(g.held_until, clock_timestamp() + make_interval(secs => $2))
        where g.key_fingerprint = $1
          and (select count(*) from unnest(g.calls) call
                where call <= clock_timestamp()
                  and call > clock_timestamp() - make_interval(secs => ${windowSeconds} + $3)) < ${callsInWindow}`,
      [this.transport.keyFingerprint, resetMs / 1000, (tookMs + longestGuardMs) / 1000],
    );
  }

  private async waitMs(forQueued: boolean): Promise<number | null> {
    const [row] = await this.dataSource.query<{ waitMs: number }[]>(
      `select 1000 * extract(epoch from greatest(paused_until, ${nextTurn} - make_interval(secs => $2))
                - clock_timestamp())::float "waitMs"
         from email_rate_gates g
        where key_fingerprint = $1 and (not $3::boolean or ${mailsAreDue})`,
      [this.transport.keyFingerprint, this.timings.maxGateWaitMs / 1000, forQueued],
    );
    return row ? Math.max(0, row.waitMs) : null;
  }
}
