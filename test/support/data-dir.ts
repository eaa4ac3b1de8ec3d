import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder for one run that the server's user can reach, like a checkout outside of a home. */
export function makeDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'interlude-test-'));
  chmodSync(dataDir, 0o755);
  return dataDir;
}

/** Removes it with the folder elsewhere that it may point to. Synchronous, for the `exit` event. */
export function removeDataDir(dataDir: string): void {
  const pointer = join(dataDir, 'postgres-folder');
  const folders = existsSync(pointer) ? [readFileSync(pointer, 'utf8').trim(), dataDir] : [dataDir];
  for (const folder of folders) {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
