import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { startBundledPostgres, type BundledPostgres } from '../src/database/bundled/bundled-postgres.js';
import { startSandbox, type Sandbox } from '../src/sandbox/sandbox.js';
import { BuiltApp, productionEnvironment, type Environment } from '../test/support/built-app.js';
import { makeDataDir, removeDataDir } from '../test/support/data-dir.js';
import { AdminBrowser } from './admin-browser.js';

const templateName = 'bench_template';

/** The bundled Postgres, as safe against a power cut as in production, with one organization ready to send. */
export class BenchServer {
  private constructor(
    private readonly dataDir: string,
    private readonly postgres: BundledPostgres,
    private readonly sandbox: Sandbox,
    /** For what must not count as the app's: it is in a database of its own. */
    readonly observer: Client,
    readonly environment: Environment,
  ) {}

  static async start(): Promise<BenchServer> {
    const dataDir = makeDataDir();
    process.once('exit', () => removeDataDir(dataDir));
    const postgres = await countingPostgres(dataDir);
    const sandbox = await startSandbox({ apiKey: `cal_live_${randomBytes(12).toString('hex')}` });
    const observer = await connected(inDatabase(postgres.url, 'postgres'));
    await observer.query('create extension pg_stat_statements');
    const environment = productionEnvironment({
      databaseUrl: '',
      resendUrl: 'http://127.0.0.1:9',
      calComUrl: sandbox.apiUrl,
      calComKey: sandbox.apiKey,
    });
    const server = new BenchServer(dataDir, postgres, sandbox, observer, environment);
    await server.makeTemplate();
    return server;
  }

  async createDatabase(): Promise<string> {
    const name = `bench_${randomBytes(6).toString('hex')}`;
    await this.observer.query(`create database ${name} template ${templateName}`);
    return inDatabase(this.postgres.url, name);
  }

  async dropDatabase(url: string): Promise<void> {
    await this.observer.query(`drop database ${databaseOf(url)} with (force)`);
  }

  async stop(): Promise<void> {
    await this.observer.end();
    await this.sandbox.stop();
    await this.postgres.stop();
    removeDataDir(this.dataDir);
  }

  /** Migrated, with an admin, and with the event types that Cal.com told; who was mailed lately may be mailed again. */
  private async makeTemplate(): Promise<void> {
    await this.observer.query(`create database ${templateName}`);
    const url = inDatabase(this.postgres.url, templateName);
    const app = await BuiltApp.start({ ...this.environment, DATABASE_URL: url });
    try {
      const admin = await AdminBrowser.signIn(app);
      await admin.post('/app/settings/cal-com/event-types', {});
    } finally {
      await app.stop();
    }
    const client = await connected(url);
    await client.query('update orgs set recent_mail_days = 0');
    await client.end();
  }
}

export async function connected(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

export function databaseOf(url: string): string {
  return new URL(url).pathname.slice(1);
}

/** The counter of statements is loaded at the start alone, so the server starts twice. */
async function countingPostgres(dataDir: string): Promise<BundledPostgres> {
  const first = await startBundledPostgres({ dataDir });
  const client = await connected(first.url);
  await client.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await client.end();
  await first.stop();
  return startBundledPostgres({ dataDir });
}

function inDatabase(serverUrl: string, name: string): string {
  const url = new URL(serverUrl);
  url.pathname = name;
  return url.href;
}
