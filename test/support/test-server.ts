import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { createDataSource } from '../../ormconfig.js';
import { startBundledPostgres, type BundledPostgres } from '../../src/database/bundled/bundled-postgres.js';
import { makeDataDir, removeDataDir } from './data-dir.js';
import { peopledTemplate, templateDatabase } from './database.js';
import { addPeople } from './people.js';

let server: BundledPostgres | null = null;

/** One server for the whole run, in a folder of its own, with a migrated database that every test file clones. */
export async function startTestServer(): Promise<void> {
  const dataDir = makeDataDir();
  process.once('SIGINT', () => process.exit(130));
  process.once('SIGTERM', () => process.exit(143));
  process.once('exit', () => removeDataDir(dataDir));
  server = await startBundledPostgres({ dataDir, fast: true });
  process.env.TEST_SERVER_URL = server.url;
  process.env.TEST_LOG_DIR = join(dataDir, 'logs');
  mkdirSync(process.env.TEST_LOG_DIR);
  await makeTemplates(server.url);
}

export async function stopTestServer(): Promise<void> {
  await server?.stop();
}

async function makeTemplates(serverUrl: string): Promise<void> {
  const client = new Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(`create database ${templateDatabase}`);
  const dataSource = await createDataSource(urlOf(serverUrl, templateDatabase)).initialize();
  await dataSource.runMigrations();
  await dataSource.destroy();
  await client.query(`create database ${peopledTemplate} template ${templateDatabase}`);
  await client.end();
  await addPeople(urlOf(serverUrl, peopledTemplate));
}

function urlOf(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = database;
  return url.href;
}
