import 'reflect-metadata';
import { EnvironmentError, readSettings } from './config/read-settings.js';
import { createApp } from './create-app.js';
import { databaseFor } from './database/database-for.js';

try {
  const settings = readSettings();
  const database = await databaseFor(settings);
  const app = await createApp(settings, database.url);
  await app.listen(settings.port, settings.host);
  process.once('exit', () => void database.stop());
} catch (error) {
  const words = error instanceof EnvironmentError ? error.message : `Interlude could not start: ${describe(error)}`;
  process.stderr.write(`${words}\n`);
  process.exit(1);
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
