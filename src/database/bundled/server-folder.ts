import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BundledPostgresError } from './bundled-postgres-error.js';
import { canReach, makePrivateFolder, type ServerUser } from './server-user.js';

/** Where one bundled server keeps its things: a folder that the server's user can reach, whoever owns the checkout. */
export class ServerFolder {
  readonly database: string;
  readonly socket: string;
  readonly log: string;
  readonly endpoint: string;
  readonly users: string;

  constructor(readonly path: string) {
    this.database = join(path, 'database');
    this.socket = join(path, 'socket');
    this.log = join(path, 'server.log');
    this.endpoint = join(path, 'endpoint.json');
    this.users = join(path, 'users');
  }

  get holdsDatabase(): boolean {
    return existsSync(this.database);
  }
}

/** `dataDir/postgres` where the server's user can live there, else a folder elsewhere that `dataDir` keeps a pointer to. */
export async function openServerFolder(dataDir: string, user: ServerUser | null): Promise<ServerFolder> {
  const near = new ServerFolder(join(dataDir, 'postgres'));
  const far = await readPointer(dataDir);
  if (far) {
    return far;
  }
  if (await canLive(near, dataDir, user)) {
    return near;
  }
  if (near.holdsDatabase) {
    throw new BundledPostgresError(
      `The database in ${near.path} was made when its folder could be reached by every user; open the folders above it again, or move it away to start afresh.`,
    );
  }
  await rm(near.path, { recursive: true, force: true });
  return makeFarFolder(dataDir);
}

async function canLive(near: ServerFolder, dataDir: string, user: ServerUser | null): Promise<boolean> {
  if (!(await canReach(dataDir, user))) {
    return false;
  }
  await mkdir(near.path, { recursive: true });
  await chmod(near.path, 0o755);
  return makePrivateFolder(near.socket, user);
}

async function makeFarFolder(dataDir: string): Promise<ServerFolder> {
  const far = new ServerFolder(await makeFolderAnywhere());
  await chmod(far.path, 0o755);
  await writePointer(dataDir, far);
  return far;
}

/** The temporary folders come last: systems that clean them file by file would leave half a database. */
async function makeFolderAnywhere(): Promise<string> {
  for (const parent of ['/var/lib', '/var/tmp', '/tmp']) {
    const folder = await mkdtemp(join(parent, 'interlude-')).catch(() => null);
    if (folder) {
      return realpath(folder);
    }
  }
  throw new BundledPostgresError(
    'The bundled Postgres found no folder that its user can reach; set DATA_DIR to one outside of your home, or set DATABASE_URL.',
  );
}

/** A checkout that was copied brings the pointer of the first one along: each has its own database. A moved one keeps it. */
async function readPointer(dataDir: string): Promise<ServerFolder | null> {
  const path = await readLine(join(dataDir, pointerName));
  if (!path || !(await isOurs(path))) {
    return null;
  }
  const owner = await readLine(join(path, ownerName));
  const isCopy = owner !== dataDir && (await readLine(join(owner, pointerName))) === path;
  if (isCopy) {
    return null;
  }
  const far = new ServerFolder(path);
  await writePointer(dataDir, far);
  return far;
}

/** A folder that was cleaned away may have been made again by another user of the machine. */
async function isOurs(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.uid === process.getuid?.();
}

async function writePointer(dataDir: string, far: ServerFolder): Promise<void> {
  await writeFile(join(far.path, ownerName), `${dataDir}\n`);
  await writeFile(join(dataDir, pointerName), `${far.path}\n`);
}

async function readLine(file: string): Promise<string> {
  return (await readFile(file, 'utf8').catch(() => '')).trim();
}

const pointerName = 'postgres-folder';
const ownerName = 'data-folder';
