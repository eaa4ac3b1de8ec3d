import { type Request, type RequestHandler } from 'express';
import { setTimeout as pause } from 'node:timers/promises';
import { internalError, tooManyRequests } from './api-error.js';

/**
 * How the API can misbehave: `down` drops the connection unheard, `lost` does the work and drops the answer,
 * `slow` waits before it works, `garbage` answers 200 with a page, `truncated` breaks off in mid-answer,
 * `500` and `429` refuse.
 */
export type FaultKind = 'down' | 'lost' | 'slow' | 'garbage' | 'truncated' | '500' | '429';

export interface FaultOptions {
  /** How many answers it spoils; one unless told. */
  readonly times?: number;
  readonly delayMs?: number;
  /** Spoils only the answers to such requests; all unless told. */
  readonly only?: (request: { method: string; path: string }) => boolean;
}

interface Fault extends Required<FaultOptions> {
  readonly kind: FaultKind;
  left: number;
}

export class Faults {
  private readonly faults: Fault[] = [];

  constructor(private readonly now: () => Date) {}

  add(kind: FaultKind, { times = 1, delayMs = 30_000, only = () => true }: FaultOptions = {}): void {
    this.faults.push({ kind, times, delayMs, only, left: times });
  }

  clear(): void {
    this.faults.length = 0;
  }

  readonly middleware: RequestHandler = async (request, response, next) => {
    const fault = this.take(request);
    const path = request.originalUrl;
    switch (fault?.kind) {
      case undefined:
        return next();
      case 'down':
        return void request.socket.destroy();
      case 'lost':
        response.send = () => {
          request.socket.destroy();
          return response;
        };
        return next();
      case 'slow':
        await pause(fault.delayMs, undefined, { ref: false });
        return request.socket.destroyed ? undefined : next();
      case 'garbage':
        return void response.type('html').send('<!doctype html><title>502 Bad gateway</title><h1>Bad gateway</h1>');
      case 'truncated':
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': 1000 });
        response.write('{"status":"success","data":{"id":1');
        return void setImmediate(() => request.socket.destroy());
      case '500':
        return void response.status(500).json(internalError().body(path, this.now()));
      case '429':
        response.set({
          'X-RateLimit-Limit-Default': '120',
          'X-RateLimit-Remaining-Default': '0',
          'X-RateLimit-Reset-Default': '60',
        });
        return void response.status(429).json(tooManyRequests().body(path, this.now()));
    }
  };

  private take(request: Request): Fault | undefined {
    const asked = { method: request.method, path: request.baseUrl + request.path };
    const fault = this.faults.find(({ left, only }) => left > 0 && only(asked));
    if (fault) fault.left -= 1;
    return fault;
  }
}
