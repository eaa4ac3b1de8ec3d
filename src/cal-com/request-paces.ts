import { createHash } from 'node:crypto';
import type { CalComConnection } from './cal-com-connection.js';
import { RequestPace } from './request-pace.js';

/** One pace per API key, found by a fingerprint: a key outlives its call nowhere in here. */
export class RequestPaces {
  private readonly paces = new Map<string, RequestPace>();

  constructor(private readonly requestsPerMinute: number) {}

  of(connection: CalComConnection, now: Date): RequestPace {
    const fingerprint = createHash('sha256').update(`${connection.apiUrl}\n${connection.apiKey}`).digest('base64');
    const known = this.paces.get(fingerprint);
    if (known) return known;
    this.forgetIdle(now);
    const pace = new RequestPace(this.requestsPerMinute);
    this.paces.set(fingerprint, pace);
    return pace;
  }

  private forgetIdle(now: Date): void {
    for (const [fingerprint, pace] of this.paces) {
      if (pace.isIdle(now)) this.paces.delete(fingerprint);
    }
  }
}
