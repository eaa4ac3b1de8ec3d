import type { Pool } from 'pg';
import type { DataSource } from 'typeorm';

/** The connections that TypeORM uses, for what it cannot say: sessions, and statements whose plan is kept. */
export function poolOf(dataSource: DataSource): Pool {
  return (dataSource.driver as unknown as { master: Pool }).master;
}
