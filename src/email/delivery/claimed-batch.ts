import type { Turn } from './rate-gates.service.js';
import type { FrozenBatch } from '../transports/mail-transport.js';

/** A batch that this worker may send until its lease ends. */
export interface ClaimedBatch extends FrozenBatch {
  readonly orgId: string;
  readonly transport: string;
  readonly keyFingerprint: string;
  /** The fence: with another number in the row, somebody else holds the batch. */
  readonly claims: number;
  readonly attempts: number;
  /** An earlier attempt may have had an effect. */
  readonly unclear: boolean;
  /** `performance.now()` just before the lease began. */
  readonly leasedAt: number;
  readonly turn: Turn;
}

export type Claim =
  | { readonly kind: 'batch'; readonly batch: ClaimedBatch }
  /** Some bookkeeping was done; there may be more. */
  | { readonly kind: 'again' }
  /** There is work, and its turn comes later. */
  | { readonly kind: 'later'; readonly waitMs: number }
  | { readonly kind: 'nothing' };
