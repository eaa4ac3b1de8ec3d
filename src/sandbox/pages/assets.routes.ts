import express, { Router } from 'express';
import { join } from 'node:path';
import { projectRoot } from '../../shared/project-root.js';

const modules = join(projectRoot, 'node_modules');

const files: Record<string, string> = {
  'tabler.min.css': join(modules, '@tabler', 'core', 'dist', 'css', 'tabler.min.css'),
  'interlude.css': join(projectRoot, 'public', 'interlude.css'),
  'sandbox.css': join(projectRoot, 'views', 'sandbox', 'sandbox.css'),
};

export function assetsRouter(): Router {
  const router = Router();
  router.use('/assets/inter', express.static(join(modules, '@fontsource-variable', 'inter'), { index: false }));
  router.get('/assets/:name', (request, response, next) => {
    const file = files[request.params.name];
    // `dotfiles`: a checkout may lie below a folder whose name starts with a dot.
    if (file) response.sendFile(file, { maxAge: '1m', dotfiles: 'allow' });
    else next();
  });
  return router;
}
