import type { NestExpressApplication } from '@nestjs/platform-express';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { projectRoot } from '../shared/project-root.js';

const require = createRequire(import.meta.url);
const publicFolder = join(projectRoot, 'public');
const oneYearMs = 365 * 24 * 60 * 60 * 1000;

/** Changes with any file we serve, so that browsers may keep the files for a year. */
export const assetsVersion = versionOf(publicFolder);

/** Serves `public/` and the few files of npm packages under `/assets/<version>/`. No CDN. */
export function serveAssets(app: NestExpressApplication): void {
  const options = { prefix: `/assets/${assetsVersion}/`, immutable: true, maxAge: oneYearMs, index: false as const };
  app.useStaticAssets(publicFolder, options);
  const vendored = {
    tabler: join(packageFolder('@tabler/core'), 'dist/css'),
    inter: packageFolder('@fontsource-variable/inter'),
    turbo: join(packageFolder('@hotwired/turbo'), 'dist'),
  };
  for (const [name, folder] of Object.entries(vendored)) {
    app.useStaticAssets(folder, { ...options, prefix: `${options.prefix}${name}/` });
  }
}

function packageFolder(name: string): string {
  return dirname(require.resolve(`${name}/package.json`));
}

function versionOf(folder: string): string {
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).toSorted()) {
    hash.update(readFileSync(join(folder, file)));
  }
  for (const name of ['@tabler/core', '@fontsource-variable/inter', '@hotwired/turbo']) {
    hash.update(readFileSync(join(packageFolder(name), 'package.json')));
  }
  return hash.digest('hex').slice(0, 12);
}
