import type { DataSource } from 'typeorm';

const manyRows = 1_000;
/** Fewer than one in so many change no plan, and to look at a great table takes a second. */
const tellingShare = 20;

/** What plans go by. The names, texts and values of a row would take three times as long to look at. */
const columnsOf = {
  booking_links: 'org_id, invitation_id, event_type_id, revoked_at, expires_at',
  candidate_states: 'org_id, invitation_id, assessment_id, status, scheduling_status, needs_attention, mailed_at',
  emails: 'org_id, send_id, invitation_id, kind, state, reason_code, position, due_at, sent_at',
} as const;

/**
 * After so many changes the database goes on to plan for the tables as they were, until autovacuum looks at them a
 * minute later; meanwhile every page and every batch of the send would read all of its mails.
 */
export async function refreshStatistics(
  dataSource: DataSource,
  changedRows: number,
  changedTables: readonly (keyof typeof columnsOf)[],
): Promise<void> {
  if (changedRows >= manyRows) {
    const tables = await dataSource.query<{ name: keyof typeof columnsOf }[]>(
      `select relname name from pg_class
        where oid = any($2::regclass[]) and reltuples < $1::float8 * ${tellingShare}`,
      [changedRows, changedTables],
    );
    if (tables.length > 0) {
      await dataSource.query(
        `analyze (skip_locked) ${tables.map(({ name }) => `${name} (${columnsOf[name]})`).join(', ')}`,
      );
    }
  }
}
