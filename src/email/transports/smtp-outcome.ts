import type { DeliveryOutcome } from './delivery-outcome.js';
import type { SmtpProgress } from './smtp-content.js';

/** What nodemailer rejects with. */
export interface SmtpFault {
  readonly code?: string | undefined;
  /** Of the operating system or of TLS, where `code` is nodemailer's. */
  readonly originalCode?: string | undefined;
  readonly command?: string | undefined;
  readonly responseCode?: number | undefined;
  readonly response?: string | undefined;
  readonly message?: string | undefined;
}

type Told = { readonly code: string; readonly reason: string };

/** Codes of RFC 5321 and RFC 4954 that say something about us, and nothing about the mail. */
const signInCodes = [530, 534, 535, 538];
const closingCode = 421;

/**
 * From the first byte of the content on, only the server's reply to DATA says what became of a mail; before it nothing
 * can have gone out. A refusal of the sender or of our sign-in is one of every mail, all others are of this one.
 */
export function smtpOutcome(fault: SmtpFault, progress: SmtpProgress): DeliveryOutcome {
  const status = fault.responseCode ?? null;
  if (progress === 'content') {
    return status !== null && fault.code === 'EMESSAGE' && fault.command === 'DATA'
      ? refusal(fault, status)
      : unclear(fault);
  }
  if (fault.code === 'ETLS' || isTlsFault(fault)) {
    return paused('smtp_tls', `The connection to the mail server cannot be encrypted: ${reply(fault)}`);
  }
  if (status === closingCode) {
    return refusal(fault, status);
  }
  if (['EAUTH', 'ENOAUTH'].includes(fault.code ?? '') || (status !== null && signInCodes.includes(status))) {
    return paused('smtp_sign_in', `The mail server does not accept our sign-in: ${reply(fault)}`);
  }
  if (progress === 'connecting') {
    return paused('smtp_unavailable', unreachable(fault, status));
  }
  if (status === null || fault.code !== 'EENVELOPE') {
    return brokenOff(fault);
  }
  return fault.command === 'MAIL FROM'
    ? paused('smtp_sender', `The mail server takes no mail from this sender at the moment: ${reply(fault)}`)
    : refusal(fault, status);
}

/** The server answered, and did not take this mail. */
function refusal(fault: SmtpFault, status: number): DeliveryOutcome {
  const told = { code: `smtp_${status}`, reason: '' };
  if (status === closingCode) {
    const reason = `The mail server asked us to come back later: ${reply(fault)}`;
    return { ...told, kind: 'busy', reason, retryAfterMs: null };
  }
  const meaning = meaningOf(reply(fault));
  // 503 says that we spoke out of turn: another conversation can go better.
  return status >= 500 && status !== 503
    ? { ...told, kind: 'refused', reason: `${meaning ?? 'The mail server refused it:'} ${reply(fault)}` }
    : { ...told, kind: 'deferred', reason: `${meaning ?? 'The mail server put it off:'} ${reply(fault)}` };
}

/** The conversation had begun well, so something about this mail may have ended it: the others need not wait for it. */
function brokenOff(fault: SmtpFault): DeliveryOutcome {
  const about: Readonly<Record<string, Told>> = {
    EENVELOPE: { code: 'not_sendable', reason: `It cannot be sent: ${sentence(fault.message)}` },
    EMESSAGE: { code: 'not_sendable', reason: `It cannot be sent: ${sentence(fault.message)}` },
    ESTREAM: { code: 'held_back', reason: 'Interlude was interrupted before it sent anything.' },
    EABORT: { code: 'too_slow', reason: 'The mail server took too long to answer.' },
    ETIMEDOUT: { code: 'too_slow', reason: 'The mail server took too long to answer.' },
  };
  const told = about[fault.code ?? ''] ?? { code: 'cut_off', reason: 'The mail server closed the connection.' };
  return { kind: told.code === 'not_sendable' ? 'refused' : 'deferred', ...told };
}

function unclear(fault: SmtpFault): DeliveryOutcome {
  const reason = ['EABORT', 'ETIMEDOUT'].includes(fault.code ?? '')
    ? 'The mail server took too long to say whether it took the mail.'
    : 'The connection to the mail server broke before it said whether it took the mail.';
  return { kind: 'unclear', code: 'no_answer', reason, retryAfterMs: null };
}

function unreachable(fault: SmtpFault, status: number | null): string {
  if (status !== null) {
    return `The mail server does not take mail at the moment: ${reply(fault)}`;
  }
  const why: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing answers at its address and port.',
    ENOTFOUND: 'its name is not known.',
    EDNS: 'its name cannot be looked up.',
    EABORT: 'it took too long to answer.',
    ETIMEDOUT: 'it took too long to answer.',
    ECONNECTION: 'it closes the connection at once.',
  };
  return `The mail server cannot be reached: ${
    why[fault.originalCode ?? ''] ?? why[fault.code ?? ''] ?? sentence(fault.message)
  }`;
}

function isTlsFault({ originalCode = '' }: SmtpFault): boolean {
  return /CERT|TLS|SSL|^EPROTO$|SIGNATURE/.test(originalCode);
}

/** Enhanced status codes (RFC 3463) that say in every server's words what a person should know. */
const meanings: readonly (readonly [RegExp, string])[] = [
  [/^5\.1\.(1|3|6)$/, 'There is no such mailbox.'],
  [/^5\.(1\.2|1\.10|4\.4)$/, 'The domain of this address takes no mail.'],
  [/^[45]\.2\.1$/, 'This mailbox takes no mail at the moment.'],
  [/^[45]\.2\.2$/, 'The mailbox is full.'],
  [/^5\.(3\.4|2\.3)$/, 'The mail is too large for the server.'],
];

function meaningOf(response: string): string | null {
  const [, enhanced = ''] = /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})\b/.exec(response) ?? [];
  const meaning = meanings.find(([code]) => code.test(enhanced))?.[1];
  return meaning ? `${meaning} The mail server said:` : null;
}

function paused(code: string, reason: string): DeliveryOutcome {
  return { kind: 'paused', code, reason, retryAfterMs: null };
}

function reply(fault: SmtpFault): string {
  return sentence(fault.response || fault.message);
}

function sentence(text = 'no reason given'): string {
  const line = text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
