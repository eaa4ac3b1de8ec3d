import MarkdownIt, { type Token } from 'markdown-it';
import { plainText } from './mail-plain-text.js';
import { blockStyles, buttonStyle, linkStyle } from './mail-styles.js';
import { mailSpots } from './mail-spots.js';

/** As CommonMark's own preset has it: what nests deeper takes time and helps nobody. */
const maxNesting = 20;
const shownCharacters = 100;

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting }).disable([
  'code',
  'table',
  'strikethrough',
]);
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false }).add('ftp:', null).add('//', null);

export interface MarkdownOutput {
  /** Both still hold spots where values go: `mailSpots.split` finds them. */
  readonly html: string;
  readonly text: string;
  readonly faults: readonly string[];
}

/**
 * Renders a body whose values are still spots, so that no value is ever read as Markdown, HTML or an address.
 * The one value that may be an address is `booking_link`, alone.
 */
export function renderMarkdown(source: string): MarkdownOutput {
  const tokens = markdown.parse(source, {});
  const faults: string[] = [];
  for (const token of tokens) {
    if (token.children) {
      token.children = linkedBookingAddresses(token.children);
      faults.push(...token.children.flatMap((child) => childFaults(child)));
    }
    token.info = '';
  }
  const text = plainText(tokens);
  tokens.forEach((token, index) => dress(token, holdsOnlyBookingLink(tokens, index)));
  return { html: markdown.renderer.render(tokens, markdown.options, {}), text, faults };
}

/** A bare `{{booking_link}}` in a sentence becomes a link that shows its address. */
function linkedBookingAddresses(children: Token[]): Token[] {
  let inLink = 0;
  return children.flatMap((child) => {
    inLink += child.type === 'link_open' ? 1 : child.type === 'link_close' ? -1 : 0;
    const spot = mailSpots.inText('booking_link');
    if (child.type !== 'text' || inLink > 0 || !child.content.includes(spot)) {
      return [child];
    }
    return child.content
      .split(spot)
      .flatMap((text, index) => [...(index > 0 ? bookingLink(child, spot) : []), likeText(child, text)]);
  });
}

function bookingLink(like: Token, spot: string): Token[] {
  const open = likeText(like, '');
  Object.assign(open, { type: 'link_open', tag: 'a', nesting: 1 });
  open.attrSet('href', spot);
  const close = likeText(like, '');
  Object.assign(close, { type: 'link_close', tag: 'a', nesting: -1 });
  return [open, likeText(like, spot), close];
}

function likeText(like: Token, content: string): Token {
  const token = Object.assign(Object.create(Object.getPrototypeOf(like) as object) as Token, like);
  return Object.assign(token, { content, attrs: null, children: null });
}

function childFaults(child: Token): string[] {
  if (child.type === 'image') {
    return ['Pictures cannot be part of a mail: many programs block them, and they tell who opened it.'];
  }
  if (child.type !== 'link_open') {
    return [];
  }
  const href = String(child.attrGet('href') ?? '');
  if (href === mailSpots.inText('booking_link')) {
    return [];
  }
  const names = mailSpots.namesIn(href);
  if (names.length > 0) {
    return [`Only \`{{booking_link}}\` can be the address of a link, and alone: \`${shortened(href)}\`.`];
  }
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(href)
    ? []
    : [`The address of a link must begin with https://, http:// or mailto:, unlike \`${shortened(href)}\`.`];
}

/** Mail programs know no style sheet: what a part looks like stands in the part. */
function dress(token: Token, asButton: boolean): void {
  const style = blockStyles[token.tag];
  if (style && token.nesting >= 0 && !token.hidden) {
    token.attrSet('style', style);
  }
  for (const child of token.children ?? []) {
    if (child.type === 'link_open') {
      const href = String(child.attrGet('href') ?? '');
      child.attrs = [
        ['href', href],
        ['style', asButton ? buttonStyle : linkStyle],
      ];
    } else if (child.type === 'code_inline') {
      child.attrSet('style', blockStyles['code'] ?? '');
    }
  }
}

/** A paragraph of nothing but a worded link to the booking page is drawn as a button. */
function holdsOnlyBookingLink(tokens: readonly Token[], index: number): boolean {
  const children = (tokens[index]?.children ?? []).filter((child) => child.type !== 'text' || child.content !== '');
  const [first, second] = children;
  return (
    tokens[index - 1]?.type === 'paragraph_open' &&
    first?.type === 'link_open' &&
    first.attrGet('href') === mailSpots.inText('booking_link') &&
    children.findIndex((child) => child.type === 'link_close') === children.length - 1 &&
    second?.content !== mailSpots.inText('booking_link')
  );
}

/** As its author wrote it, and no longer than a sentence can bear. */
function shortened(href: string): string {
  const written = mailSpots.readable(markdown.normalizeLinkText(href));
  return written.length > shownCharacters ? `${written.slice(0, shownCharacters)}…` : written;
}
