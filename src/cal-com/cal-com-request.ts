import type { RouteGroup } from './api-versions.js';
import type { CalComObject } from './cal-com-failure.js';

/** One request to Cal.com and how to read what it answers with. Only a GET is repeated by itself. */
export interface CalComRequest<T> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly group: RouteGroup;
  /** Below the address of the API; starts with a slash. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: object;
  /** The object a 404 is about; without one a 404 means that there is no such route at this address. */
  readonly about?: CalComObject;
  /** `null`: not what this request should be answered with. */
  readonly read: (data: unknown, envelope: Readonly<Record<string, unknown>>) => T | null;
}

export interface CalComAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

export function isWrite(request: CalComRequest<unknown>): boolean {
  return request.method !== 'GET';
}
