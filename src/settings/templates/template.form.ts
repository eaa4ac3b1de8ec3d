import { readContent } from '../../scheduling/sends/content.form.js';
import type { MailName } from '../../templating/mail/mail-names.js';
import { parseMailTemplate, type MailContent } from '../../templating/mail/parse-mail-template.js';
import type { FieldError } from '../../web/forms.js';
import type { TypedTemplate } from './typed-template.js';

export const templateFields = ['revision', 'subject', 'message', 'candidate'] as const;

export interface TemplateForm {
  readonly typed: TypedTemplate;
  /** The e-mail address of whose mail is to be shown; '' for whoever comes first. */
  readonly candidate: string;
}

export function readTemplate(body: Readonly<Record<string, unknown>>): TemplateForm {
  const { content, revision } = readContent(body);
  const { candidate } = body;
  return {
    typed: { subject: content?.subject ?? '', body: content?.message ?? '', revision },
    candidate: typeof candidate === 'string' ? candidate.replaceAll('\0', '').trim() : '',
  };
}

/** What an admin has to mend before this may be in force. */
export function problemsOf(content: MailContent, needs: readonly MailName[]): FieldError[] {
  const parsed = parseMailTemplate(content, needs);
  return parsed.ok
    ? []
    : parsed.problems.map(({ field, message }) => ({ field: field === 'body' ? 'message' : 'subject', message }));
}

/** 0 where no number stands: no version has it. */
export function readVersion(given: unknown): number {
  return typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : 0;
}
