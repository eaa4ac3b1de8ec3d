/** What Cal.com says about its limit in the headers of an answer. */
export interface RateLimitNotice {
  readonly remaining: number | null;
  readonly resetAt: Date | null;
}

export type AnswerHeaders = Readonly<Record<string, unknown>>;

/**
 * `X-RateLimit-Reset-Default` was seen as the seconds that are left; a proxy in front may make it a moment. There is
 * no `Retry-After` of Cal.com's own, but one of a proxy counts.
 */
export function readRateLimit(headers: AnswerHeaders, now: Date): RateLimitNotice {
  const reset = digits(headers['x-ratelimit-reset-default']) ?? digits(headers['retry-after']);
  return {
    remaining: digits(headers['x-ratelimit-remaining-default']),
    resetAt: reset === null ? null : momentOf(reset, now),
  };
}

/** Until when to leave Cal.com alone after a 429: what it says, within reason. */
export function blockedUntil(notice: RateLimitNotice, now: Date): Date {
  const until = notice.resetAt?.getTime() ?? 0;
  if (until <= now.getTime()) return new Date(now.getTime() + usualBlockMs);
  return new Date(Math.min(until, now.getTime() + longestBlockMs));
}

/** Until when to leave Cal.com alone after an answer that was the last of its window; `null` where it says nothing. */
export function exhaustedUntil(notice: RateLimitNotice, now: Date): Date | null {
  return notice.remaining === 0 && notice.resetAt && notice.resetAt > now ? blockedUntil(notice, now) : null;
}

/** Over its limit Cal.com blocks a key for 60 s. */
const usualBlockMs = 60_000;
const longestBlockMs = 3_600_000;
/** Windows last a minute: what would be more than an hour in seconds is meant in milliseconds. */
const mostSeconds = 3_600;
const smallestEpochSeconds = 1_000_000_000;
const smallestEpochMs = 100_000_000_000;

function momentOf(reset: number, now: Date): Date {
  if (reset >= smallestEpochMs) return new Date(reset);
  if (reset >= smallestEpochSeconds) return new Date(reset * 1000);
  return new Date(now.getTime() + (reset > mostSeconds ? reset : reset * 1000));
}

function digits(value: unknown): number | null {
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null;
}
