/** How long things may take on the way out. The lease outlives the call, so that no two workers send one batch at a time. */
export interface EmailTimings {
  readonly pollMs: number;
  readonly requestTimeoutMs: number;
  readonly leaseMarginMs: number;
  /** A batch is not frozen before its turn is at most this far away. */
  readonly maxGateWaitMs: number;
  /** Between two attempts to find out whether the provider takes mail again. */
  readonly pauseMs: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** The provider forgets an idempotency key after 24 h; from here on a repetition might be a second mail. */
  readonly giveUpAfterMs: number;
}

export const defaultEmailTimings: EmailTimings = {
  pollMs: 1_000,
  requestTimeoutMs: 10_000,
  leaseMarginMs: 3_000,
  maxGateWaitMs: 500,
  pauseMs: 60_000,
  firstBackoffMs: 1_000,
  maxBackoffMs: 300_000,
  giveUpAfterMs: 23 * 60 * 60 * 1_000,
};

/** A mail server may look at a mail for long before it answers, and an answer not waited for is a mail of unknown fate. */
export const smtpEmailTimings: EmailTimings = { ...defaultEmailTimings, requestTimeoutMs: 60_000 };

/** Where a provider asks for patience and does not say how much. */
export const busyMs = 1_000;

/** Injection token of the `EmailTimings`. */
export const EMAIL_TIMINGS = Symbol('email timings');
