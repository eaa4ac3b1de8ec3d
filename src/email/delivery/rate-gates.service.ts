import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import { EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';

export type GatePass =
  /** The call may leave after `waitMs`. `probing`: sending is paused and this call finds out whether it still must be. */
  | { readonly open: true; readonly waitMs: number; readonly probing: boolean }
  | { readonly open: false; readonly waitMs: number };

export interface SendingPause {
  readonly code: string;
  readonly reason: string;
  readonly until: Date;
}

/** Providers count requests in windows that do not begin when ours do: evenly spaced calls need some air. */
const shareOfLimit = 0.9;

/** Spaces calls evenly over all replicas: one row per key, moved on by whoever passes, on the database's clock. */
@Injectable()
export class RateGatesService implements OnModuleInit {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
  ) {}

  async onModuleInit(): Promise<void> {
    const { keyFingerprint, requestsPerSecond } = this.transport;
    if (requestsPerSecond !== null) {
      await this.dataSource.query(
        `insert into email_rate_gates (key_fingerprint, requests_per_second) values ($1, $2)
         on conflict (key_fingerprint) do update set requests_per_second = excluded.requests_per_second`,
        [keyFingerprint, requestsPerSecond],
      );
    }
  }

  /** One at a time chooses what goes next: two who choose together would share the mails of one request. */
  async queueUp(manager: EntityManager): Promise<void> {
    await manager.query('select 1 from email_rate_gates where key_fingerprint = $1 for update', [
      this.transport.keyFingerprint,
    ]);
  }

  /** Takes the next turn, unless it is too far away. */
  async pass(manager: EntityManager): Promise<GatePass> {
    const { keyFingerprint, requestsPerSecond } = this.transport;
    if (requestsPerSecond === null) {
      return { open: true, waitMs: 0, probing: false };
    }
    const { maxGateWaitMs, pauseMs } = this.timings;
    const [turns] = await manager.query<[{ waitMs: number; probing: boolean }[], number]>(
      `update email_rate_gates
          set next_at = greatest(next_at, clock_timestamp()) + make_interval(secs => 1 / (requests_per_second * $2)),
              paused_until = case when paused_until is not null then clock_timestamp() + make_interval(secs => $4) end
        where key_fingerprint = $1
          and next_at <= clock_timestamp() + make_interval(secs => $3)
          and (paused_until is null or paused_until <= clock_timestamp())
        returning 1000 * extract(epoch from next_at - clock_timestamp())::float
                  - 1000 / (requests_per_second * $2) "waitMs",
                  paused_until is not null probing`,
      [keyFingerprint, shareOfLimit, maxGateWaitMs / 1000, pauseMs / 1000],
    );
    const [turn] = turns;
    return turn
      ? { open: true, waitMs: Math.max(0, turn.waitMs), probing: turn.probing }
      : { open: false, waitMs: await this.waitMs(manager) };
  }

  async slowDown(manager: EntityManager, waitMs: number): Promise<void> {
    await manager.query(
      `update email_rate_gates set next_at = greatest(next_at, clock_timestamp() + make_interval(secs => $2))
        where key_fingerprint = $1`,
      [this.transport.keyFingerprint, waitMs / 1000],
    );
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

  private async waitMs(manager: EntityManager): Promise<number> {
    const [row] = await manager.query<{ waitMs: number }[]>(
      `select 1000 * extract(epoch from greatest(next_at, paused_until) - clock_timestamp())::float "waitMs"
         from email_rate_gates where key_fingerprint = $1`,
      [this.transport.keyFingerprint],
    );
    return Math.max(0, row?.waitMs ?? 0);
  }
}
