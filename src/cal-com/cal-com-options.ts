import type { LookupFunction } from 'node:net';
import type { Settings } from '../config/settings.js';
import { mayBePrivate } from './api-url.js';
import { publicLookup } from './public-lookup.js';

/** How the gateway behaves towards Cal.com; the token of a value of this shape is `calComOptions`. */
export interface CalComOptions {
  readonly requestsPerMinute: number;
  /** One call, its repetitions included. */
  readonly requestTimeoutMs: number;
  readonly maxResponseBytes: number;
  /** How long to wait before each repetition of a failed read; their number is the number of repetitions. */
  readonly readRetryDelaysMs: readonly number[];
  /** Whether whoever runs Interlude allowed this address to be on a private network. */
  readonly mayBePrivate: (apiUrl: URL) => boolean;
  /** How the name of a host is looked up that may not. */
  readonly lookup: LookupFunction;
}

export const calComOptions = Symbol('CalComOptions');

export const defaultCalComOptions: CalComOptions = {
  requestsPerMinute: 100,
  requestTimeoutMs: 10_000,
  maxResponseBytes: 5 * 1024 * 1024,
  readRetryDelaysMs: [200, 600],
  mayBePrivate: () => true,
  lookup: publicLookup(),
};

export function calComOptionsFor({ calCom }: Settings): CalComOptions {
  return {
    ...defaultCalComOptions,
    requestsPerMinute: calCom.requestsPerMinute,
    mayBePrivate: (apiUrl) => mayBePrivate(apiUrl, calCom),
  };
}
