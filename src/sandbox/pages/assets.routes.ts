import { Router } from 'express';
import { join } from 'node:path';
import { projectRoot } from '../../shared/project-root.js';

const modules = join(projectRoot, 'node_modules');
const fonts = join(modules, '@fontsource-variable', 'inter', 'files');

const assets: Record<string, string> = {
  'tabler.min.css': join(modules, '@tabler', 'core', 'dist', 'css', 'tabler.min.css'),
  'interlude.css': join(projectRoot, 'public', 'interlude.css'),
  'sandbox.css': join(projectRoot, 'views', 'sandbox', 'sandbox.css'),
  'inter-latin.woff2': join(fonts, 'inter-latin-wght-normal.woff2'),
  'inter-latin-ext.woff2': join(fonts, 'inter-latin-ext-wght-normal.woff2'),
  'inter-vietnamese.woff2': join(fonts, 'inter-vietnamese-wght-normal.woff2'),
};

export function assetsRouter(): Router {
  const router = Router();
  router.get('/assets/:name', (request, response, next) => {
    const file = assets[request.params.name];
    // `dotfiles`: a checkout may lie below a folder whose name starts with a dot.
    if (file) response.sendFile(file, { maxAge: '1h', dotfiles: 'allow' });
    else next();
  });
  return router;
}
