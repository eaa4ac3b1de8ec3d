import { mailNames, type MailName, type MailValues } from './mail-names.js';
import { deciders, flatten, namesWithValue, type FlatMailNode, type MailNode } from './mail-node.js';
import { renderMarkdown } from './mail-markdown.js';
import { mailSpots } from './mail-spots.js';

export type MailPart = string | { readonly name: MailName };

/** A body whose Markdown is done: only values are missing. */
export interface CompiledBody {
  readonly html: readonly MailPart[];
  readonly text: readonly MailPart[];
  readonly faults: readonly string[];
}

const effortOfLine = 20;

/** An accepted template. Its Markdown is read once for each way its `{{#if}}`s can turn out, at most 32. */
export class MailTemplate {
  private readonly compiled = new Map<string, CompiledBody>();
  private readonly bodyDeciders: readonly MailName[];

  constructor(
    private readonly subject: readonly MailNode[],
    private readonly body: readonly MailNode[],
  ) {
    this.bodyDeciders = mailNames.filter((name) => deciders(body).has(name));
  }

  subjectParts(values: MailValues): readonly FlatMailNode[] {
    return flatten(this.subject, namesWithValue(values));
  }

  bodyFor(values: MailValues): CompiledBody {
    const present = namesWithValue(values);
    return this.compile(new Set(this.bodyDeciders.filter((name) => present.has(name))));
  }

  /** Every way the body can turn out. */
  *variants(): Generator<{ readonly present: ReadonlySet<MailName>; readonly body: CompiledBody }> {
    for (const present of this.decisions()) {
      yield { present, body: this.compile(present) };
    }
  }

  /** What it takes to read the Markdown of all of them, in characters. */
  effort(): number {
    return this.decisions()
      .map((present) => mailSpots.source(flatten(this.body, present)))
      .reduce((sum, source) => sum + source.length + source.split('\n').length * effortOfLine, 0);
  }

  namesUsed(values: MailValues): Set<MailName> {
    const present = namesWithValue(values);
    const nodes = [...flatten(this.subject, present), ...flatten(this.body, present)];
    return new Set(nodes.flatMap((node) => (node.kind === 'value' ? [node.name] : [])));
  }

  private decisions(): Set<MailName>[] {
    return Array.from(
      { length: 2 ** this.bodyDeciders.length },
      (_, bits) => new Set(this.bodyDeciders.filter((_name, index) => bits & (2 ** index))),
    );
  }

  private compile(present: ReadonlySet<MailName>): CompiledBody {
    const key = [...present].join();
    const known = this.compiled.get(key);
    if (known) {
      return known;
    }
    const nodes = flatten(this.body, present);
    const output = renderMarkdown(mailSpots.source(nodes));
    const body = { html: mailSpots.split(output.html), text: mailSpots.split(output.text), faults: output.faults };
    this.compiled.set(key, body);
    return body;
  }
}
