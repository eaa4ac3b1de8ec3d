import Handlebars from 'handlebars';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { icon } from './icon.js';

type Template = Handlebars.TemplateDelegate<object>;

const compileOptions: CompileOptions = {
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { icon: true },
  // An indented partial would otherwise indent the values in it too: each line of a textarea, say.
  preventIndent: true,
};
const runtimeOptions: Handlebars.RuntimeOptions = {
  allowProtoPropertiesByDefault: false,
  allowProtoMethodsByDefault: false,
};

/**
 * Handlebars made strict: a misspelt name is an error and not an empty spot, prototypes are out of reach, and
 * the only helper beyond `if`, `unless`, `each` and `with` is `icon`. `views/partials/x.hbs` is `{{> x}}`.
 */
export class TemplateEngine {
  private readonly handlebars = Handlebars.create();
  private readonly templates = new Map<string, Template>();

  constructor(
    private readonly viewsFolder: string,
    private readonly cached: boolean,
  ) {
    this.handlebars.registerHelper('icon', icon);
    this.registerPartials();
  }

  /** Renders `views/pages/<view>.hbs` inside `views/layouts/<layout>.hbs`. */
  renderPage(view: string, model: object, layout: string, frame: object): string {
    if (!this.cached) {
      this.templates.clear();
      this.registerPartials();
    }
    const content = this.template(join('pages', view))(model, runtimeOptions);
    return this.template(join('layouts', layout))({ ...frame, content }, runtimeOptions);
  }

  private template(name: string): Template {
    const known = this.templates.get(name);
    if (known) {
      return known;
    }
    const source = readFileSync(join(this.viewsFolder, `${name}.hbs`), 'utf8');
    const template = this.handlebars.compile<object>(source, compileOptions);
    this.templates.set(name, template);
    return template;
  }

  private registerPartials(): void {
    const folder = join(this.viewsFolder, 'partials');
    for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.hbs')) {
        const name = relative('.', file)
          .replace(/\.hbs$/, '')
          .replaceAll('\\', '/');
        this.handlebars.registerPartial(
          name,
          this.handlebars.compile(readFileSync(join(folder, file), 'utf8'), compileOptions),
        );
      }
    }
  }
}
