import { Resend, type ListDomainsResponseSuccess } from 'resend';
import { keyFingerprint } from './key-fingerprint.js';
import type { Delivery, FrozenBatch, MailTransport } from './mail-transport.js';
import { domainHealth } from './resend-domain.js';
import { resendOutcome } from './resend-outcome.js';
import { resendPace } from './resend-pace.js';
import type { TransportHealth } from './transport-health.js';

/** All that one page can have. */
const mostDomains = 100;

/** Resend, `POST /emails/batch`. */
export class ResendTransport implements MailTransport {
  readonly name = 'resend';
  readonly keyFingerprint: string;
  readonly maxPerCall = 100;
  readonly idempotent = true;
  private readonly resend: Resend;

  constructor(
    apiKey: string,
    baseUrl: string | null,
    readonly requestsPerSecond: number,
  ) {
    this.resend = new Resend(apiKey, baseUrl ? { baseUrl: baseUrl.replace(/\/+$/, '') } : {});
    this.keyFingerprint = keyFingerprint('resend', baseUrl ?? '', apiKey);
  }

  /**
   * `batch.send` of the SDK copies each mail field by field in an order of its own, which another version may change;
   * the same key with another body is refused. `post` only parses and prints: the bytes stay the frozen ones.
   */
  async deliver(batch: FrozenBatch, signal: AbortSignal): Promise<Delivery> {
    const answer = await this.resend.post<unknown>('/emails/batch', JSON.parse(batch.body), {
      idempotencyKey: batch.id,
      headers: { 'x-batch-validation': 'permissive' },
      signal,
    });
    return { outcome: resendOutcome(answer, batch.emailIds.length), pace: resendPace(answer.headers) };
  }

  async examine(from: string, signal: AbortSignal): Promise<TransportHealth> {
    return domainHealth(
      await this.resend.get<ListDomainsResponseSuccess>(`/domains?limit=${mostDomains}`, { signal }),
      from,
    );
  }
}
