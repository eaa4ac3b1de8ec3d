import { access, constants, mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { BundledPostgresError } from './bundled-postgres-error.js';
import { withDataFolderLock } from './data-folder-lock.js';
import { lifeOf } from './process-life.js';
import { openServerBinaries, type ServerBinaries } from './server-binaries.js';
import { openDatabaseFiles, superuser } from './server-database.js';
import { closeEndpoint, openEndpoint, type ServerEndpoint } from './server-endpoint.js';
import { openServerFolder, type ServerFolder } from './server-folder.js';
import {
  findRunningServer,
  lastWords,
  launchServer,
  signalServer,
  stopServer,
  type RunningServer,
} from './server-process.js';
import { serverUser, type ServerUser } from './server-user.js';
import { ServerUsers } from './server-users.js';

const startWithinMs = 120_000;
const retryHeldLockForMs = 15_000;
const askEveryMs = 25;
const databaseName = 'interlude';

interface ServerParts {
  readonly dataDir: string;
  readonly folder: ServerFolder;
  readonly binaries: ServerBinaries;
  readonly password: string;
  readonly user: ServerUser | null;
  readonly users: ServerUsers;
  readonly fast: boolean;
}

/** One server on one data folder, as one process sees it: started by us, or found running and shared. */
export class BundledServer {
  private running: RunningServer | null = null;

  private constructor(private readonly parts: ServerParts) {}

  static async open(givenDataDir: string, fast: boolean): Promise<BundledServer> {
    const dataDir = await openDataDir(givenDataDir);
    return withDataFolderLock(dataDir, async () => {
      const user = await serverUser(join(dataDir, 'postgres', 'database'));
      const folder = await openServerFolder(dataDir, user);
      const binaries = await openServerBinaries(folder, user);
      const password = await openDatabaseFiles(dataDir, folder, binaries, user);
      const users = new ServerUsers(folder.users);
      const server = new BundledServer({ dataDir, folder, binaries, password, user, users, fast });
      await server.run();
      users.join();
      return server;
    });
  }

  get version(): string {
    return this.parts.binaries.version.split('-')[0] ?? '';
  }

  /** Accepted by `pg`, TypeORM and psql alike: a `host` in the query wins over the one in front, and may be a socket's folder. */
  get url(): string {
    const { host, port } = this.address;
    return `postgresql://${superuser}:${this.parts.password}@localhost:${port}/${databaseName}?host=${encodeURIComponent(host)}`;
  }

  get isAlive(): boolean {
    return this.running !== null && lifeOf(this.running.pid) !== null;
  }

  /** Starts the server again, unless another of its users has done so already. */
  async revive(): Promise<void> {
    await withDataFolderLock(this.parts.dataDir, () => this.run());
  }

  /** Leaves the server; the last of its users stops it. */
  async leave(): Promise<void> {
    await withDataFolderLock(this.parts.dataDir, async () => {
      this.parts.users.leave();
      if (this.isAlive && !this.parts.users.areLeft()) {
        await stopServer(this.parts.binaries, this.parts.folder, this.address.pid);
        await closeEndpoint(this.parts.folder, this.address);
      }
    });
  }

  /** For the end of a process that did not wait for `leave`. */
  leaveAtOnce(): void {
    this.parts.users.leave();
    if (this.isAlive && !this.parts.users.areLeft() && process.platform !== 'win32') {
      signalServer(this.address.pid, 'SIGINT');
    }
  }

  private get address(): RunningServer {
    if (!this.running) {
      throw new BundledPostgresError('The bundled Postgres is not running.');
    }
    return this.running;
  }

  private async run(): Promise<void> {
    const giveUpAt = Date.now() + retryHeldLockForMs;
    while (!(this.running = (await this.adopt()) ?? (await this.launch()))) {
      const reason = await lastWords(this.parts.folder);
      if (!isStillHeld(reason) || Date.now() > giveUpAt) {
        const { log } = this.parts.folder;
        throw new BundledPostgresError(`The bundled Postgres did not start (${reason}); its log is ${log}.`);
      }
      await pause(askEveryMs * 4);
    }
    await this.makeDatabase();
  }

  private async adopt(): Promise<RunningServer | null> {
    const found = await findRunningServer(this.parts.folder);
    return found && (await this.answers(found)) ? found : null;
  }

  private async launch(): Promise<RunningServer | null> {
    const { binaries, folder, user, fast } = this.parts;
    const endpoint = await openEndpoint(folder, user);
    const launched = { ...endpoint, pid: await launchServer(binaries, folder, endpoint, user, fast) };
    return (await this.answers(launched)) ? launched : null;
  }

  /** Waits until the server takes connections; false when it has ended. A server that refuses our password is an error. */
  private async answers(server: RunningServer): Promise<boolean> {
    const giveUpAt = Date.now() + startWithinMs;
    while (lifeOf(server.pid) !== null) {
      const failure = await this.connectOnce(server);
      if (!failure) {
        return true;
      }
      if (failure.code === passwordRefused || Date.now() > giveUpAt) {
        throw new BundledPostgresError(
          `The Postgres that holds ${this.parts.folder.path} (process ${server.pid}) does not let us in (${failure.message}); end it and start again.`,
        );
      }
      await pause(askEveryMs);
    }
    return false;
  }

  private async connectOnce(server: ServerEndpoint): Promise<NodeJS.ErrnoException | null> {
    try {
      await this.withClient(server, (client) => client.query('select 1'));
      return null;
    } catch (error) {
      return error as NodeJS.ErrnoException;
    }
  }

  private async makeDatabase(): Promise<void> {
    await this.withClient(this.address, async (client) => {
      const found = await client.query('select 1 from pg_database where datname = $1', [databaseName]);
      if (found.rowCount === 0) {
        await client.query(`create database ${databaseName}`);
      }
    });
  }

  private async withClient(server: ServerEndpoint, use: (client: Client) => Promise<unknown>): Promise<void> {
    const { host, port } = server;
    const client = new Client({ host, port, user: superuser, password: this.parts.password, database: 'postgres' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await use(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function openDataDir(dataDir: string): Promise<string> {
  try {
    await mkdir(dataDir, { recursive: true });
    await access(dataDir, constants.W_OK);
    return await realpath(dataDir);
  } catch (error) {
    throw new BundledPostgresError(
      `The data folder ${dataDir} cannot be written (${(error as Error).message}); set DATA_DIR to a folder of your own, or DATABASE_URL to a Postgres 15 or later.`,
    );
  }
}

/** Right after a crash the old server's last processes may still be leaving. */
function isStillHeld(reason: string): boolean {
  return /lock file .* already exists|shared memory block .* still in use/.test(reason);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const passwordRefused = '28P01';
