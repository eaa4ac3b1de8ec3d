/** How often and how far back Cal.com is asked about bookings. */
export interface BookingSyncTimings {
  /** Whether the schedule runs; a pass that a person asks for always does. */
  readonly runsByItself: boolean;
  /** Between two passes over one organization, and where its webhooks tell most of it at once. */
  readonly passEveryMs: number;
  readonly passWithWebhooksEveryMs: number;
  /** How long one pass may keep others from starting. */
  readonly leaseMs: number;
  /** After Cal.com refused the key: a person has to act first. */
  readonly afterRefusalMs: number;
  /** What Cal.com stores in one moment may become visible after what it stored in the next. */
  readonly overlapMs: number;
  readonly firstLookBackMs: number;
  /** When to look again while Cal.com announces what it does not say yet. */
  readonly lookAgainAfterMs: readonly number[];
  /** How long a webhook counts as news. */
  readonly newsMs: number;
  /** No-shows do not show in what changed: bookings that ended are read again, this often and for this long. */
  readonly endedEveryMs: number;
  readonly endedForMs: number;
  /** The others that are open, for the case that anything was missed. */
  readonly openEveryMs: number;
  readonly rechecksPerPass: number;
  readonly pageSize: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const defaultBookingSyncTimings: BookingSyncTimings = {
  runsByItself: true,
  passEveryMs: 2 * minuteMs,
  passWithWebhooksEveryMs: 5 * minuteMs,
  leaseMs: 10 * minuteMs,
  afterRefusalMs: 10 * minuteMs,
  overlapMs: 5 * minuteMs,
  firstLookBackMs: 30 * dayMs,
  lookAgainAfterMs: [5_000, 15_000, 60_000],
  newsMs: 2 * minuteMs,
  endedEveryMs: 6 * hourMs,
  endedForMs: 3 * dayMs,
  openEveryMs: dayMs,
  rechecksPerPass: 30,
  pageSize: 100,
};

/** Injection token of the `BookingSyncTimings`. */
export const BOOKING_SYNC_TIMINGS = Symbol('booking sync timings');
