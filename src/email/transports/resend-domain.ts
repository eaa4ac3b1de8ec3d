import type { Domain } from 'resend';
import type { TransportHealth } from './transport-health.js';

/** What `GET /domains` of Resend answered, as its SDK tells it. */
export interface DomainsAnswer {
  readonly data: { readonly data: readonly Pick<Domain, 'name' | 'status'>[] } | null;
  readonly error: { readonly name: string; readonly statusCode: number | null } | null;
}

const refusingStatuses = [400, 401, 403];
const addRecords = 'Add the DNS records that Resend shows under Domains.';

/** Whether Resend takes mail from this sender. A key that may only send is as good, but cannot tell. */
export function domainHealth({ data, error }: DomainsAnswer, from: string): TransportHealth {
  const domain = domainOf(from);
  if (error?.name === 'restricted_api_key') {
    const text = `Resend accepts the key. It may only send, so whether ${domain} is verified cannot be told from here.`;
    return { state: 'good', text, todo: 'Resend shows it under Domains.' };
  }
  if (error?.statusCode && refusingStatuses.includes(error.statusCode)) {
    return { state: 'bad', text: 'Resend does not accept the key.', todo: 'Set RESEND_API_KEY to a key that works.' };
  }
  if (error || !data) {
    return {
      state: 'bad',
      text: 'Resend cannot be reached right now.',
      todo: 'Try again; if it stays so, look at resend-status.com.',
    };
  }
  const found = data.data.find(({ name }) => name.toLowerCase() === domain);
  if (found?.status === 'verified') {
    return { state: 'good', text: `Resend has verified ${domain}.`, todo: '' };
  }
  if (found?.status === 'partially_verified') {
    return { state: 'warn', text: `Resend has verified a part of ${domain}.`, todo: addRecords };
  }
  return {
    state: 'bad',
    text: found ? `Resend has not verified ${domain}.` : `This Resend account does not have ${domain}.`,
    todo: found ? addRecords : `Add ${domain} at Resend under Domains, or change EMAIL_FROM.`,
  };
}

function domainOf(from: string): string {
  return from
    .slice(from.lastIndexOf('@') + 1)
    .replace(/>.*$/, '')
    .toLowerCase();
}
