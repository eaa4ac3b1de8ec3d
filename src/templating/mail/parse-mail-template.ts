import type { MailName } from './mail-names.js';
import type { MailField, MailProblem } from './mail-problem.js';
import { MailTemplate } from './mail-template.js';
import { parseMailField } from './parse-mail-field.js';

export const subjectMaxCharacters = 200;
export const bodyMaxBytes = 20_000;
/** Names and `{{#if}}`s in one field. */
const mostTags = 200;
/** Of all ways the `{{#if}}`s can turn out together: more holds up everybody else while it is read. */
const mostEffort = 30_000;
const mostFaultsTold = 20;

const words: Readonly<Record<MailField, string>> = { subject: 'subject', body: 'message' };

export interface MailContent {
  readonly subject: string;
  readonly body: string;
}

export type ParsedMailTemplate =
  | { readonly ok: true; readonly template: MailTemplate }
  | { readonly ok: false; readonly problems: readonly MailProblem[] };

/** Checks what an admin wrote; `needs` are names without which the mail would be pointless, such as the link. */
export function parseMailTemplate(
  content: MailContent,
  needs: readonly MailName[] = ['booking_link'],
): ParsedMailTemplate {
  const tooLong = lengthProblems(content);
  if (tooLong.length > 0) {
    return { ok: false, problems: tooLong };
  }
  const subject = parseMailField('subject', content.subject);
  const body = parseMailField('body', content.body);
  const problems = [...subject.problems, ...body.problems];
  if (problems.length > 0) {
    return { ok: false, problems };
  }
  const template = new MailTemplate(subject.nodes, body.nodes);
  if (template.effort() > mostEffort) {
    return { ok: false, problems: [tooMuchEffort] };
  }
  const bodyProblems = [...addressProblems(template), ...missingNames(template, needs)];
  return bodyProblems.length > 0 ? { ok: false, problems: bodyProblems } : { ok: true, template };
}

const tooMuchEffort: MailProblem = {
  field: 'body',
  message: 'The message is too long for its many lines or `{{#if}}`s: shorten it, or let fewer names decide.',
};

function lengthProblems({ subject, body }: MailContent): MailProblem[] {
  const problems: MailProblem[] = [];
  if (subject.trim() === '') {
    problems.push({ field: 'subject', message: 'Write a subject.' });
  }
  if (/[\r\n\u2028\u2029]/.test(subject)) {
    problems.push({ field: 'subject', message: 'The subject must be one line.' });
  }
  if (subject.length > subjectMaxCharacters) {
    problems.push({ field: 'subject', message: `The subject must have at most ${subjectMaxCharacters} characters.` });
  }
  if (body.trim() === '') {
    problems.push({ field: 'body', message: 'Write a message.' });
  }
  if (Buffer.byteLength(body) > bodyMaxBytes) {
    problems.push({ field: 'body', message: `The message must have at most ${bodyMaxBytes / 1000} KB.` });
  }
  for (const [field, text] of Object.entries({ subject, body }) as [MailField, string][]) {
    if (text.split('{{').length > mostTags + 1) {
      problems.push({ field, message: `The ${words[field]} must have at most ${mostTags} names and \`{{#if}}\`s.` });
    }
  }
  return problems;
}

function addressProblems(template: MailTemplate): MailProblem[] {
  const faults = [...template.variants()].flatMap((variant) => variant.body.faults);
  return [...new Set(faults)].slice(0, mostFaultsTold).map((message) => ({ field: 'body' as const, message }));
}

function missingNames(template: MailTemplate, needs: readonly MailName[]): MailProblem[] {
  return needs.flatMap((name) => {
    const lacking = [...template.variants()].filter(
      ({ present, body }) =>
        (present.has(name) || !decides(template, name)) &&
        !body.text.some((part) => typeof part !== 'string' && part.name === name),
    );
    if (lacking.length === 0) {
      return [];
    }
    const when = lacking.length < [...template.variants()].length ? ' whatever its `{{#if}}`s decide' : '';
    return [{ field: 'body' as const, name, message: `The message must hold \`{{${name}}}\`${when}.` }];
  });
}

function decides(template: MailTemplate, name: MailName): boolean {
  return [...template.variants()].some(({ present }) => present.has(name));
}
