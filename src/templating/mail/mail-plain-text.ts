import type { Token } from 'markdown-it';

/** The same Markdown for people who read text: lists, quotes and rules drawn in characters, links as `words: address`. */
export function plainText(tokens: readonly Token[]): string {
  return blocks(tokens).join('\n\n');
}

function blocks(tokens: readonly Token[]): string[] {
  const found: string[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    if (token.type === 'inline') {
      found.push(inline(token.children ?? []));
    } else if (token.type === 'fence') {
      found.push(indented(token.content.trimEnd(), '    ', '    '));
    } else if (token.type === 'hr') {
      found.push('-'.repeat(24));
    } else if (token.nesting === 1 && !/^(paragraph|heading)_open$/.test(token.type)) {
      const end = endOf(tokens, index);
      found.push(container(token, tokens.slice(index + 1, end)));
      index = end;
    }
  }
  return found;
}

function container(open: Token, inner: readonly Token[]): string {
  if (open.type === 'blockquote_open') {
    return indented(blocks(inner).join('\n\n'), '> ', '> ');
  }
  if (open.type !== 'bullet_list_open' && open.type !== 'ordered_list_open') {
    return blocks(inner).join('\n');
  }
  const items = blocks(inner);
  const first = Number(open.attrGet('start') ?? 1);
  return items
    .map((item, index) => {
      const marker = open.type === 'ordered_list_open' ? `${first + index}. ` : '- ';
      return indented(item, marker, ' '.repeat(marker.length));
    })
    .join('\n');
}

function endOf(tokens: readonly Token[], start: number): number {
  let depth = 0;
  for (let index = start; index < tokens.length; index += 1) {
    depth += tokens[index]!.nesting;
    if (depth === 0) {
      return index;
    }
  }
  return tokens.length;
}

function inline(children: readonly Token[]): string {
  let text = '';
  const links: { href: string; from: number }[] = [];
  for (const child of children) {
    if (child.type === 'link_open') {
      links.push({ href: String(child.attrGet('href') ?? ''), from: text.length });
    } else if (child.type === 'link_close') {
      const link = links.pop()!;
      text = text.slice(0, link.from) + linkText(text.slice(link.from), link.href);
    } else if (child.type === 'softbreak' || child.type === 'hardbreak') {
      text += '\n';
    } else {
      text += child.content;
    }
  }
  return text;
}

function linkText(words: string, href: string): string {
  const address = href.replace(/^mailto:/i, '');
  return words === address || words === href || words.trim() === '' ? address : `${words}: ${address}`;
}

function indented(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : rest}${line}`.trimEnd())
    .join('\n');
}
