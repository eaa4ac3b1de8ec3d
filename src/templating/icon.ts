import Handlebars from 'handlebars';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const iconFolder = join(dirname(createRequire(import.meta.url).resolve('lucide-static/package.json')), 'icons');
const shapes = new Map<string, string>();

/** `{{icon "calendar" class="me-2"}}`: a lucide icon drawn inline, hidden from screen readers. */
export function icon(name: string, options: Handlebars.HelperOptions): Handlebars.SafeString {
  const extra = options.hash['class'] ? ` ${Handlebars.escapeExpression(options.hash['class'])}` : '';
  return new Handlebars.SafeString(
    `<svg class="icon${extra}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${shape(name)}</svg>`,
  );
}

function shape(name: string): string {
  const known = shapes.get(name);
  if (known !== undefined) {
    return known;
  }
  if (!/^[a-z0-9-]+$/.test(name)) {
    throw new Error(`"${name}" is not the name of an icon`);
  }
  const svg = readFileSync(join(iconFolder, `${name}.svg`), 'utf8');
  const inner = svg
    .slice(svg.indexOf('>', svg.indexOf('<svg')) + 1, svg.lastIndexOf('</svg>'))
    .replace(/\s*\n\s*/g, '');
  shapes.set(name, inner);
  return inner;
}
