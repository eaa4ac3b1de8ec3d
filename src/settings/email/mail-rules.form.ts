import { IsIn, Matches, MaxLength, ValidateBy, ValidateIf } from 'class-validator';
import type { Org } from '../../accounts/org.entity.js';
import type { MailRules } from '../../accounts/orgs.service.js';
import { isEmailAddress } from '../../candidates/email-address.js';
import { WholeNumber } from '../../web/whole-number.decorator.js';

export const mailRuleFields = [
  'mailSenderName',
  'mailReplyTo',
  'undoWindowSeconds',
  'recentMailDays',
  'dailyMailCap',
  'confirmationMails',
] as const;

/** As typed. */
export class MailRulesForm {
  @Matches(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069<>"\\@]*$/u, {
    message: 'For the sender name use one line without <, >, ", \\ and @.',
  })
  @MaxLength(70, { message: 'For the sender name use at most 70 characters.' })
  mailSenderName = '';

  @EmptyOrAddress('For the reply-to address enter one such as hiring@example.com, or nothing.')
  mailReplyTo = '';

  @WholeNumber({ min: 0, max: 3600 }, 'For the undo window enter whole seconds from 0 to 3600.')
  undoWindowSeconds = '';

  @WholeNumber({ min: 0, max: 90 }, 'For people mailed recently enter whole days from 0 to 90.')
  recentMailDays = '';

  @ValidateIf(({ dailyMailCap }: MailRulesForm) => !isEmpty(dailyMailCap))
  @WholeNumber({ min: 1, max: 1_000_000 }, 'For the daily limit enter a whole number from 1 to 1,000,000, or nothing.')
  dailyMailCap = '';

  /** A box that is not ticked is not posted. */
  @IsIn(['', 'on'], { message: 'Tick the box for confirmation mails, or leave it empty.' })
  confirmationMails = '';

  static of(rules: Org): MailRulesForm {
    return Object.assign(new MailRulesForm(), {
      mailSenderName: rules.mailSenderName ?? '',
      mailReplyTo: rules.mailReplyTo ?? '',
      undoWindowSeconds: String(rules.undoWindowSeconds),
      recentMailDays: String(rules.recentMailDays),
      dailyMailCap: String(rules.dailyMailCap ?? ''),
      confirmationMails: rules.confirmationMailsSince ? 'on' : '',
    });
  }

  /** Of a form that was found to be in order. */
  get rules(): MailRules {
    return {
      mailSenderName: this.mailSenderName.trim().replaceAll(/\s+/g, ' ') || null,
      mailReplyTo: this.mailReplyTo.trim() || null,
      undoWindowSeconds: Number(this.undoWindowSeconds),
      recentMailDays: Number(this.recentMailDays),
      dailyMailCap: isEmpty(this.dailyMailCap) ? null : Number(this.dailyMailCap),
      confirmationMails: this.confirmationMails === 'on',
    };
  }
}

function EmptyOrAddress(message: string): PropertyDecorator {
  const validate = (value: unknown) =>
    typeof value === 'string' && !/\p{Cc}/u.test(value) && (isEmpty(value) || isEmailAddress(value.trim()));
  return ValidateBy({ name: 'emptyOrAddress', validator: { validate, defaultMessage: () => message } });
}

function isEmpty(typed: unknown): boolean {
  return typeof typed === 'string' && typed.trim() === '';
}
