import { mailLayout } from './mail-layout.js';
import { mailNames, type MailName, type MailValues } from './mail-names.js';
import type { MailPart, MailTemplate } from './mail-template.js';

export interface RenderedMail {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** The names this recipient's mail uses and has no value for; a booking link that is no web address counts as missing. */
export function missingValues(template: MailTemplate, values: MailValues): MailName[] {
  const clean = cleanValues(values);
  return [...template.namesUsed(clean)].filter((name) => !clean[name]);
}

/** Throws when a value is missing: ask `missingValues` first. */
export function renderMail(template: MailTemplate, values: MailValues, language = 'en'): RenderedMail {
  const clean = cleanValues(values);
  const body = template.bodyFor(clean);
  const subject = template
    .subjectParts(clean)
    .map((node) => (node.kind === 'text' ? node.text : needed(clean, node.name)));
  const title = literal(oneLine(subject.join('')));
  return {
    subject: title,
    html: mailLayout(
      escapeHtml(title),
      filled(body.html, (name) => escapeHtml(needed(clean, name))),
      language,
    ),
    text: `${filled(body.text, (name) => needed(clean, name)).trim()}\n`,
  };
}

function filled(parts: readonly MailPart[], value: (name: MailName) => string): string {
  return parts.map((part) => (typeof part === 'string' ? part : value(part.name))).join('');
}

function needed(values: MailValues, name: MailName): string {
  const value = values[name];
  if (!value) {
    throw new Error(`The mail uses ${name}, which has no value`);
  }
  return value;
}

function cleanValues(values: MailValues): MailValues {
  const entries = mailNames.map((name): [MailName, string] => [name, oneLine(values[name] ?? '')]);
  const clean = Object.fromEntries(entries) as Record<MailName, string>;
  return isWebAddress(clean.booking_link) ? clean : { ...clean, booking_link: '' };
}

export function isWebAddress(text: string): boolean {
  return /^https?:\/\/[^\s"'<>\\`]+$/.test(text) && URL.canParse(text);
}

/** Without line breaks, control characters and the marks that reverse the direction of text. */
export function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** What a mailbox would take for an encoded word (RFC 2047), and show as something else, stays as it was typed but for a space. */
export function literal(subject: string): string {
  return subject.replaceAll('=?', '= ?');
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}
