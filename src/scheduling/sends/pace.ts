/** Mails of a send that left so many seconds ago, rounded up; only those of the last minute. */
export interface LeftThen {
  readonly secondsAgo: number;
  readonly count: number;
}

export const measuredSeconds = 60;
/** A second or two of one request's hundred mails would promise too much. */
const leastSeconds = 4;

/**
 * Mails a minute, as measured lately, or null before there is a measure. The measure begins with the oldest second of
 * the window, whose mails mark its begin and do not count; it ends now, so that a standstill slows it down.
 */
export function mailsPerMinute(lately: readonly LeftThen[]): number | null {
  const begin = Math.max(0, ...lately.map(({ secondsAgo }) => secondsAgo));
  const left = lately.reduce((sum, { secondsAgo, count }) => (secondsAgo < begin ? sum + count : sum), 0);
  return begin < leastSeconds || left === 0 ? null : (left / begin) * 60;
}

/** `About 3 minutes`; at these lengths nobody trusts more than that. */
export function durationInWords(seconds: number): string {
  const minutes = seconds / 60;
  if (seconds <= 20) {
    return 'A few seconds';
  }
  if (minutes < 1) {
    return 'Less than a minute';
  }
  if (minutes < 90) {
    return Math.ceil(minutes) === 1 ? 'About a minute' : `About ${Math.ceil(minutes)} minutes`;
  }
  return `About ${Math.ceil(minutes / 60)} hours`;
}

/** `180`, `1,200`: two digits that mean something, never 0. */
export function rateInWords(perMinute: number): string {
  return Math.max(1, Number(perMinute.toPrecision(2))).toLocaleString('en');
}
