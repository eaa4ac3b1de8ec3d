import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { type FoundEndpoint, WebhookEndpoints } from '../../cal-com/webhook-endpoints.service.js';
import { isSignedByCalCom } from './cal-com-signature.js';

/** Of an endpoint that nobody has. */
const nobodysSecret = randomBytes(32).toString('base64url');
const seenEveryMs = 1_000;

interface Remembered {
  readonly endpoint: FoundEndpoint;
  seenAtMs: number;
}

/**
 * Who signed a delivery. An endpoint that proved right once is remembered and not read again, as long as whoever takes
 * the delivery in checks that it still stands. For all that does not prove right the same is done, known or not.
 */
@Injectable()
export class VerifiedEndpoints {
  private readonly remembered = new Map<string, Remembered>();

  constructor(private readonly endpoints: WebhookEndpoints) {}

  /** `null`: nobody who knows the secret signed exactly this. */
  async verify(endpointId: string, body: Buffer, signature: string): Promise<FoundEndpoint | null> {
    const remembered = this.remembered.get(endpointId)?.endpoint;
    const isSigned = isSignedByCalCom(body, signature, remembered?.secret ?? nobodysSecret);
    if (remembered && isSigned) {
      return remembered;
    }
    const found = await this.endpoints.find(endpointId);
    const isSignedNow = isSignedByCalCom(body, signature, found?.secret ?? nobodysSecret);
    if (!found || !isSignedNow) {
      return null;
    }
    this.remembered.set(endpointId, { endpoint: found, seenAtMs: 0 });
    return found;
  }

  forget({ endpointId }: FoundEndpoint): void {
    this.remembered.delete(endpointId);
  }

  /** Once a second is often enough for whoever looks at it. */
  async markSeen({ endpointId, orgId }: FoundEndpoint): Promise<void> {
    const remembered = this.remembered.get(endpointId);
    const nowMs = Date.now();
    if (remembered && nowMs - remembered.seenAtMs >= seenEveryMs) {
      remembered.seenAtMs = nowMs;
      await this.endpoints.markSeen(orgId);
    }
  }
}
