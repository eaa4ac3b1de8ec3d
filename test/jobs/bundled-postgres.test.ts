import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Client } from 'pg';
import { startBundledPostgres, type BundledPostgres } from '../../src/database/bundled/bundled-postgres.js';
import { lifeOf } from '../../src/database/bundled/process-life.js';
import { findPackageFolder } from '../../src/database/bundled/server-binaries.js';
import { makeDataDir, removeDataDir } from '../support/data-dir.js';

describe('the bundled Postgres', () => {
  const servers: BundledPostgres[] = [];
  const children: ChildProcess[] = [];
  let home: string;
  let dataDir: string;

  beforeEach(() => {
    home = makeDataDir();
    dataDir = join(home, 'data');
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
    await Promise.all(servers.splice(0).map((server) => server.stop()));
    removeDataDir(dataDir);
    removeDataDir(home);
  });

  it('starts on a unix socket with a password that only the owner can read', async () => {
    const server = await start();

    expect(await ask(server.url, 'select current_database() as answer')).toBe('interlude');
    expect(await ask(server.url, 'show listen_addresses')).toBe('');
    expect((await stat(join(dataDir, 'postgres-password'))).mode & 0o777).toBe(0o600);
    const stranger = new URL(server.url);
    stranger.password = 'guessed';
    await expect(ask(stranger.href, 'select 1')).rejects.toThrow('password authentication failed');
  });

  it('keeps what was stored from one start to the next', async () => {
    const first = await start();
    await ask(first.url, 'create table notes as select 7 as answer');
    await stopAll();

    const second = await start();

    expect(second.url).toBe(first.url);
    expect(await ask(second.url, 'select answer from notes')).toBe(7);
  });

  it('stops when its last user leaves, and not before', async () => {
    const { url, child } = await startInChild();
    const shared = await start();
    const pid = await serverPid(shared.url);

    child.stdin?.write('leave');
    await once(child, 'exit');
    expect(shared.url).toBe(url);
    expect(await serverPid(shared.url)).toBe(pid);

    await stopAll();
    expect(lifeOf(pid)).toBeNull();
  });

  it('adopts the server that a killed process left behind', async () => {
    const { url, child } = await startInChild();
    const pid = await serverPid(url);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(lifeOf(pid)).not.toBeNull();

    const server = await start();
    expect(await serverPid(server.url)).toBe(pid);

    await stopAll();
    expect(lifeOf(pid)).toBeNull();
  });

  it('starts although the first start was killed while it made the database', async () => {
    const child = spawnChild();
    await waitFor(async () =>
      (await filesIn(join(dataDir, 'postgres'))).some((name) => name.startsWith('unfinished-')),
    );
    child.kill('SIGKILL');
    await once(child, 'exit');

    const server = await start();

    expect(await ask(server.url, 'select 1 as answer')).toBe(1);
  });

  it('replaces a note about a server that is gone and whose process id now belongs to another program', async () => {
    await start();
    await stopAll();
    const note = join(dataDir, 'postgres', 'database', 'postmaster.pid');
    await writeFile(note, `${process.pid}\n${dataDir}\n0\n5432\n${dataDir}\n\n`);

    const server = await start();

    expect(await serverPid(server.url)).not.toBe(process.pid);
  });

  it('revives a server that dies while it is used, at the same address', async () => {
    const server = await start();
    await ask(server.url, 'create table notes as select 7 as answer');
    const pid = await serverPid(server.url);

    process.kill(pid, 'SIGKILL');

    expect(await askPatiently(server.url, 'select answer from notes')).toBe(7);
    expect(await serverPid(server.url)).not.toBe(pid);
  });

  it('works from a checkout in a folder that is closed to everyone else', async () => {
    await chmod(home, 0o700);
    const first = await start();
    await ask(first.url, 'create table notes as select 7 as answer');
    await stopAll();

    const second = await start();

    expect(await ask(second.url, 'select answer from notes')).toBe(7);
  });

  it('works where the path is too long for a unix socket', async () => {
    dataDir = join(home, 'a-folder-with-a-long-name'.repeat(4), 'data');

    const server = await start();

    expect(await ask(server.url, 'select 1 as answer')).toBe(1);
  });

  it('refuses a database of another major version and says what to do', async () => {
    await start();
    await stopAll();
    await writeFile(join(dataDir, 'postgres', 'database', 'PG_VERSION'), '17\n');

    await expect(start()).rejects.toThrow(
      /was made by Postgres 17 and the bundled one is Postgres 18; move that folder/,
    );
  });

  it('names the way out on a platform without a package', () => {
    expect(() => findPackageFolder('sunos-x64')).toThrow(
      'There is no bundled Postgres for sunos-x64; set DATABASE_URL to a Postgres 15 or later.',
    );
  });

  async function start(): Promise<BundledPostgres> {
    const server = await startBundledPostgres({ dataDir, fast: true });
    servers.push(server);
    return server;
  }

  async function stopAll(): Promise<void> {
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  }

  async function startInChild(): Promise<{ url: string; child: ChildProcess }> {
    const child = spawnChild();
    const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    return { url: line.toString().trim(), child };
  }

  function spawnChild(): ChildProcess {
    const support = join(import.meta.dirname, '..', 'support');
    const program = ['--import', join(support, 'run-typescript.mjs'), join(support, 'bundled-postgres-child.ts')];
    const child = spawn(process.execPath, [...program, dataDir], { stdio: ['pipe', 'pipe', 'inherit'] });
    children.push(child);
    return child;
  }
});

async function ask(url: string, question: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(question);
    return rows[0] && Object.values(rows[0])[0];
  } finally {
    await client.end();
  }
}

async function askPatiently(url: string, question: string): Promise<unknown> {
  let answer: unknown;
  await waitFor(async () => {
    answer = await ask(url, question).catch(() => undefined);
    return answer !== undefined;
  });
  return answer;
}

async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error('Waited ten seconds in vain.');
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function filesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch(() => []);
}

async function serverPid(url: string): Promise<number> {
  const folder = (await ask(url, 'show data_directory')) as string;
  return Number.parseInt(await readFile(join(folder, 'postmaster.pid'), 'utf8'), 10);
}
