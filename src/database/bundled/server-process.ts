import { execFile, spawn } from 'node:child_process';
import { readlinkSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BundledPostgresError } from './bundled-postgres-error.js';
import { lifeOf, waitForDeath } from './process-life.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerEndpoint } from './server-endpoint.js';
import type { ServerFolder } from './server-folder.js';
import type { ServerUser } from './server-user.js';

/** Nothing of the app's own environment reaches the server; Windows programs cannot do without theirs. */
export const serverEnvironment = process.platform === 'win32' ? undefined : { LC_ALL: 'C', TZ: 'UTC' };

const fastShutdownMs = 30_000;
const immediateShutdownMs = 5_000;

/** What postmaster.pid says: line 1 the process, 4 the port, 5 the folder of the socket, 6 the address. */
export interface RunningServer extends ServerEndpoint {
  readonly pid: number;
}

/** The server that holds the database now, or null; a note that only seems alive (its id now another program's) is removed. */
export async function findRunningServer(folder: ServerFolder): Promise<RunningServer | null> {
  const file = join(folder.database, 'postmaster.pid');
  const [pidLine, , , port, socketFolder, address] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
  const pid = Number(pidLine);
  if (!pid || lifeOf(pid) === null) {
    return null;
  }
  if (isAnotherProgram(pid, folder)) {
    await rm(file, { force: true });
    return null;
  }
  return { pid, port: Number(port), host: socketFolder || address || '' };
}

/** Starts the server on its own, out of reach of the terminal's Ctrl+C: the app stops it when it has finished itself. */
export async function launchServer(
  binaries: ServerBinaries,
  folder: ServerFolder,
  endpoint: ServerEndpoint,
  user: ServerUser | null,
  fast: boolean,
): Promise<number> {
  const log = await open(folder.log, 'w', 0o600);
  try {
    const server = spawn(binaries.postgres, ['-D', folder.database, ...serverSettings(endpoint, fast)], {
      ...user,
      cwd: folder.path,
      env: serverEnvironment,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    await new Promise((resolve, reject) => server.once('spawn', resolve).once('error', reject));
    server.on('error', () => undefined);
    server.unref();
    return server.pid ?? 0;
  } catch (error) {
    throw new BundledPostgresError(
      `The bundled Postgres could not be started (${(error as Error).message}); set DATABASE_URL instead.`,
    );
  } finally {
    await log.close();
  }
}

/** Asks for a fast shutdown (open transactions roll back) and waits for it. */
export async function stopServer(binaries: ServerBinaries, folder: ServerFolder, pid: number): Promise<void> {
  if (process.platform === 'win32') {
    await promisify(execFile)(binaries.pgCtl, ['stop', '-D', folder.database, '-m', 'fast', '-w']);
    return;
  }
  signalServer(pid, 'SIGINT');
  if (!(await waitForDeath(pid, fastShutdownMs))) {
    signalServer(pid, 'SIGQUIT');
    await waitForDeath(pid, immediateShutdownMs);
  }
}

export function signalServer(pid: number, signal: 'SIGINT' | 'SIGQUIT'): void {
  if (lifeOf(pid) !== null) {
    process.kill(pid, signal);
  }
}

export async function lastWords(folder: ServerFolder): Promise<string> {
  const lines = (await readFile(folder.log, 'utf8').catch(() => '')).trim().split('\n');
  return lines.findLast((line) => /FATAL|ERROR|PANIC|error while/.test(line)) ?? lines.at(-1) ?? '';
}

function serverSettings(endpoint: ServerEndpoint, fast: boolean): string[] {
  const settings: Record<string, string | number> = {
    port: endpoint.port,
    max_connections: 200,
    timezone: 'UTC',
    log_timezone: 'UTC',
    ...(process.platform === 'win32'
      ? { listen_addresses: endpoint.host, unix_socket_directories: '' }
      : { listen_addresses: '', unix_socket_directories: endpoint.host }),
    ...(fast && { fsync: 'off', full_page_writes: 'off' }),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** A server works inside its database's folder, even after that folder was moved. */
function isAnotherProgram(pid: number, folder: ServerFolder): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`) !== folder.database;
  } catch {
    return false;
  }
}
