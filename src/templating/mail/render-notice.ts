import { mailLayout } from './mail-layout.js';
import { renderMarkdown } from './mail-markdown.js';
import { mailSpots } from './mail-spots.js';
import type { MailContent } from './parse-mail-template.js';
import { escapeHtml, isWebAddress, literal, oneLine, type RenderedMail } from './render-mail.js';

const namePattern = /\{\{(\w+)\}\}/g;
/** Letters for private use, which our own words never hold and Markdown leaves alone: stand-ins for values. */
const firstSpot = 0xe000;
const spotPattern = /[\uE000-\uE0FF]/g;

/**
 * A mail in our own words to somebody with an account: Markdown, with values that are never read as such. `{{link}}` is
 * the one address in it. Throws where a value is missing.
 */
export function renderNotice(
  content: MailContent,
  values: Readonly<Record<string, string>>,
  link: string,
): RenderedMail {
  if (!isWebAddress(link)) {
    throw new Error('The link of a mail is no web address.');
  }
  const names = [...new Set([...content.body.matchAll(namePattern)].map((match) => match[1]!))];
  const valueOf = (name: string) => {
    const value = oneLine(values[name] ?? '');
    if (!value) {
      throw new Error(`The mail uses ${name}, which has no value`);
    }
    return value;
  };
  const source = content.body.replace(namePattern, (_, name: string) =>
    name === 'link' ? mailSpots.inText('booking_link') : String.fromCharCode(firstSpot + names.indexOf(name)),
  );
  const body = renderMarkdown(source);
  const filled = (text: string, written: (value: string) => string) =>
    mailSpots
      .split(text)
      .map((part) =>
        typeof part === 'string'
          ? part.replace(spotPattern, (spot) => written(valueOf(names[spot.charCodeAt(0) - firstSpot]!)))
          : written(link),
      )
      .join('');
  const subject = literal(content.subject.replace(namePattern, (_, name: string) => valueOf(name)));
  return {
    subject,
    html: mailLayout(escapeHtml(subject), filled(body.html, escapeHtml), 'en'),
    text: `${filled(body.text, (value) => value).trim()}\n`,
  };
}
