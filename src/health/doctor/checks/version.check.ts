import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../shared/project-root.js';
import type { ServerCheck } from '../check.js';
import { amber, green } from '../finding.js';

export const versionCheck: ServerCheck = {
  of: 'server',
  title: 'Version',
  needsDatabase: false,
  async examine({ dataSource }, actors) {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    const text = `Interlude ${version} on Node ${process.versions.node}.`;
    if (actors.length === 0) {
      return green(text);
    }
    const known = new Set(dataSource.migrations.map((migration) => migration.name ?? migration.constructor.name));
    const run = await dataSource.query<{ name: string }[]>('select name from migrations');
    return run.every(({ name }) => known.has(name))
      ? green(text)
      : amber(`${text} The database was changed by another version.`, 'Run the newest version that was started here.');
  },
};
