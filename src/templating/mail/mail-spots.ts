import { mailNames, type MailName } from './mail-names.js';
import type { FlatMailNode } from './mail-node.js';

/**
 * Stand-ins for values while Markdown is read: plain lower-case letters and digits, which neither Markdown, HTML nor an
 * address ever changes, and which the template itself does not contain.
 */
export class MailSpots {
  private readonly mark: string;
  private readonly pattern: RegExp;

  constructor(nodes: readonly FlatMailNode[]) {
    const written = nodes
      .map((node) => (node.kind === 'text' ? node.text : ' '))
      .join('')
      .toLowerCase();
    let mark = 'qzx';
    while (written.includes(mark)) {
      mark += 'x';
    }
    this.mark = mark;
    this.pattern = new RegExp(`${mark}v(\\d)z`, 'g');
  }

  source(nodes: readonly FlatMailNode[]): string {
    return nodes.map((node) => (node.kind === 'text' ? node.text : this.inText(node.name))).join('');
  }

  inText(name: MailName): string {
    return `${this.mark}v${mailNames.indexOf(name)}z`;
  }

  namesIn(text: string): MailName[] {
    return [...text.matchAll(this.pattern)].map((match) => mailNames[Number(match[1])]!);
  }

  /** The text as its author wrote it. */
  readable(text: string): string {
    return text.replace(this.pattern, (_, index: string) => `{{${mailNames[Number(index)]}}}`);
  }

  /** Fixed text and names in turn. */
  split(text: string): (string | { readonly name: MailName })[] {
    return text.split(this.pattern).map((part, index) => (index % 2 ? { name: mailNames[Number(part)]! } : part));
  }
}
