import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BundledPostgresError } from './bundled-postgres-error.js';
import { lifeOf } from './process-life.js';

const patienceMs = 120_000;
const retryEveryMs = 50;

/** Runs one thing at a time among all processes that use a data folder; a lock whose holder died is taken over. */
export async function withDataFolderLock<Result>(dataDir: string, act: () => Promise<Result>): Promise<Result> {
  const file = join(dataDir, 'postgres.lock');
  await acquire(file);
  try {
    return await act();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string): Promise<void> {
  const deadline = Date.now() + patienceMs;
  while (!(await create(file))) {
    if (Date.now() > deadline) {
      throw new BundledPostgresError(`Another process has held ${file} for two minutes; end it, or remove that file.`);
    }
    await removeAbandoned(file);
    await new Promise((resolve) => setTimeout(resolve, retryEveryMs));
  }
}

async function create(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(`${process.pid} ${lifeOf(process.pid)}`);
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw error;
  }
}

async function removeAbandoned(file: string): Promise<void> {
  const [pid, life] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
  if (pid && life && lifeOf(Number(pid)) !== life) {
    await rm(file, { force: true });
  }
}
