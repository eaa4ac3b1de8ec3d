import { Client } from 'pg';
import { createDataSource } from '../../ormconfig.js';
import { startBundledPostgres, type BundledPostgres } from '../../src/database/bundled/bundled-postgres.js';
import { makeDataDir, removeDataDir } from './data-dir.js';
import { templateDatabase } from './database.js';

let server: BundledPostgres | null = null;

/** One server for the whole run, in a folder of its own, with a migrated database that every test file clones. */
export async function startTestServer(): Promise<void> {
  const dataDir = makeDataDir();
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  process.once('exit', () => removeDataDir(dataDir));
  server = await startBundledPostgres({ dataDir, fast: true });
  process.env.TEST_SERVER_URL = server.url;
  await makeTemplate(server.url);
}

export async function stopTestServer(): Promise<void> {
  await server?.stop();
}

async function makeTemplate(serverUrl: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  await client.end();
  const url = new URL(serverUrl);
  url.pathname = templateDatabase;
  const dataSource = await createDataSource(url.href).initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
}
