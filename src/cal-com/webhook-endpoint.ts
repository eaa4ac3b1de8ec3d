import type { Settings } from '../config/settings.js';
import { isAllowedHost } from './api-url.js';
import type { CalComConnection } from './cal-com-connection.js';
import { type CalComFailure, describeCalComFailure } from './cal-com-failure.js';
import { isPublicAddress } from './public-address.js';

/** Where Cal.com is to tell what becomes of the bookings of one connection. */
export interface WebhookEndpoint {
  readonly endpointId: string;
  readonly secret: string;
  /** Cal.com's id of it, as far as we know. */
  readonly webhookId: string | null;
}

/** Under the address that is ours. */
export function endpointsUrl({ publicUrl }: Settings): string {
  return `${publicUrl}/webhooks/cal-com/`;
}

/** Why it would be of no use to register a webhook there; `null`: it is to be tried. */
export function whyNotReachable({ apiUrl }: CalComConnection, { publicUrl, calCom }: Settings): string | null {
  if (isAllowedHost(new URL(apiUrl), calCom.allowedHosts) || isPublicAddress(publicUrl)) return null;
  return publicUrl.startsWith('https:')
    ? `Cal.com cannot reach ${publicUrl}: it is on this machine or a private network. Set PUBLIC_URL to a public https address.`
    : `Cal.com delivers to https addresses only, and the address of this server is ${publicUrl}. Set PUBLIC_URL to a public https address.`;
}

/** It is read some time later, so a pause has no end in it. */
export function describeWebhookFailure(failure: CalComFailure): string {
  if (failure.kind === 'rate-limited') return 'Cal.com asked for a pause.';
  return failure.kind === 'unknown-outcome' ? 'Cal.com did not answer clearly.' : describeCalComFailure(failure);
}
