import type { DataSource } from 'typeorm';

const manyRows = 1_000;
/** Fewer than one in so many change no plan, and to look at a great table takes a second. */
const tellingShare = 20;

/**
 * After so many changes the database goes on to plan for the tables as they were, until autovacuum looks at them a
 * minute later; meanwhile every page and every batch of the send would read all of its mails.
 */
export async function refreshStatistics(dataSource: DataSource, changedRows: number): Promise<void> {
  if (changedRows >= manyRows) {
    const tables = await dataSource.query<{ name: string }[]>(
      `select relname name from pg_class
        where oid = any('{booking_links, candidate_states, emails}'::regclass[]) and reltuples < $1::float8 * ${tellingShare}`,
      [changedRows],
    );
    if (tables.length > 0) {
      await dataSource.query(`analyze (skip_locked) ${tables.map(({ name }) => name).join(', ')}`);
    }
  }
}
