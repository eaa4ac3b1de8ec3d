import type { Db } from 'pg-boss';
import type { EntityManager } from 'typeorm';

/**
 * Lets pg-boss write inside the caller's transaction: a rollback takes the job with it.
 * `manager.query` would answer an UPDATE with `[rows, count]`, so the query runner is asked for the whole result.
 */
export function transactionAdapter(manager: EntityManager): Db {
  return {
    async executeSql(text, values) {
      const runner = manager.queryRunner ?? manager.connection.createQueryRunner();
      try {
        const result = await runner.query(text, values, true);
        return { rows: result.records ?? result.raw };
      } finally {
        if (!manager.queryRunner) {
          await runner.release();
        }
      }
    },
  };
}
