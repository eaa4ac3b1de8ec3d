/** How the gateway behaves towards Cal.com; the token of a value of this shape is `calComOptions`. */
export interface CalComOptions {
  readonly requestsPerMinute: number;
  /** One call, its repetitions included. */
  readonly requestTimeoutMs: number;
  readonly maxResponseBytes: number;
  /** How long to wait before each repetition of a failed read; their number is the number of repetitions. */
  readonly readRetryDelaysMs: readonly number[];
}

export const calComOptions = Symbol('CalComOptions');

export const defaultCalComOptions: CalComOptions = {
  requestsPerMinute: 100,
  requestTimeoutMs: 10_000,
  maxResponseBytes: 5 * 1024 * 1024,
  readRetryDelaysMs: [200, 600],
};
