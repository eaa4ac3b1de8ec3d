import { type ParsedQuery } from './query.js';
import { type Host } from './host.js';

export interface Call {
  /** Whose key it is; null without one. */
  readonly by: Host | null;
  readonly params: Record<string, string>;
  readonly query: ParsedQuery;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly body: object;
}

export interface Endpoint {
  readonly method: 'get' | 'post' | 'patch' | 'delete';
  readonly path: string;
  /** Another version does not find the route; none listed: every version does. */
  readonly versions?: readonly string[];
  /** Without a key: `required` answers 401, `permitted` 403 (the guards of the real server differ). */
  readonly key: 'optional' | 'required' | 'permitted';
  readonly answer: (call: Call) => Answer | Promise<Answer>;
}

export function success(data: unknown, status = 200): Answer {
  return { status, body: { status: 'success', data } };
}

/** The host behind a call whose endpoint does not answer without a key. */
export function hostOf(call: Call): Host {
  if (!call.by) throw new Error('an endpoint with a required key was called without one');
  return call.by;
}
