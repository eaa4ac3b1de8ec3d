import type { ProviderPace } from './delivery-outcome.js';

/** Resend sends `ratelimit-limit`, `ratelimit-remaining` and `ratelimit-reset` (seconds) with every answer. */
export function resendPace(headers: Readonly<Record<string, string>> | null | undefined): ProviderPace {
  const number = (name: string) => {
    const found = /^\s*(\d+(?:\.\d+)?)/.exec(headers?.[name] ?? '');
    return found ? Number(found[1]) : null;
  };
  const reset = number('ratelimit-reset');
  return {
    limit: number('ratelimit-limit'),
    remaining: number('ratelimit-remaining'),
    resetMs: reset === null ? null : Math.min(reset, longestWindowSeconds) * 1_000,
  };
}

const longestWindowSeconds = 60;
