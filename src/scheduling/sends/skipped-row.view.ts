import type { FieldError } from '../../web/forms.js';
import type { Link } from '../page-parts.view.js';
import type { SendEmail } from './sends.service.js';
import { skipReasons } from './skip-reasons.js';

/** One candidate whom a draft leaves out, and what can be done about it. */
export interface SkippedRow {
  readonly invitationId: string | null;
  readonly name: string;
  readonly email: string;
  readonly reason: string;
  readonly why: string;
  readonly whatHelps: string;
  /** Where it can be lifted, for those who may. */
  readonly remedy: Link | null;
  readonly writeOnce: WriteOnce | null;
}

/** Somebody who opted out may be written to once, after a warning. */
export interface WriteOnce {
  readonly emailId: string;
  readonly warning: string;
  /** Of the box to tick, which is also its id. */
  readonly field: string;
  readonly label: string;
  readonly error: string;
}

export interface SkippedInput {
  readonly canAct: boolean;
  readonly canLift: boolean;
  readonly errors: readonly FieldError[];
}

const mailSettings: Link = { href: '/app/settings/email', label: 'Open the mail settings' };
const assessments: Link = { href: '/app/assessments', label: 'Open the assessments' };

export function writeOnceField(emailId: string): string {
  return `write-once-${emailId}`;
}

export function skippedRow(email: SendEmail, input: SkippedInput): SkippedRow {
  const { canAct, errors } = input;
  const { label = 'Skipped', why = '', whatHelps = '' } = skipReasons[email.reasonCode ?? ''] ?? {};
  return {
    invitationId: email.invitationId,
    name: email.toName,
    email: email.toAddress,
    reason: label,
    why: email.reason ?? why,
    whatHelps,
    remedy: remedy(email, input),
    writeOnce: email.reasonCode === 'opted_out' && canAct ? writeOnce(email, errors) : null,
  };
}

function remedy({ reasonCode }: SendEmail, { canAct, canLift }: SkippedInput): Link | null {
  if (reasonCode === 'assessment_closed') {
    return canAct ? assessments : null;
  }
  return reasonCode === 'suppressed' && canLift ? mailSettings : null;
}

function writeOnce({ id, toName }: SendEmail, errors: readonly FieldError[]): WriteOnce {
  const field = writeOnceField(id);
  return {
    emailId: id,
    warning: `${toName} asked for no more mail. Write only if they asked you to since: unwanted mail gets reported, and then your other mails arrive less often.`,
    field,
    label: `${toName} asked me to write again`,
    error: errors.find((error) => error.field === field)?.message ?? '',
  };
}
