import { Module, type DynamicModule } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { migratedDataSource, type ConnectionFactory } from './migrated-data-source.js';

@Module({})
export class DatabaseModule {
  /** `connect` comes from ormconfig.ts, the only place that knows the entities and migrations. */
  static with(url: string, connect: ConnectionFactory): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          useFactory: () => ({ type: 'postgres', url, retryAttempts: 0 }),
          dataSourceFactory: () => migratedDataSource(connect(url)),
        }),
      ],
    };
  }
}
