import type { DeliveryOutcome, ProviderPace } from './delivery-outcome.js';
import type { TransportHealth } from './transport-health.js';

/** One mail as it is frozen in a batch: the words are Resend's, because its request body is stored byte for byte. */
export interface FrozenMail {
  readonly from: string;
  readonly to: readonly [string];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly reply_to?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
}

export interface FrozenBatch {
  /** Also the idempotency key. */
  readonly id: string;
  /** A JSON array of `FrozenMail`. */
  readonly body: string;
  readonly emailIds: readonly string[];
}

export interface Delivery {
  readonly outcome: DeliveryOutcome;
  readonly pace?: ProviderPace;
}

/** A way out for mail. It knows no table; it makes one call and says how that ended. It never throws. */
export interface MailTransport {
  readonly name: string;
  /** Tells one account from another; an unclear attempt is never repeated with another. Says nothing about the key. */
  readonly keyFingerprint: string;
  readonly maxPerCall: number;
  /** The same batch twice has the effect of once. */
  readonly idempotent: boolean;
  /** Calls a second to begin with, over all replicas; null where nothing limits them. */
  readonly requestsPerSecond: number | null;
  /** One that is not idempotent asks `mayGo` right before the first byte of a mail leaves, and heeds the answer. */
  deliver(batch: FrozenBatch, signal: AbortSignal, mayGo?: () => Promise<boolean>): Promise<Delivery>;
  /** Whether mail from this sender would be taken; sends nothing. */
  examine(from: string, signal: AbortSignal): Promise<TransportHealth>;
  close?(): Promise<void>;
}

/** Injection token of the transport that the settings chose. */
export const MAIL_TRANSPORT = Symbol('mail transport');
