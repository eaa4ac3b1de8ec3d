import { secondAttempt } from '../../email/second-attempt.js';
import type { Badge } from '../page-parts.view.js';
import { emailInWords } from './email-in-words.js';
import { sumOf } from './progress.view.js';
import { emailBadges, troubledStates } from './send-badges.js';
import type { EmailCounts } from './send.entity.js';
import type { SendEmail } from './sends.service.js';

/** `views/partials/scheduling/send-trouble.hbs`: the mails that need a person, and what can be done about each. */
export interface TroubleView {
  readonly heading: string;
  readonly sub: string;
  readonly retryAllLabel: string;
  readonly rows: readonly TroubleRow[];
  /** About those that are not in the rows; '' where all are. */
  readonly more: string;
}

export interface TroubleRow {
  readonly id: string;
  readonly invitationId: string | null;
  readonly name: string;
  readonly address: string;
  readonly badge: Badge;
  readonly what: string;
  readonly canRetry: boolean;
  readonly canSendAgain: boolean;
}

export interface TroubleInput {
  readonly counts: EmailCounts;
  readonly emails: readonly SendEmail[];
  /** Failed mails that a bulk retry takes. */
  readonly retriable: number;
}

export function troubleView({ counts, emails, retriable }: TroubleInput): TroubleView | null {
  const needing = sumOf(counts, (name) => troubledStates.includes(name));
  if (emails.length === 0) {
    return null;
  }
  const rows = emails.map(troubleRow);
  const retryWords = rows.some((row) => row.canRetry) ? ' A retry writes only to the people in this list.' : '';
  return {
    heading: needing === 1 ? '1 needs you' : `${needing} need you`,
    sub: `${troubleInWords(counts)}.${retryWords}`,
    retryAllLabel: retriable > 1 ? `Retry all ${retriable} failed` : '',
    rows,
    more: needing > rows.length ? `And ${needing - rows.length} more. The states above show them all.` : '',
  };
}

/** `3 failed, 1 unknown`. */
export function troubleInWords(counts: EmailCounts): string {
  return troubledStates
    .filter((name) => counts[name])
    .map((name) => `${counts[name]} ${name}`)
    .join(', ');
}

function troubleRow(email: SendEmail): TroubleRow {
  const attempt = secondAttempt(email);
  return {
    id: email.id,
    invitationId: email.invitationId,
    name: email.toName,
    address: email.toAddress,
    badge: emailBadges[email.state]!,
    what: emailInWords(email),
    canRetry: attempt === 'retry',
    canSendAgain: attempt === 'send_again',
  };
}
