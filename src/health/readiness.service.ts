import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';

const neededTimeZoneData = '2026b';
/** A database that takes longer to answer this is none to send people to. */
const databaseAnswersWithinMs = 2_000;

export interface Readiness {
  readonly status: 'ready' | 'not ready';
  readonly checks: Readonly<Record<'database' | 'migrations' | 'encryption_keys' | 'time_zone_data', boolean>>;
}

/** Whether this replica can do its work: database, migrations, a key, true hours. */
@Injectable()
export class ReadinessService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async check(): Promise<Readiness> {
    const migrated = await Promise.race([this.isMigrated(), pause(databaseAnswersWithinMs, null, { ref: false })]);
    const checks = {
      database: migrated !== null,
      migrations: migrated === true,
      encryption_keys: this.settings.encryptionKeys.length > 0,
      time_zone_data: (process.versions.tz ?? '') >= neededTimeZoneData,
    };
    return { status: Object.values(checks).every(Boolean) ? 'ready' : 'not ready', checks };
  }

  private isMigrated(): Promise<boolean | null> {
    return this.dataSource.showMigrations().then(
      (pending) => !pending,
      () => null,
    );
  }
}
