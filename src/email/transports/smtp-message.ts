import type { SendMailOptions } from 'nodemailer';
import { domainToASCII } from 'node:url';
import { nameAndAddress } from '../mail-from.js';
import type { FrozenMail } from './mail-transport.js';

/**
 * The mail as it goes to a mail server. Addresses are handed over in parts, so that nothing in them is read as a list of
 * several. The id of the message is made of our mail's: the same in every attempt, so that a mail server or a mailbox
 * that gets it twice can tell.
 */
export function smtpMessage(mail: FrozenMail, emailId: string): SendMailOptions {
  const from = nameAndAddress(mail.from);
  return {
    from,
    to: [{ name: '', address: mail.to[0] }],
    ...(mail.reply_to ? { replyTo: [{ name: '', address: mail.reply_to }] } : {}),
    subject: mail.subject,
    html: mail.html,
    text: mail.text,
    headers: { ...mail.headers },
    messageId: `<${emailId}@${messageDomain(from.address)}>`,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Why no mail server can be asked to take it, or null. */
export function notSendable(mail: FrozenMail): string | null {
  const foreign = [mail.to[0], mail.reply_to ?? ''].find((address) => !isAscii(localPartOf(address)));
  return foreign === undefined
    ? null
    : `It cannot be sent: ${foreign} has other letters than a to z before the @, which many mail servers do not take.`;
}

function isAscii(text: string): boolean {
  return /^[\x21-\x7e]*$/.test(text);
}

function localPartOf(address: string): string {
  return address.slice(0, Math.max(0, address.lastIndexOf('@')));
}

function messageDomain(address: string): string {
  return domainToASCII(address.slice(address.lastIndexOf('@') + 1)) || 'interlude.invalid';
}
