import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { BundledServer } from '../../src/database/bundled/bundled-server.js';
import { waitForDeath } from '../../src/database/bundled/process-life.js';
import { makeDataDir, removeDataDir } from '../support/data-dir.js';

const deathWithinMs = 30_000;

/** A Postgres of its own for one run, that can be made to crash: `pg_ctl restart -m immediate`. */
export class CrashingPostgres {
  restarts = 0;
  private downSince: number | null = null;
  private upSince = 0;

  private constructor(
    private readonly server: BundledServer,
    private readonly dataDir: string,
    private readonly removeAtExit: () => void,
  ) {}

  /** `fast` spares the disk: a server that crashes loses nothing by it, only a machine would. */
  static async start({ fast }: { fast: boolean }): Promise<CrashingPostgres> {
    const dataDir = makeDataDir();
    const server = await BundledServer.open(dataDir, fast);
    const removeAtExit = () => {
      server.leaveAtOnce();
      removeDataDir(dataDir);
    };
    process.once('exit', removeAtExit);
    return new CrashingPostgres(server, dataDir, removeAtExit);
  }

  get url(): string {
    return this.server.url;
  }

  /** Ends all of its processes without a word to anybody, and starts it again after `downMs`. */
  async restart(downMs = 0): Promise<void> {
    const pid = await this.pid();
    this.downSince = Date.now();
    process.kill(pid, 'SIGQUIT');
    if (!(await waitForDeath(pid, deathWithinMs))) {
      throw new Error(`Postgres (process ${pid}) did not end.`);
    }
    await new Promise((resolve) => setTimeout(resolve, downMs));
    await this.server.revive();
    this.upSince = Date.now();
    this.downSince = null;
    this.restarts += 1;
  }

  /** Leaves connections open and answers nothing, until the function that it answers is called. */
  async freeze(): Promise<() => void> {
    const pid = await this.pid();
    const backends = await this.ask<{ pid: number }>('select pid from pg_stat_activity where pid <> pg_backend_pid()');
    const pids = [pid, ...backends.map((backend) => backend.pid)];
    pids.forEach((each) => process.kill(each, 'SIGSTOP'));
    return () => pids.forEach((each) => process.kill(each, 'SIGCONT'));
  }

  /** Whether it was away at some time since `since`. */
  wasDownSince(since: number): boolean {
    return this.downSince !== null || this.upSince >= since;
  }

  async ask<Row extends QueryResultRow>(question: string, values: readonly unknown[] = []): Promise<Row[]> {
    const client = new Client({ connectionString: this.url });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query<Row>(question, [...values])).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  async stop(): Promise<void> {
    await this.server.leave();
    process.off('exit', this.removeAtExit);
    removeDataDir(this.dataDir);
  }

  private async pid(): Promise<number> {
    const [row] = await this.ask<{ folder: string }>(`select current_setting('data_directory') folder`);
    return Number.parseInt(await readFile(join(row!.folder, 'postmaster.pid'), 'utf8'), 10);
  }
}
