import { Resend } from 'resend';

export interface SignatureHeaders {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
}

/** The SDK has no other way to its webhooks; nothing is called with this key. */
const { webhooks } = new Resend('unused');

/** Whether the holder of the secret signed exactly this, at most five minutes ago. A repetition is for others to know. */
export function isSignedByResend(payload: string, headers: SignatureHeaders, webhookSecret: string): boolean {
  // The SDK reads no further than the digits, and the id becomes a key of the database.
  if (!/^\d{1,12}$/.test(headers.timestamp) || !/^[\x21-\x7e]{1,256}$/.test(headers.id)) {
    return false;
  }
  try {
    webhooks.verify({ payload, headers, webhookSecret });
    return true;
  } catch (error) {
    // It reads the JSON only after the signature has proved right.
    return error instanceof SyntaxError;
  }
}
