import { mailNames, type MailName, type MailValues } from './mail-names.js';

/** What is left of a template once it is accepted: text, a name's value, or one of two branches. */
export type MailNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly name: MailName }
  | {
      readonly kind: 'if';
      readonly name: MailName;
      readonly held: readonly MailNode[];
      readonly otherwise: readonly MailNode[];
    };

export type FlatMailNode = Exclude<MailNode, { kind: 'if' }>;

/** The text and values that remain when every `{{#if}}` is decided by which names have a value. */
export function flatten(nodes: readonly MailNode[], present: ReadonlySet<MailName>): FlatMailNode[] {
  return nodes.flatMap((node) =>
    node.kind === 'if' ? flatten(present.has(node.name) ? node.held : node.otherwise, present) : [node],
  );
}

export function namesWithValue(values: MailValues): Set<MailName> {
  return new Set(mailNames.filter((name) => Boolean(values[name]?.trim())));
}

/** The names whose presence decides an `{{#if}}`: only these make one rendering differ in shape from another. */
export function deciders(nodes: readonly MailNode[]): Set<MailName> {
  const names = new Set<MailName>();
  for (const node of nodes) {
    if (node.kind === 'if') {
      names.add(node.name);
      for (const inner of deciders([...node.held, ...node.otherwise])) {
        names.add(inner);
      }
    }
  }
  return names;
}
