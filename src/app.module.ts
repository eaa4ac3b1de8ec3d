import { Module, type DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import { AccountsModule } from './accounts/accounts.module.js';
import { CandidatesModule } from './candidates/candidates.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { DatabaseModule } from './database/database.module.js';
import type { ConnectionFactory } from './database/migrated-data-source.js';
import { EncryptionModule } from './encryption/encryption.module.js';
import { HealthModule } from './health/health.module.js';
import { LimitsModule } from './limits/limits.module.js';
import { SchedulingModule } from './scheduling/scheduling.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { TemplatingModule } from './templating/templating.module.js';
import { loggerOptions } from './web/logger-options.js';
import { WebModule } from './web/web.module.js';
import { WebhooksModule } from './webhooks/webhooks.module.js';

interface Surroundings {
  readonly settings: Settings;
  readonly databaseUrl: string;
  readonly connect: ConnectionFactory;
  readonly logTo: DestinationStream | undefined;
}

@Module({})
export class AppModule {
  static with({ settings, databaseUrl, connect, logTo }: Surroundings): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(settings),
        LoggerModule.forRoot(loggerOptions(settings, logTo)),
        DatabaseModule.with(databaseUrl, connect),
        EncryptionModule,
        TemplatingModule,
        WebModule,
        LimitsModule,
        AccountsModule,
        CandidatesModule,
        HealthModule,
        WebhooksModule,
        SchedulingModule,
        SettingsModule,
      ],
    };
  }
}
