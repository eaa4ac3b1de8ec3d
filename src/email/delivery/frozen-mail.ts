import { createHash } from 'node:crypto';
import type { RenderedMail } from '../../templating/mail/render-mail.js';
import type { FrozenMail } from '../transports/mail-transport.js';

/** Everything the provider gets for one mail; its id travels in a tag and a header, so that a lost answer can be mended. */
export function frozenMail(
  email: { readonly id: string; readonly toAddress: string; readonly replyTo: string | null },
  mail: RenderedMail,
  from: string,
): FrozenMail {
  return {
    from,
    to: [email.toAddress],
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    ...(email.replyTo ? { reply_to: email.replyTo } : {}),
    headers: { 'X-Entity-Ref-ID': email.id },
    tags: [{ name: 'email_id', value: email.id }],
  };
}

export function bodyHash(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
