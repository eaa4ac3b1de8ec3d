import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../config/settings.js';
import { SealedStore } from '../encryption/sealed-store.js';
import { hasTimeZoneData } from './time-zone-data.js';

/** A database that takes longer to answer this is none to send people to. */
const databaseAnswersWithinMs = 2_000;

export interface Readiness {
  /** `degraded`: it works, but not for every organization; send people here all the same. */
  readonly status: 'ready' | 'degraded' | 'not ready';
  readonly checks: Readonly<Record<'database' | 'migrations' | 'encryption_keys' | 'time_zone_data', boolean>>;
  /** How many organizations have to enter their Cal.com key again, as no encryption key opens it. */
  readonly organizations_with_unreadable_keys: number;
}

/** Whether this replica can do its work: database, migrations, a key, true hours. */
@Injectable()
export class ReadinessService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly sealed: SealedStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async check(): Promise<Readiness> {
    const [migrated, unreadable] = await Promise.all([
      inTime(this.isMigrated(), null),
      inTime(this.countUnreadable(), 0),
    ]);
    const checks = {
      database: migrated !== null,
      migrations: migrated === true,
      encryption_keys: this.settings.encryptionKeys.length > 0,
      time_zone_data: hasTimeZoneData(process.versions.tz ?? ''),
    };
    const works = Object.values(checks).every(Boolean);
    return {
      status: works ? (unreadable > 0 ? 'degraded' : 'ready') : 'not ready',
      checks,
      organizations_with_unreadable_keys: unreadable,
    };
  }

  private isMigrated(): Promise<boolean | null> {
    return this.dataSource.showMigrations().then(
      (pending) => !pending,
      () => null,
    );
  }

  private countUnreadable(): Promise<number> {
    return this.sealed.list().then(
      (values) => new Set(values.filter(({ state }) => state === 'unreadable').map(({ orgId }) => orgId)).size,
      () => 0,
    );
  }
}

function inTime<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  return Promise.race([answer, pause(databaseAnswersWithinMs, otherwise, { ref: false })]);
}
