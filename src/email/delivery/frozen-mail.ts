import { createHash } from 'node:crypto';
import type { MailValues } from '../../templating/mail/mail-names.js';
import type { RenderedMail } from '../../templating/mail/render-mail.js';
import { withAsciiDomain } from '../ascii-domain.js';
import type { Email } from '../email.entity.js';
import { mailFrom } from '../mail-from.js';
import type { FrozenMail } from '../transports/mail-transport.js';

interface EmailToFreeze {
  readonly id: string;
  readonly kind: Email['kind'];
  readonly toAddress: string;
  readonly replyTo: string | null;
  readonly senderName: string | null;
  readonly templateValues: MailValues | null;
}

/** Everything the provider gets for one mail; its id travels in a tag and a header, so that a lost answer can be mended. */
export function frozenMail(email: EmailToFreeze, mail: RenderedMail, emailFrom: string): FrozenMail {
  return {
    from: mailFrom(emailFrom, email.senderName),
    to: [withAsciiDomain(email.toAddress)],
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    ...(email.replyTo ? { reply_to: withAsciiDomain(email.replyTo) } : {}),
    headers: { 'X-Entity-Ref-ID': email.id, ...(isBulk(email) ? unsubscribeHeaders(email) : {}) },
    tags: [{ name: 'email_id', value: email.id }],
  };
}

/** A confirmation answers what one person did: there is no list to leave, and an opt-out would not stop the next one. */
function isBulk({ kind }: EmailToFreeze): boolean {
  return kind !== 'confirmation';
}

/** The way out of further mail is part of the person's own link; the mail service offers it as a button (RFC 2369, RFC 8058). */
function unsubscribeHeaders({ templateValues }: EmailToFreeze): Readonly<Record<string, string>> {
  const bookingLink = templateValues?.booking_link ?? '';
  return isPlainAddress(bookingLink)
    ? {
        'List-Unsubscribe': `<${bookingLink}/unsubscribe>`,
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      }
    : {};
}

function isPlainAddress(text: string): boolean {
  return /^https?:\/\/[\x21-\x7e]+$/.test(text) && !/[<>,]/.test(text);
}

export function bodyHash(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}
