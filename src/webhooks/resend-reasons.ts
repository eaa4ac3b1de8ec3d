import { list, text } from './untrusted.js';

const longest = 300;

const bounces: Readonly<Record<string, string>> = {
  'permanent noemail': 'No such mailbox',
  'permanent general': 'The mail server of the recipient refused it for good',
  'permanent suppressed': 'The mail service no longer writes to this address, because earlier mails to it came back',
  'permanent onaccountsuppressionlist':
    'The mail service no longer writes to this address, because earlier mails to it came back',
  'transient general': 'The mail server of the recipient does not take it at the moment',
  'transient mailboxfull': 'The mailbox is full',
  'transient messagetoolarge': 'The mail is too large for the mailbox',
  'transient contentrejected': 'The mail server of the recipient refused what the mail says',
  'transient attachmentrejected': 'The mail server of the recipient refused an attachment',
};
const failures: Readonly<Record<string, string>> = {
  reached_daily_quota: 'The daily quota at Resend was used up',
  reached_monthly_quota: 'The monthly quota at Resend was used up',
};

/** `The mailbox is full: 552 5.2.2 over quota.` */
export function bounceReason(
  kind: 'permanent' | 'transient' | 'undetermined',
  bounce: Readonly<Record<string, unknown>>,
): string {
  const words = own(bounces, `${kind} ${text(bounce['subType'])}`) ?? own(bounces, `${kind} general`);
  const diagnosis = list(bounce['diagnosticCode']).map(text).find(Boolean) ?? text(bounce['diagnosticCode']);
  return sentence(words ?? 'It came back, and nobody said why', diagnosis ?? text(bounce['message']));
}

export function failureReason(failed: Readonly<Record<string, unknown>>): string {
  const reason = text(failed['reason']);
  const known = own(failures, reason ?? '');
  return known ? sentence(known, null) : sentence('Resend could not send it', reason?.replaceAll('_', ' ') ?? null);
}

export function suppressionReason(cause: 'bounce' | 'complaint'): string {
  return cause === 'bounce'
    ? 'Resend did not send it: an earlier mail to this address came back. Its own suppression list has it too.'
    : 'Resend did not send it: the recipient had marked an earlier mail as spam.';
}

function own(words: Readonly<Record<string, string>>, name: string): string | null {
  const key = name.toLowerCase();
  return Object.hasOwn(words, key) ? words[key]! : null;
}

/** In our words, then in the provider's: one line, with an end, and no longer than a page can show. */
function sentence(words: string, detail: string | null): string {
  const line = detail ? `${words}: ${detail.replace(/^(smtp|x-[\w-]+);\s*/i, '')}` : words;
  const whole = line.length < longest ? line : `${line.slice(0, longest - 1).toWellFormed()}…`;
  return /[.!?…]$/.test(whole) ? whole : `${whole}.`;
}
