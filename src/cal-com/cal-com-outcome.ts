import type { CalComFailure } from './cal-com-failure.js';

/** What every call to Cal.com comes back as: the gateway never throws. */
export type CalComOutcome<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: CalComFailure };

export function success<T>(value: T): CalComOutcome<T> {
  return { ok: true, value };
}

export function failed(failure: CalComFailure): { readonly ok: false; readonly failure: CalComFailure } {
  return { ok: false, failure };
}
