import type { Delivery, FrozenBatch, MailTransport } from './mail-transport.js';
import type { TransportHealth } from './transport-health.js';

/** Keeps every mail in the app and sends none: the mail itself is shown from its frozen template and values. */
export class CaptureTransport implements MailTransport {
  readonly name = 'capture';
  readonly keyFingerprint = 'capture';
  readonly maxPerCall = 100;
  readonly idempotent = true;
  readonly requestsPerSecond = null;

  async deliver(batch: FrozenBatch): Promise<Delivery> {
    const items = batch.emailIds.map(() => ({ accepted: true, providerId: null }) as const);
    return { outcome: { kind: 'answered', items } };
  }

  async examine(): Promise<TransportHealth> {
    return {
      state: 'warn',
      text: 'Mail is captured: none leaves this server.',
      todo: 'Set EMAIL_TRANSPORT to resend or smtp to send it.',
    };
  }
}
