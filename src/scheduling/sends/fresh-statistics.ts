import type { DataSource } from 'typeorm';

const manyRows = 1_000;

/**
 * After so many changes the database goes on to plan for the tables as they were, until autovacuum looks at them a
 * minute later; meanwhile every page and every batch of the send would read all of its mails.
 */
export async function refreshStatistics(dataSource: DataSource, changedRows: number): Promise<void> {
  if (changedRows >= manyRows) {
    await dataSource.query('analyze (skip_locked) booking_links, emails');
  }
}
