import { Client, Pool, type PoolClient } from 'pg';
import { connected, type BenchServer } from './bench-server.js';
import type { Line } from './line.js';

const organizations = 20;
const rowsEach = 2_000;
const pages = 1_500;
const rounds = 5;
const atOnce = 8;

/** What a list of candidates asks: who it is, the page, the counts beside the filters. */
const statements = [
  'select role from memberships where org_id = $1 limit 1',
  'select id, name, email, status from invitations where org_id = $1 order by created_at desc, id limit 50',
  'select status, count(*) from invitations where org_id = $1 group by status',
];

type Queryable = Pick<PoolClient, 'query'>;

/**
 * What a second wall in the database would cost: the same statements, once scoped by their text alone as they are, and
 * once in a transaction that names the organization to policies, asked by a role that owns nothing.
 */
export async function measureRowLevelSecurity(server: BenchServer): Promise<Line[]> {
  const databaseUrl = await server.createDatabase();
  const owner = await connected(databaseUrl);
  const ids = await fill(owner);
  const role = await wall(owner);
  const plain = new Pool({ connectionString: databaseUrl, max: atOnce });
  const walled = new Pool({ connectionString: databaseUrl, max: atOnce, options: `-c role=${role}` });
  try {
    const ratios: number[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const without = await perSecond(ids, (id) => ask(plain, id));
      const within = await perSecond(ids, (id) => askBehindWall(walled, id));
      ratios.push(within / without);
    }
    const middle = ratios.slice(1).toSorted((one, other) => one - other)[Math.floor(rounds / 2)]!;
    const against = `the same ${statements.length} statements without, in the middle of ${rounds} turns`;
    return [{ what: 'pages a second behind row-level security', figure: middle, bound: null, against }];
  } finally {
    await Promise.all([plain.end(), walled.end()]);
    await owner.query(`drop owned by ${role}; drop role ${role}`);
    await owner.end();
    await server.dropDatabase(databaseUrl);
  }
}

async function fill(owner: Client): Promise<string[]> {
  const { rows } = await owner.query<{ id: string }>(
    `with made as (
       insert into orgs (name, slug) select 'Org ' || n, 'org-' || n from generate_series(1, $1) n returning id
     ), assessment as (
       insert into assessments (org_id, title) select id, 'Assessment' from made returning id, org_id
     ), invited as (
       insert into invitations (org_id, assessment_id, name, email)
       select org_id, id, 'Person ' || n, 'person-' || n || '@people.example'
         from assessment, generate_series(1, $2) n)
     select id from made`,
    [organizations, rowsEach],
  );
  await owner.query('vacuum analyze invitations');
  return rows.map(({ id }) => id);
}

async function wall(owner: Client): Promise<string> {
  const role = 'bench_walled';
  await owner.query(`create role ${role}; grant select on all tables in schema public to ${role}`);
  for (const table of ['memberships', 'invitations']) {
    await owner.query(
      `alter table ${table} enable row level security;
       create policy own on ${table} using (org_id = current_setting('interlude.org')::uuid)`,
    );
  }
  return role;
}

async function perSecond(ids: readonly string[], page: (id: string) => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  let left = pages;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      while (left > 0) {
        left -= 1;
        await page(ids[left % ids.length]!);
      }
    }),
  );
  return (pages * 1_000) / (performance.now() - startedAt);
}

async function ask(database: Queryable, orgId: string): Promise<void> {
  for (const statement of statements) {
    await database.query(statement, [orgId]);
  }
}

async function askBehindWall(pool: Pool, orgId: string): Promise<void> {
  const client = await pool.connect();
  await client.query('begin');
  await client.query(`select set_config('interlude.org', $1, true)`, [orgId]);
  await ask(client, orgId);
  await client.query('commit');
  client.release();
}
