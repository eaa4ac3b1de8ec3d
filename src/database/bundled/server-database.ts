import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BundledPostgresError } from './bundled-postgres-error.js';
import type { ServerBinaries } from './server-binaries.js';
import type { ServerFolder } from './server-folder.js';
import { makePrivateFolder, type ServerUser } from './server-user.js';
import { serverEnvironment } from './server-process.js';

export const superuser = 'interlude';

const unfinishedPrefix = 'unfinished-';

/** Checks the database's files, or makes them, and answers the superuser's password, which `dataDir` keeps. */
export async function openDatabaseFiles(
  dataDir: string,
  folder: ServerFolder,
  binaries: ServerBinaries,
  user: ServerUser | null,
): Promise<string> {
  const passwordFile = join(dataDir, 'postgres-password');
  if (folder.holdsDatabase) {
    await checkOwner(folder);
    await checkMajor(folder, binaries);
    return readPassword(passwordFile, folder);
  }
  const password = randomBytes(24).toString('base64url');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  await makeDatabaseFiles(folder, binaries, user, password);
  return password;
}

async function checkOwner(folder: ServerFolder): Promise<void> {
  const own = process.getuid?.();
  const { uid } = await stat(folder.database);
  if (own !== undefined && own !== 0 && uid !== own) {
    throw new BundledPostgresError(
      `The database in ${folder.path} belongs to another user of this machine; start as that user, or set DATA_DIR to a folder of your own.`,
    );
  }
}

async function checkMajor(folder: ServerFolder, binaries: ServerBinaries): Promise<void> {
  const major = (await readFile(join(folder.database, 'PG_VERSION'), 'utf8')).trim();
  if (major !== binaries.major) {
    throw new BundledPostgresError(
      `The database in ${folder.path} was made by Postgres ${major} and the bundled one is Postgres ${binaries.major}; move that folder away to start afresh, or set DATABASE_URL to a Postgres ${major} that holds the data.`,
    );
  }
}

async function readPassword(file: string, folder: ServerFolder): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch {
    throw new BundledPostgresError(
      `The database in ${folder.path} has lost its password file ${file}; put it back, or move that folder away to start afresh.`,
    );
  }
}

/**
 * Made beside its place and renamed, so that a start that was cut off never leaves half a database behind. Each try has a folder
 * of its own: the initdb of a killed start may still be writing into the last one.
 */
async function makeDatabaseFiles(
  folder: ServerFolder,
  binaries: ServerBinaries,
  user: ServerUser | null,
  password: string,
): Promise<void> {
  await removeUnfinished(folder);
  const unfinished = await mkdtemp(join(folder.path, unfinishedPrefix));
  const passwordFile = `${unfinished}.password`;
  await makePrivateFolder(unfinished, user);
  try {
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (user) {
      await chown(passwordFile, user.uid, user.gid);
    }
    await runInitdb(binaries, folder, unfinished, user, passwordFile);
  } finally {
    await rm(passwordFile, { force: true });
  }
  await rename(unfinished, folder.database);
}

async function removeUnfinished(folder: ServerFolder): Promise<void> {
  const names = await readdir(folder.path);
  const unfinished = names.filter((name) => name.startsWith(unfinishedPrefix));
  const removals = unfinished.map((name) => rm(join(folder.path, name), { recursive: true, force: true }));
  await Promise.allSettled(removals);
}

async function runInitdb(
  binaries: ServerBinaries,
  folder: ServerFolder,
  target: string,
  user: ServerUser | null,
  passwordFile: string,
): Promise<void> {
  const options = [
    ['--pgdata', target],
    ['--username', superuser],
    ['--pwfile', passwordFile],
    ['--auth', 'scram-sha-256'],
    ['--encoding', 'UTF8'],
    ['--locale', 'C'],
    ['--locale-provider', 'builtin'],
    ['--builtin-locale', 'C.UTF-8'],
  ].map(([name, value]) => `${name}=${value}`);
  try {
    await promisify(execFile)(binaries.initdb, [...options, '--no-instructions'], {
      ...user,
      cwd: folder.path,
      env: serverEnvironment,
    });
  } catch (error) {
    throw new BundledPostgresError(explain(error as NodeJS.ErrnoException & { stderr?: string }, binaries));
  }
}

function explain(error: NodeJS.ErrnoException & { stderr?: string }, binaries: ServerBinaries): string {
  if (error.code === 'ENOENT' && existsSync(binaries.initdb)) {
    return 'The bundled Postgres needs a system with glibc, which this one (Alpine, say) is not; set DATABASE_URL to a Postgres 15 or later.';
  }
  const reason = (error.stderr || error.message).trim().split('\n').at(-1);
  return `The bundled Postgres could not make its database (${reason}); set DATABASE_URL to a Postgres 15 or later.`;
}
