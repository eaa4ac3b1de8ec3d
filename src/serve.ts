import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Settings } from './config/settings.js';
import { EnvironmentError } from './config/read-settings.js';
import { createApp } from './create-app.js';
import { BundledPostgresError } from './database/bundled/bundled-postgres-error.js';
import { databaseFor } from './database/database-for.js';

export interface RunningApp {
  readonly app: NestExpressApplication;
  stop(): Promise<void>;
}

/** Starts database and app and listens. */
export async function serve(settings: Settings): Promise<RunningApp> {
  const database = await databaseFor(settings);
  const app = await createApp(settings, database.url);
  await app.listen(settings.port, settings.host);
  return {
    app,
    stop: async () => {
      await app.close();
      await database.stop();
    },
  };
}

/** Lets a request and a batch under way finish, then ends; a second signal ends at once. */
export function stopOnSignals(stop: () => Promise<void>): void {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(0)));
  }
}

/** Says in one go what keeps the app from starting, and ends. */
export function refuseToStart(error: unknown): never {
  process.stderr.write(`${whyNot(error)}\n`);
  process.exit(1);
}

function whyNot(error: unknown): string {
  if (error instanceof EnvironmentError || error instanceof BundledPostgresError) {
    return error.message;
  }
  const { code, port, stack } = error as { code?: string; port?: number; stack?: string };
  return code === 'EADDRINUSE'
    ? `Port ${port} is taken by another program. End that one, or set PORT to a free port.`
    : `Interlude could not start: ${stack ?? String(error)}`;
}
