import { ConsoleLogger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { createDataSource } from '../ormconfig.js';
import { AppModule } from './app.module.js';
import { configureApp } from './configure-app.js';
import type { Settings } from './config/settings.js';
import { ApiDocument } from './scheduling/api/docs/api-document.service.js';

/** Heard only where the app fails before its own logger is there: JSON lines all the same. */
const startLogger = new ConsoleLogger({ json: true, logLevels: ['fatal', 'error', 'warn'] });

/** The whole app on this database, configured and not yet listening. */
export async function createApp(settings: Settings, databaseUrl: string): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.with(settings, databaseUrl, createDataSource),
    {
      bufferLogs: true,
      logger: startLogger,
      rawBody: true,
      bodyParser: false,
      abortOnError: false,
    },
  );
  configureApp(app, settings);
  app.get(ApiDocument).describe(app);
  return app;
}
