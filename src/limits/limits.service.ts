import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { createHmac } from 'node:crypto';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { Limit } from './limit.js';

export interface Refusal {
  readonly retryAfterSeconds: number;
}

/** Counts tries in Postgres, for all replicas together. Where the database is away nobody is let through: it throws. */
@Injectable()
export class Limits {
  private readonly counters = new Map<string, RateLimiterPostgres>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Counts one try of somebody; `null` where it is still within the limit. */
  async count(limit: Limit, who: string): Promise<Refusal | null> {
    try {
      await this.counter(limit).consume(this.keyOf(who));
      return null;
    } catch (reason) {
      if (reason instanceof RateLimiterRes) {
        return { retryAfterSeconds: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) };
      }
      throw reason;
    }
  }

  /** Takes one counted try back. */
  async takeBack(limit: Limit, who: string): Promise<void> {
    await this.counter(limit).reward(this.keyOf(who));
  }

  async forget(limit: Limit, who: string): Promise<void> {
    await this.counter(limit).delete(this.keyOf(who));
  }

  private counter(limit: Limit): RateLimiterPostgres {
    const counter = this.counters.get(limit.name) ?? this.newCounter(limit);
    this.counters.set(limit.name, counter);
    return counter;
  }

  private newCounter({ name, tries, minutes }: Limit): RateLimiterPostgres {
    return new RateLimiterPostgres({
      storeClient: this.dataSource,
      storeType: 'typeorm',
      tableName: 'rate_limits',
      tableCreated: true,
      keyPrefix: name,
      points: tries,
      duration: minutes * 60,
      // Who is refused is refused from memory until the window ends: a flood costs no statements.
      inMemoryBlockOnConsumed: tries + 1,
    });
  }

  private keyOf(who: string): string {
    return createHmac('sha256', this.settings.sessionSecret).update(who).digest('base64url');
  }
}
