import type { EmailState } from './email.entity.js';

/** What may be done about a mail that did not arrive: try it again, or send it again at the risk of a second one. */
export type SecondAttempt = 'retry' | 'send_again' | null;

interface Attempted {
  readonly state: EmailState | string;
  readonly reasonCode: string | null;
  /** It was sent again before, while nobody knew whether it had gone out. */
  readonly sentAgain: boolean;
}

const mayPass = ['bounce_transient', 'bounce_undetermined'];

export function secondAttempt({ state, reasonCode, sentAgain }: Attempted): SecondAttempt {
  if (state === 'unknown') {
    return 'send_again';
  }
  const certain = state === 'failed' || (state === 'bounced' && mayPass.includes(reasonCode ?? ''));
  if (!certain) {
    return null;
  }
  return sentAgain ? 'send_again' : 'retry';
}

/** SQL: whether nobody knew if a mail had gone out when it was sent again; `email` is the alias of its row. */
export function sentAgain(email: string): string {
  return `exists (select 1 from email_events v where v.email_id = ${email}.id and v.type = 'sent_again')`;
}

/** SQL for `secondAttempt` being 'retry': no attempt went out, or the last one came back. */
export function mayBeRetried(email: string): string {
  return `(${cameBack(email)} and not ${sentAgain(email)})`;
}

/** SQL for `secondAttempt` being 'send_again'. */
export function mayBeSentAgain(email: string): string {
  return `(${email}.state = 'unknown' or ${cameBack(email)} and ${sentAgain(email)})`;
}

/** SQL: what a mail is that was stopped before it left; an attempt before that may have gone out all the same. */
export function stoppedState(email: string): string {
  return `case when ${sentAgain(email)} then 'unknown' else 'cancelled' end`;
}

function cameBack(email: string): string {
  const codes = mayPass.map((code) => `'${code}'`).join(', ');
  return `(${email}.state = 'failed' or ${email}.state = 'bounced' and ${email}.reason_code in (${codes}))`;
}
