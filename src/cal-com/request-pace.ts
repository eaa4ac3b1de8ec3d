/** `wait`: go after so many milliseconds. `until`: do not go, ask again then. */
export type Turn = { readonly waitMs: number } | { readonly until: Date };

/**
 * Spreads the calls of one API key: a few at once, then evenly. Cal.com counts 120 in a minute and then blocks the key
 * for another, and has been reported to lock accounts over bursts.
 */
export class RequestPace {
  private readonly spacingMs: number;
  private nextDueMs = 0;
  private blockedUntilMs = 0;

  constructor(requestsPerMinute: number) {
    this.spacingMs = 60_000 / requestsPerMinute;
  }

  takeTurn(now: Date): Turn {
    const nowMs = now.getTime();
    if (this.blockedUntilMs > nowMs) return { until: new Date(this.blockedUntilMs) };
    const dueMs = Math.max(this.nextDueMs, nowMs);
    const waitMs = Math.max(0, dueMs - nowMs - burstCalls * this.spacingMs);
    if (waitMs > longestWaitMs) return { until: new Date(nowMs + waitMs) };
    this.nextDueMs = dueMs + this.spacingMs;
    return { waitMs };
  }

  block(until: Date): void {
    this.blockedUntilMs = Math.max(this.blockedUntilMs, until.getTime());
  }

  isIdle(now: Date): boolean {
    return this.nextDueMs <= now.getTime() && this.blockedUntilMs <= now.getTime();
  }
}

const burstCalls = 10;
const longestWaitMs = 3_000;
