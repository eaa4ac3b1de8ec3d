import { transformSync } from '@swc/core';
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import jestConfig from '../../jest.config.js';

const [, compilerOptions] = jestConfig.transform['^.+\\.ts$'];

/** Runs the source as it is outside of Jest's own modules: in the global set-up, and in a child (`node --import` this file). */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const source = specifier.startsWith('.') && new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
    const isSource = source && source.pathname.endsWith('.ts') && existsSync(fileURLToPath(source));
    return isSource ? { url: source.href, format: 'module', shortCircuit: true } : nextResolve(specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.startsWith('file:') || !url.endsWith('.ts')) {
      return nextLoad(url, context);
    }
    const filename = fileURLToPath(url);
    const { code } = transformSync(readFileSync(filename, 'utf8'), { ...compilerOptions, filename });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
