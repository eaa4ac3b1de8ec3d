/** What the limit says to one request. */
export interface Verdict {
  readonly allowed: boolean;
  /** Requests that may still come at once. */
  readonly remaining: number;
  readonly resetMs: number;
}

export interface Limiter {
  readonly limit: number;
  take(nowMs: number): Verdict;
}

const windowMs = 1_000;

/** So many requests in each second of a clock: what Resend's `ratelimit-*` headers describe. */
export function fixedWindow(limit: number): Limiter {
  let endsAt = -Infinity;
  let taken = 0;
  return {
    limit,
    take(nowMs) {
      if (nowMs >= endsAt) {
        endsAt = Math.floor(nowMs / windowMs) * windowMs + windowMs;
        taken = 0;
      }
      const allowed = taken < limit;
      taken += allowed ? 1 : 0;
      return { allowed, remaining: limit - taken, resetMs: endsAt - nowMs };
    },
  };
}

/** So many requests in any second whatsoever: the strictest reading of a limit. */
export function slidingWindow(limit: number): Limiter {
  const taken: number[] = [];
  return {
    limit,
    take(nowMs) {
      while (taken[0] !== undefined && taken[0] <= nowMs - windowMs) {
        taken.shift();
      }
      const allowed = taken.length < limit;
      if (allowed) {
        taken.push(nowMs);
      }
      return { allowed, remaining: limit - taken.length, resetMs: taken[0]! + windowMs - nowMs };
    },
  };
}
