import type { SendEmail } from './sends.service.js';
import { skipReasons } from './skip-reasons.js';

type Told = Pick<SendEmail, 'state' | 'reason' | 'reasonCode'>;

/** What the state of a mail means where nothing more is known. */
const stateWords: Readonly<Record<string, string>> = {
  draft: 'Part of a draft: nothing has been sent.',
  skipped: 'Left out of this send.',
  queued: 'Waits for its turn.',
  sending: 'Being handed to the mail service.',
  accepted: 'Handed to the mail service; delivery not confirmed yet.',
  delivered: 'It reached the candidate’s mail server.',
  delayed: 'The candidate’s mail server does not take it yet; the mail service keeps trying.',
  bounced: 'The candidate’s mail server sent it back.',
  complained: 'It arrived, and was reported as unwanted. Nothing more goes to this address.',
  suppressed: 'The mail service did not send it, because of an earlier bounce or complaint from this address.',
  failed: 'The mail service refused it. Nothing was sent.',
  cancelled: 'Stopped before it left.',
  unknown: 'No clear answer came: it may or may not have gone out.',
};

/** What follows from the way a mail came back. */
const bounceWords: Readonly<Record<string, string>> = {
  bounce_permanent: 'We will not write to this address again until it is corrected.',
  bounce_transient: 'Trying again later often helps.',
  bounce_undetermined: 'It is not clear whether trying again helps.',
};

/** Why a mail is in its state, and what that means; there is none without words. */
export function emailInWords(email: Told): string {
  const { state, reasonCode } = email;
  const why = reasonOf(email) ?? stateWords[state] ?? '';
  const more = state === 'bounced' ? bounceWords[reasonCode ?? ''] : undefined;
  return more && !why.includes(more) ? `${why} ${more}` : why;
}

/** Why it did not go as it should, or null. */
export function reasonOf({ state, reason, reasonCode }: Told): string | null {
  return reason ?? (state === 'skipped' ? (skipReasons[reasonCode ?? '']?.why ?? null) : null);
}
