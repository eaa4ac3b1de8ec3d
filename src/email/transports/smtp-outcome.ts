import type { DeliveryOutcome } from './delivery-outcome.js';

/** What nodemailer rejects with. */
export interface SmtpFault {
  readonly code?: string;
  readonly command?: string;
  readonly responseCode?: number;
  readonly response?: string;
  readonly message?: string;
}

/**
 * `contentBegun` tells whether any of the mail's content had left: from then on only the server's reply to DATA says
 * what became of it, and before that nothing can have gone out.
 */
export function smtpOutcome(fault: SmtpFault, contentBegun: boolean): DeliveryOutcome {
  const status = fault.responseCode ?? null;
  if (contentBegun && (status === null || fault.command !== 'DATA')) {
    return {
      kind: 'unclear',
      code: 'no_answer',
      reason: 'The connection to the mail server broke before it said whether it took the mail.',
      retryAfterMs: null,
    };
  }
  if (status === null) {
    return unanswered(fault);
  }
  if (fault.code === 'EAUTH' || status === 530 || status === 535) {
    return paused('smtp_sign_in', `The mail server does not accept our sign-in: ${reply(fault)}`);
  }
  if (fault.code !== 'EENVELOPE' && fault.code !== 'EMESSAGE') {
    return paused('smtp_unavailable', `The mail server does not take mail at the moment: ${reply(fault)}`);
  }
  const code = `smtp_${status}`;
  if (status === 421) {
    return {
      kind: 'busy',
      code,
      reason: `The mail server asked us to come back later: ${reply(fault)}`,
      retryAfterMs: null,
    };
  }
  return status >= 500 && status !== 503
    ? { kind: 'refused', code, reason: `The mail server refused it: ${reply(fault)}` }
    : { kind: 'deferred', code, reason: `The mail server put it off: ${reply(fault)}` };
}

function unanswered(fault: SmtpFault): DeliveryOutcome {
  switch (fault.code) {
    case 'EENVELOPE':
    case 'EMESSAGE':
    case 'ESTREAM':
      return { kind: 'refused', code: 'not_sendable', reason: `It cannot be sent: ${sentence(fault.message)}` };
    case 'EAUTH':
    case 'ENOAUTH':
      return paused('smtp_sign_in', `The mail server does not accept our sign-in: ${sentence(fault.message)}`);
    default:
      return paused('smtp_unavailable', `The mail server cannot be reached: ${sentence(fault.message)}`);
  }
}

function paused(code: string, reason: string): DeliveryOutcome {
  return { kind: 'paused', code, reason, retryAfterMs: null };
}

function reply(fault: SmtpFault): string {
  return sentence(fault.response ?? fault.message);
}

function sentence(text = 'no reason given'): string {
  const line = text.replace(/\s+/g, ' ').trim().slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
