import Handlebars from 'handlebars';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { projectRoot } from '../../shared/project-root.js';

const viewsFolder = join(projectRoot, 'views', 'sandbox');
const iconsFolder = join(projectRoot, 'node_modules', 'lucide-static', 'icons');

/** The sandbox's own small door to Handlebars: strict, escaping, every template also a partial. */
export class Renderer {
  private readonly handlebars = Handlebars.create();
  private readonly templates = new Map<string, Handlebars.TemplateDelegate>();

  constructor() {
    this.handlebars.registerHelper('icon', icon);
    for (const file of readdirSync(viewsFolder)) {
      if (!file.endsWith('.hbs')) continue;
      const name = basename(file, '.hbs');
      const source = readFileSync(join(viewsFolder, file), 'utf8');
      const template = this.handlebars.compile(source, { strict: true });
      this.handlebars.registerPartial(name, template);
      this.templates.set(name, template);
    }
  }

  render(name: string, view: object): string {
    const template = this.templates.get(name);
    if (!template) throw new Error(`no page ${name}`);
    return template(view);
  }
}

const shapes = new Map<string, string>();

function icon(name: string): Handlebars.SafeString {
  let shape = shapes.get(name);
  if (!shape) {
    const svg = readFileSync(join(iconsFolder, `${name}.svg`), 'utf8');
    shape = svg.slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>')).trim();
    shapes.set(name, shape);
  }
  return new Handlebars.SafeString(
    `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape}</svg>`,
  );
}
