import { IsIn, ValidateIf } from 'class-validator';
import type { Org } from '../../accounts/org.entity.js';
import type { MailRules } from '../../accounts/orgs.service.js';
import { WholeNumber } from './whole-number.decorator.js';

export const mailRuleFields = ['undoWindowSeconds', 'recentMailDays', 'dailyMailCap', 'confirmationMails'] as const;

/** The numbers as they were typed. */
export class MailRulesForm {
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
      undoWindowSeconds: String(rules.undoWindowSeconds),
      recentMailDays: String(rules.recentMailDays),
      dailyMailCap: String(rules.dailyMailCap ?? ''),
      confirmationMails: rules.confirmationMailsSince ? 'on' : '',
    });
  }

  /** Of a form that was found to be in order. */
  get rules(): MailRules {
    return {
      undoWindowSeconds: Number(this.undoWindowSeconds),
      recentMailDays: Number(this.recentMailDays),
      dailyMailCap: isEmpty(this.dailyMailCap) ? null : Number(this.dailyMailCap),
      confirmationMails: this.confirmationMails === 'on',
    };
  }
}

function isEmpty(typed: unknown): boolean {
  return typeof typed === 'string' && typed.trim() === '';
}
