const windowMs = 60_000;
const blockMs = 60_000;

interface Tracker {
  hits: number;
  endsAt: number;
  isBlocked: boolean;
}

export interface RateLimitVerdict {
  readonly limit: number;
  readonly remaining: number;
  /** Seconds left, not an epoch. */
  readonly resetSeconds: number;
  readonly isBlocked: boolean;
}

/** 120 calls in 60 s per key, then nothing for 60 s; calls inside the block do not prolong it. */
export class RateLimit {
  private readonly trackers = new Map<string, Tracker>();

  constructor(
    private readonly limit: number,
    private readonly now: () => Date,
  ) {}

  count(trackedBy: string): RateLimitVerdict {
    const now = this.now().getTime();
    let tracker = this.trackers.get(trackedBy);
    if (!tracker || tracker.endsAt <= now) {
      tracker = { hits: 0, endsAt: now + windowMs, isBlocked: false };
      this.trackers.set(trackedBy, tracker);
    }
    tracker.hits += 1;
    if (!tracker.isBlocked && tracker.hits > this.limit) {
      tracker.isBlocked = true;
      tracker.endsAt = now + blockMs;
    }
    return {
      limit: this.limit,
      remaining: Math.max(0, this.limit - tracker.hits),
      resetSeconds: Math.ceil((tracker.endsAt - now) / 1000),
      isBlocked: tracker.isBlocked,
    };
  }
}
