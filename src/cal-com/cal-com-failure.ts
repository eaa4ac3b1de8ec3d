import type { Rejection } from './rejection.js';

/** What a call can be about. */
export type CalComObject = 'booking' | 'event type' | 'webhook';

/**
 * Why a call to Cal.com gave no value.
 *
 * - `unauthorized`: the key is wrong, expired or revoked.
 * - `rate-limited`: nothing was done; calls with this key answer the same until then.
 * - `not-found`: Cal.com does not know the object, or hides it from this key.
 * - `rejected`: Cal.com refused for good; trying the same again cannot help.
 * - `unavailable`: nothing was done; trying again later can help.
 * - `unknown-outcome`: a write that may or may not have happened. Look it up, never repeat it blindly.
 */
export type CalComFailure =
  | { readonly kind: 'unauthorized' }
  | { readonly kind: 'rate-limited'; readonly until: Date }
  | { readonly kind: 'not-found'; readonly what: CalComObject }
  | ({ readonly kind: 'rejected' } & Rejection)
  | { readonly kind: 'unavailable'; readonly reason: string }
  | { readonly kind: 'unknown-outcome' };

export const unavailableReasons = {
  unreachable: 'Cal.com cannot be reached right now.',
  tooSlow: 'Cal.com takes too long to answer.',
  ownTrouble: 'Cal.com has trouble of its own right now.',
  unreadable: 'Cal.com answered in a way that cannot be read.',
  tooLarge: 'Cal.com answered with more than can be read.',
  redirected: 'This address only leads to another one. Enter the address of the Cal.com API itself.',
  privateAddress: 'This address leads to a private network, so the key was not sent there.',
  wrongAddress: 'There is no Cal.com API v2 at this address.',
} as const;

export function unavailable(reason: keyof typeof unavailableReasons): CalComFailure {
  return { kind: 'unavailable', reason: unavailableReasons[reason] };
}

const ofOneObject: readonly string[] = [
  unavailableReasons.ownTrouble,
  unavailableReasons.unreadable,
  unavailableReasons.tooLarge,
];

/** Whether it may be about nothing but the object that was asked for, so that others can well be answered. */
export function concernsOneObject(failure: CalComFailure): boolean {
  return (
    failure.kind === 'not-found' ||
    failure.kind === 'rejected' ||
    (failure.kind === 'unavailable' && ofOneObject.includes(failure.reason))
  );
}

/** One or two sentences for a page. */
export function describeCalComFailure(failure: CalComFailure, now = new Date()): string {
  switch (failure.kind) {
    case 'unauthorized':
      return 'Cal.com does not accept this key.';
    case 'rate-limited':
      return `Cal.com asks for a pause. Try again in ${waitInWords(failure.until, now)}.`;
    case 'not-found':
      return `Cal.com does not know this ${failure.what}, or does not show it to this key.`;
    case 'rejected':
    case 'unavailable':
      return failure.reason;
    case 'unknown-outcome':
      return 'Cal.com did not answer clearly, so it may have happened or not. Look at the booking before you try again.';
  }
}

function waitInWords(until: Date, now: Date): string {
  const seconds = Math.max(1, Math.ceil((until.getTime() - now.getTime()) / 1000));
  if (seconds > 90) return `${Math.ceil(seconds / 60)} minutes`;
  return seconds === 1 ? 'one second' : `${seconds} seconds`;
}
