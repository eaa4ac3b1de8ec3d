import type { DataSource } from 'typeorm';

export type ConnectionFactory = (url: string) => DataSource;

const migrationLockKey = 7_295_001;

/** Connects and migrates under an advisory lock, so that replicas may start together. */
export async function migratedDataSource(dataSource: DataSource): Promise<DataSource> {
  await dataSource.initialize();
  const lock = dataSource.createQueryRunner();
  await lock.query('select pg_advisory_lock($1)', [migrationLockKey]);
  try {
    await dataSource.runMigrations({ transaction: 'each' });
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [migrationLockKey]);
    await lock.release();
  }
  return dataSource;
}
