export interface RateTicket {
  readonly over: boolean;
  /** Whole seconds until the next window. */
  readonly resetSeconds: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** Counts requests as Resend does: in fixed windows of one second, told of in the headers of every answer. */
export class RateWindow {
  private second = 0;
  private requests = 0;

  enter(limit: number): RateTicket {
    const now = Date.now();
    const second = Math.floor(now / 1000);
    this.requests = this.second === second ? this.requests + 1 : 1;
    this.second = second;
    const resetSeconds = Math.max(1, Math.ceil(second + 1 - now / 1000));
    const headers = {
      'ratelimit-limit': String(limit),
      'ratelimit-remaining': String(Math.max(0, limit - this.requests)),
      'ratelimit-reset': String(resetSeconds),
    };
    return { over: this.requests > limit, resetSeconds, headers: Number.isFinite(limit) ? headers : {} };
  }
}
