/** What became of one mail of a call that was answered. */
export type ItemOutcome =
  | { readonly accepted: true; readonly providerId: string | null }
  | { readonly accepted: false; readonly code: string; readonly reason: string };

/** What an answer said about the pace: calls allowed in a window, how many are left of it, how long until it begins anew. */
export interface ProviderPace {
  readonly limit: number | null;
  readonly remaining: number | null;
  readonly resetMs: number | null;
}

/** How one call ended. Everything but `answered` and `unclear` says for certain that nothing was accepted by it. */
export type DeliveryOutcome =
  /** An outcome for each mail, in the order of the batch. */
  | { readonly kind: 'answered'; readonly items: readonly ItemOutcome[] }
  /** The request as a whole was refused, perhaps because of one of its mails. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  /** Too much at once: the same again later, not counted as an attempt. */
  | { readonly kind: 'busy'; readonly code: string; readonly reason: string; readonly retryAfterMs: number | null }
  /** Refused for now, because of this mail or its recipient (SMTP 4xx): again later, but not for ever. */
  | { readonly kind: 'deferred'; readonly code: string; readonly reason: string }
  /** Nothing will be accepted until somebody puts something right, or a quota starts anew. */
  | { readonly kind: 'paused'; readonly code: string; readonly reason: string; readonly retryAfterMs: number | null }
  /** No answer that can be trusted: the mails may have gone out. */
  | { readonly kind: 'unclear'; readonly code: string; readonly reason: string; readonly retryAfterMs: number | null }
  /** The provider knows this key with another body: what became of the mails cannot be found out from here. */
  | { readonly kind: 'conflict'; readonly code: string; readonly reason: string };
