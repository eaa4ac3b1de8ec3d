import { zoneInWords } from '../../shared/zoned-time.js';
import { mailRuleFields, type MailRulesForm } from './mail-rules.form.js';

/** What stands in the fields, and the hints that depend on the organization. */
export function mailRulesView(form: MailRulesForm, timeZone: string, waiting: number) {
  const typed = Object.fromEntries(
    mailRuleFields.map((field) => [field, typeof form[field] === 'string' ? form[field] : '']),
  );
  return {
    ...typed,
    capHint: `Empty is no limit. Counted from midnight to midnight in ${zoneInWords(timeZone)}; what is over it waits for the next day.`,
    confirming: form.confirmationMails === 'on',
    waiting: waiting > 0 ? waitingInWords(waiting) : '',
  };
}

function waitingInWords(count: number): string {
  const who = count === 1 ? 'One mail waits' : `${count} mails wait`;
  return `${who} for the next day because of this limit. Another limit applies to ${count === 1 ? 'it' : 'them'} at once.`;
}
