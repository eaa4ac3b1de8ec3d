import Handlebars from 'handlebars';
import { isMailName, mailNames, nearestMailName, type MailName } from './mail-names.js';
import type { MailNode } from './mail-node.js';
import type { MailField, MailProblem } from './mail-problem.js';

type Statement = hbs.AST.Statement;

export interface ParsedField {
  readonly nodes: readonly MailNode[];
  readonly problems: readonly MailProblem[];
}

/** Accepts a syntax tree of nothing but text, comments, known names and `{{#if name}}`; names whatever else it holds. */
export function parseMailField(field: MailField, source: string): ParsedField {
  const problems: MailProblem[] = [];
  const rawBlock = source.indexOf('{{{{');
  if (rawBlock !== -1) {
    return {
      nodes: [],
      problems: [{ field, message: `Four braces on line ${lineAt(source, rawBlock)} cannot be used.` }],
    };
  }
  let tree: hbs.AST.Program;
  try {
    tree = Handlebars.parse(source);
  } catch (error) {
    return { nodes: [], problems: [{ field, message: syntaxMessage(error) }] };
  }
  const nodes = new FieldReader(field, source, problems).read(tree);
  return { nodes, problems };
}

class FieldReader {
  constructor(
    private readonly field: MailField,
    private readonly source: string,
    private readonly problems: MailProblem[],
  ) {}

  read(program: hbs.AST.Program): MailNode[] {
    return program.body.flatMap((statement) => this.statement(statement));
  }

  private statement(statement: Statement): MailNode[] {
    switch (statement.type) {
      case 'ContentStatement':
        return this.text(statement as hbs.AST.ContentStatement);
      case 'CommentStatement':
        return [];
      case 'MustacheStatement':
        return this.value(statement as hbs.AST.MustacheStatement);
      case 'BlockStatement':
        return this.block(statement as hbs.AST.BlockStatement);
      default:
        return this.refuse(
          statement,
          `${this.quoted(statement)} cannot be used: a template holds only names and {{#if}}`,
        );
    }
  }

  private text(content: hbs.AST.ContentStatement): MailNode[] {
    const stray = /\{\{|\{\s*(\w+)\s*\}/.exec(content.value);
    if (stray && (stray[1] === undefined || isMailName(stray[1]))) {
      const line = content.loc.start.line + lineAt(content.value, stray.index) - 1;
      const meant = stray[1] ?? 'name';
      this.problem(`\`${stray[0]}\` on line ${line} would be sent as it stands: write \`{{${meant}}}\``, stray[1]);
    }
    return [{ kind: 'text', text: content.value }];
  }

  private value(mustache: hbs.AST.MustacheStatement): MailNode[] {
    if (!mustache.escaped) {
      return this.refuse(mustache, `${this.quoted(mustache)} must be written with two braces and no &`);
    }
    if (mustache.params.length > 0 || mustache.hash) {
      return this.refuse(mustache, `${this.quoted(mustache)} cannot be used: a name stands alone between the braces`);
    }
    const name = this.name(mustache.path, mustache);
    return name ? [{ kind: 'value', name }] : [];
  }

  private block(block: hbs.AST.BlockStatement): MailNode[] {
    const [condition] = block.params;
    if (block.path.type !== 'PathExpression' || (block.path as hbs.AST.PathExpression).original !== 'if') {
      return this.refuse(block, `${this.quoted(block)} cannot be used: the only block is {{#if name}}`);
    }
    const plain = block.params.length === 1 && !block.hash && !block.program?.blockParams?.length;
    if (!plain || !condition) {
      return this.refuse(block, `${this.quoted(block)} needs exactly one name`);
    }
    const name = this.name(condition, block);
    const held = block.program ? this.read(block.program) : [];
    const otherwise = block.inverse ? this.read(block.inverse) : [];
    return name ? [{ kind: 'if', name, held, otherwise }] : [];
  }

  private name(expression: hbs.AST.Expression, within: hbs.AST.Node): MailName | null {
    const original = String((expression as hbs.AST.PathExpression).original ?? '');
    const path = expression.type === 'PathExpression' ? (expression as hbs.AST.PathExpression) : null;
    if (path && !path.data && path.depth === 0 && path.parts.length === 1 && isMailName(original)) {
      return original;
    }
    const nearest = nearestMailName(original);
    const hint = nearest
      ? `Did you mean \`{{${nearest}}}\`?`
      : `Names you can use: ${mailNames.map((known) => `\`{{${known}}}\``).join(', ')}.`;
    this.problem(`${this.quoted(within)} is not a name you can use. ${hint}`, original);
    return null;
  }

  private refuse(node: hbs.AST.Node, message: string): [] {
    const path = (node as { path?: { original?: unknown } }).path?.original;
    this.problem(`${message}.`, typeof path === 'string' ? path : undefined);
    return [];
  }

  private problem(message: string, name?: string): void {
    this.problems.push({ field: this.field, message, ...(name === undefined ? {} : { name }) });
  }

  /** The tag as it was typed, and its line. */
  private quoted(node: hbs.AST.Node): string {
    const { line, column } = node.loc.start;
    const typed = this.source.split(/\r\n?|\n/)[line - 1]?.slice(column) ?? '';
    const tag = /^\{\{[^}]*\}{2,3}/.exec(typed)?.[0] ?? typed.slice(0, 40);
    return `\`${tag.length > 60 ? `${tag.slice(0, 60)}…` : tag}\` on line ${line}`;
  }
}

function lineAt(source: string, index: number): number {
  return source.slice(0, index).split('\n').length;
}

function syntaxMessage(error: unknown): string {
  const text = error instanceof Error ? error.message : '';
  const line = /on line (\d+)/.exec(text)?.[1] ?? /- (\d+):\d+$/.exec(text)?.[1];
  const unmatched = /^(\S+) doesn't match (\S+) - /.exec(text);
  const where = line ? ` on line ${line}` : '';
  return unmatched
    ? `\`{{/${unmatched[2]}}}\`${where} closes a block that begins with \`{{#${unmatched[1]}}}\`.`
    : `The braces${where} do not match: every \`{{\` needs its \`}}\`, every \`{{#if}}\` its \`{{/if}}\`.`;
}
