import type { ServerCheck } from '../check.js';
import { green, red } from '../finding.js';

const oldestPostgres = 150_000;

export const databaseCheck: ServerCheck = {
  of: 'server',
  title: 'Database and migrations',
  needsDatabase: false,
  async examine({ dataSource }) {
    const server = await dataSource
      .query<{ version: string; number: number }[]>(
        `select current_setting('server_version') "version", current_setting('server_version_num')::int "number"`,
      )
      .then(([row]) => row!)
      .catch(() => null);
    if (!server) {
      return red('The database does not answer.', 'Check that Postgres runs and that DATABASE_URL leads to it.');
    }
    const version = server.version.split(' ')[0];
    if (server.number < oldestPostgres) {
      return red(`Postgres ${version} is too old.`, 'Move the database to Postgres 15 or later.');
    }
    if (await dataSource.showMigrations()) {
      return red(
        `Postgres ${version} answers, but its tables are older than this version.`,
        'Run npm run cli -- migrate, or restart the app.',
      );
    }
    return green(`Postgres ${version} answers, and every migration has run.`);
  },
};
