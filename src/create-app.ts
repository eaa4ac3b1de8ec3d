import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { DestinationStream } from 'pino';
import { createDataSource } from '../ormconfig.js';
import { AppModule } from './app.module.js';
import { configureApp } from './configure-app.js';
import type { Settings } from './config/settings.js';
import { ApiDocument } from './scheduling/api/docs/api-document.service.js';

/** The whole app on this database, configured and not yet listening. Its log goes to stdout unless told otherwise. */
export async function createApp(
  settings: Settings,
  databaseUrl: string,
  logTo?: DestinationStream,
): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with({ settings, databaseUrl, connect: createDataSource, logTo }),
    {
      // What fails before the app has its own logger is told once, by whoever starts it.
      logger: false,
      bufferLogs: true,
      bodyParser: false,
      abortOnError: false,
    },
  );
  configureApp(app, settings);
  app.get(ApiDocument).describe(app);
  return app;
}
