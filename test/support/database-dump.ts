import type { DataSource } from 'typeorm';

/** Every row of every table, as text. */
export async function databaseDump(db: DataSource): Promise<string> {
  const tables = await db.query<{ name: string }[]>(
    `select format('%I.%I', schemaname, tablename) "name" from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const rows = await Promise.all(
    tables.map(({ name }) =>
      db.query<{ row: string }[]>(`select ${`'${name} '`} || each::text "row" from ${name} each`),
    ),
  );
  return rows.flatMap((table) => table.map(({ row }) => row)).join('\n');
}
