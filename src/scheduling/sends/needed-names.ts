import { mailNames, type MailName } from '../../templating/mail/mail-names.js';
import { parseMailTemplate, type MailContent } from '../../templating/mail/parse-mail-template.js';
import { missingValues } from '../../templating/mail/render-mail.js';

/** The names a message cannot do without: those it uses outside an `{{#if}}` of their own. */
export function neededNames(content: MailContent): MailName[] {
  const parsed = parseMailTemplate(content);
  if (!parsed.ok) {
    return [];
  }
  const all = Object.fromEntries(mailNames.map((name) => [name, 'https://given.example']));
  return mailNames.filter((name) => missingValues(parsed.template, { ...all, [name]: null }).includes(name));
}
