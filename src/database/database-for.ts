import type { Settings } from '../config/settings.js';
import { startBundledPostgres } from './bundled/bundled-postgres.js';

export interface RunningDatabase {
  readonly url: string;
  stop(): Promise<void>;
}

/** The configured Postgres, or the bundled one where none is configured (never in production). */
export async function databaseFor(settings: Settings): Promise<RunningDatabase> {
  if (settings.databaseUrl) {
    return { url: settings.databaseUrl, stop: async () => {} };
  }
  return startBundledPostgres({
    dataDir: settings.dataDir,
    log: (sentence) => void process.stderr.write(`${sentence}\n`),
  });
}
