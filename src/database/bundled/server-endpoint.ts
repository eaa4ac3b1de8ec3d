import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { ServerFolder } from './server-folder.js';
import { makePrivateFolder, type ServerUser } from './server-user.js';

/** Where the server listens: `host` is the folder of its unix socket, or 127.0.0.1 on Windows. */
export interface ServerEndpoint {
  readonly host: string;
  readonly port: number;
}

const defaultPort = 5432;
/** The kernel's limit is 108 bytes on Linux and 104 on macOS, the closing zero included. */
const longestSocketPath = 100;

/** The same place as last time where it is still there, so that an address handed out outlives a restart of the server. */
export async function openEndpoint(folder: ServerFolder, user: ServerUser | null): Promise<ServerEndpoint> {
  const last = JSON.parse(await readFile(folder.endpoint, 'utf8').catch(() => 'null')) as ServerEndpoint | null;
  const endpoint = process.platform === 'win32' ? await openPort(last) : await openSocketFolder(folder, user, last);
  await writeFile(folder.endpoint, JSON.stringify(endpoint));
  return endpoint;
}

export async function closeEndpoint(folder: ServerFolder, endpoint: ServerEndpoint): Promise<void> {
  if (endpoint.host.startsWith(shortPrefix)) {
    await rm(endpoint.host, { recursive: true, force: true });
    await rm(folder.endpoint, { force: true });
  }
}

async function openSocketFolder(
  folder: ServerFolder,
  user: ServerUser | null,
  last: ServerEndpoint | null,
): Promise<ServerEndpoint> {
  if (Buffer.byteLength(join(folder.socket, `.s.PGSQL.${defaultPort}`)) <= longestSocketPath) {
    await makePrivateFolder(folder.socket, user);
    return { host: folder.socket, port: defaultPort };
  }
  if (last && (await makePrivateFolder(last.host, user))) {
    return last;
  }
  const short = await mkdtemp(shortPrefix);
  await makePrivateFolder(short, user);
  return { host: short, port: defaultPort };
}

async function openPort(last: ServerEndpoint | null): Promise<ServerEndpoint> {
  const host = '127.0.0.1';
  const free = last && (await freePort(host, last.port));
  return { host, port: free || (await freePort(host, 0)) || defaultPort };
}

async function freePort(host: string, wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(null));
    probe.listen(wanted, host, () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

const shortPrefix = '/tmp/interlude-socket-';
