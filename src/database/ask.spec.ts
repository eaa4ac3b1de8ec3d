import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.js';
import { createTestDatabase, type TestDatabase } from '../../test/support/database.js';
import { ask, timeOf, type Question } from './ask.js';

describe('ask', () => {
  let database: TestDatabase;
  let source: DataSource;

  beforeAll(async () => {
    database = await createTestDatabase();
    source = await createDataSource(database.url).initialize();
  });

  afterAll(async () => {
    await source.destroy();
    await database.drop();
  });

  const numbers = (from: number, to: number): Question<number[]> => ({
    sql: 'select n from generate_series($1::int, $2::int) n order by n desc',
    values: [from, to],
    read: (rows: { n: number }[]) => rows.map(({ n }) => n),
  });

  it('gives each question its own values and its own answer', async () => {
    const eleven: Question<number> = {
      sql: `select ${Array.from({ length: 11 }, (_, index) => `$${index + 1}::int`).join(' + ')} sum`,
      values: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 41],
      read: ([row]: [{ sum: number }]) => row.sum,
    };
    const answers = await ask(source, { few: numbers(1, 3), sum: eleven, none: numbers(2, 1) });
    expect(answers).toEqual({ few: [3, 2, 1], sum: 42, none: [] });
  });

  it('finds once what all of them read', async () => {
    const given = { name: 'found', sql: 'select n, random() chance from generate_series(1, $1::int) n', values: [3] };
    const chances: Question<number[]> = {
      sql: 'select chance from found where n <= $1::int',
      values: [2],
      read: (rows: { chance: number }[]) => rows.map(({ chance }) => chance),
    };
    const { first, again } = await ask(source, { first: chances, again: chances }, { given });
    expect(first).toHaveLength(2);
    expect(again).toEqual(first);
  });

  it('reads times to the millisecond, and null as none', async () => {
    const times: Question<(Date | null)[]> = {
      sql: `select t from unnest(array['2026-03-29T00:59:59.123456Z'::timestamptz, null]) t`,
      values: [],
      read: (rows: { t: string | null }[]) => rows.map(({ t }) => timeOf(t)),
    };
    expect((await ask(source, { times })).times).toEqual([new Date('2026-03-29T00:59:59.123Z'), null]);
  });

  it('keeps the plan under its name, for other values too', async () => {
    for (const to of [2, 3, 4]) {
      const { few } = await ask(source, { few: numbers(1, to) }, { plan: 'few numbers' });
      expect(few[0]).toBe(to);
    }
    const [kept] = await source.query<{ name: string }[]>(`select name from pg_prepared_statements`);
    expect(kept).toEqual({ name: 'few numbers' });
  });

  it('answers no other question under the name of a plan', async () => {
    await ask(source, { few: numbers(1, 2) }, { plan: 'one' });
    const other = { ...numbers(1, 2), sql: 'select $1::int + $2::int n' };
    await expect(ask(source, { few: other }, { plan: 'one' })).rejects.toThrow('must be unique');
  });
});
