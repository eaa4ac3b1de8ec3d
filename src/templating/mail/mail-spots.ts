import { randomBytes } from 'node:crypto';
import { mailNames, type MailName } from './mail-names.js';
import type { FlatMailNode } from './mail-node.js';

/**
 * Begins every stand-in. Chance alone makes it, so that nobody can write it: not as it is, and not as `&#113;`, which
 * only Markdown would turn into a letter.
 */
const mark = `q${[...randomBytes(16)].map((byte) => String.fromCharCode(97 + (byte % 16))).join('')}`;
const pattern = new RegExp(`${mark}v(\\d)z`, 'g');

/**
 * Stand-ins for values while Markdown is read: plain lower-case letters and digits, which neither Markdown, HTML nor an
 * address ever changes.
 */
export const mailSpots = {
  source(nodes: readonly FlatMailNode[]): string {
    return nodes.map((node) => (node.kind === 'text' ? node.text : this.inText(node.name))).join('');
  },

  inText(name: MailName): string {
    return `${mark}v${mailNames.indexOf(name)}z`;
  },

  namesIn(text: string): MailName[] {
    return [...text.matchAll(pattern)].map((match) => mailNames[Number(match[1])]!);
  },

  /** The text as its author wrote it. */
  readable(text: string): string {
    return text.replace(pattern, (_, index: string) => `{{${mailNames[Number(index)]}}}`);
  },

  /** Fixed text and names in turn. */
  split(text: string): (string | { readonly name: MailName })[] {
    return text.split(pattern).map((part, index) => (index % 2 ? { name: mailNames[Number(part)]! } : part));
  },
};
