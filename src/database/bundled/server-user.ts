import { chmod, chown, mkdir, realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

const nobody: ServerUser = { uid: 65534, gid: 65534 };

/** Postgres refuses to run as root, so root lends it the database's owner, else nobody; null: it runs as whoever runs the app. */
export async function serverUser(databaseFolder: string): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) {
    return null;
  }
  const owner = await stat(databaseFolder).catch(() => null);
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : nobody;
}

/** Whether the server's user may pass through every folder above `path`, and into or execute `path` itself. */
export async function canReach(path: string, user: ServerUser | null): Promise<boolean> {
  if (!user) {
    return true;
  }
  for (let at = await realpath(path); ; at = dirname(at)) {
    const { uid, gid, mode } = await stat(at);
    const executeBit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    if ((mode & executeBit) === 0) {
      return false;
    }
    if (at === dirname(at)) {
      return true;
    }
  }
}

/** Makes a folder that only the server's user can open; false where the file system keeps neither owner nor mode. */
export async function makePrivateFolder(folder: string, user: ServerUser | null): Promise<boolean> {
  await mkdir(folder, { recursive: true });
  if (process.platform === 'win32') {
    return true;
  }
  try {
    if (user) {
      await chown(folder, user.uid, user.gid);
    }
    await chmod(folder, 0o700);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') {
      return false;
    }
    throw error;
  }
  const { uid, mode } = await stat(folder);
  return (mode & 0o777) === 0o700 && (!user || uid === user.uid);
}
