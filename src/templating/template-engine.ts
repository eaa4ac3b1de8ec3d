import Handlebars from 'handlebars';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { breakable } from './breakable.js';
import { icon } from './icon.js';
import { markForms } from './page-org.js';

type Template = Handlebars.TemplateDelegate<object>;

const compileOptions: CompileOptions = {
  strict: true,
  knownHelpersOnly: true,
  knownHelpers: { icon: true, breakable: true },
  // An indented partial would otherwise indent the values in it too: each line of a textarea, say.
  preventIndent: true,
};
const runtimeOptions: Handlebars.RuntimeOptions = {
  allowProtoPropertiesByDefault: false,
  allowProtoMethodsByDefault: false,
};

/**
 * Handlebars made strict: a misspelt name is an error and not an empty spot, prototypes are out of reach, and the only
 * helpers beyond `if`, `unless`, `each` and `with` are `icon` and `breakable`. `views/partials/x.hbs` is `{{> x}}`.
 */
export class TemplateEngine {
  private readonly handlebars = Handlebars.create();
  private readonly templates = new Map<string, Template>();

  constructor(
    private readonly viewsFolder: string,
    private readonly cached: boolean,
  ) {
    this.handlebars.registerHelper({ icon, breakable });
    this.registerPartials();
  }

  /** Renders `views/pages/<view>.hbs` inside `views/layouts/<layout>.hbs`; its forms name the organization, if any. */
  renderPage(view: string, model: object, layout: string, frame: object, orgId = ''): string {
    if (!this.cached) {
      this.templates.clear();
      this.registerPartials();
    }
    const options = { ...runtimeOptions, data: { orgId } };
    const content = this.template(join('pages', view))(model, options);
    return this.template(join('layouts', layout))({ ...frame, content }, options);
  }

  private template(name: string): Template {
    const known = this.templates.get(name);
    if (known) {
      return known;
    }
    const template = this.compile(`${name}.hbs`);
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
        this.handlebars.registerPartial(name, this.compile(join('partials', file)));
      }
    }
  }

  private compile(file: string): Template {
    const source = readFileSync(join(this.viewsFolder, file), 'utf8');
    return this.handlebars.compile<object>(markForms(source), compileOptions);
  }
}
