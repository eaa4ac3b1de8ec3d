import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { Client } from 'pg';
import { createDataSource } from '../ormconfig.js';
import { projectRoot } from '../src/shared/project-root.js';
import { createTestDatabase } from './support/database.js';

const ranks: Readonly<Record<string, number>> = {
  shared: 0,
  config: 1,
  database: 2,
  encryption: 2,
  templating: 2,
  web: 3,
  jobs: 3,
  activity: 3,
  email: 4,
  limits: 4,
  accounts: 5,
  'cal-com': 6,
  candidates: 6,
  webhooks: 7,
  health: 7,
  scheduling: 8,
  settings: 9,
};
const appRank = 10;
const source = join(projectRoot, 'src');
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const importsOf = (file: string) =>
  [...readFileSync(join(source, file), 'utf8').matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map((match) => match[1]!);
const moduleOf = (file: string) => (file.includes('/') ? file.split('/')[0]! : 'app');
const sourcesWith = (words: RegExp) =>
  files.filter((file) => !file.endsWith('.spec.ts') && words.test(readFileSync(join(source, file), 'utf8'))).toSorted();
const target = (file: string, path: string) => relative(source, resolve(source, dirname(file), path));

describe('the architecture', () => {
  it('gives every folder of src a rank, or sets it apart', () => {
    const folders = readdirSync(source, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map((folder) => folder.name).filter((name) => !(name in ranks))).toEqual(['sandbox']);
  });

  it('imports only from its own module or a strictly lower rank', () => {
    const rankOf = (name: string) => ranks[name] ?? appRank;
    const breaches = files
      .filter((file) => moduleOf(file) !== 'sandbox')
      .flatMap((file) =>
        importsOf(file)
          .map((path) => target(file, path))
          .filter((path) => !path.startsWith('..'))
          .filter((path) => moduleOf(path) !== 'sandbox' && moduleOf(path) !== moduleOf(file))
          .filter((path) => rankOf(moduleOf(path)) >= rankOf(moduleOf(file)))
          .map((path) => `${file} -> ${path}`),
      );
    expect(breaches).toEqual([]);
  });

  it('loads the sandbox from the demo alone, and the sandbox loads nothing but shared', () => {
    const into = files.filter(
      (file) =>
        moduleOf(file) !== 'sandbox' && importsOf(file).some((path) => moduleOf(target(file, path)) === 'sandbox'),
    );
    const outOf = files
      .filter((file) => moduleOf(file) === 'sandbox')
      .flatMap((file) => importsOf(file).map((path) => moduleOf(target(file, path))))
      .filter((name) => name !== 'sandbox' && name !== 'shared');
    expect(into).toEqual(['demo.ts']);
    expect(outOf).toEqual([]);
  });

  it('reads the environment in src/config alone', () => {
    const readers = files.filter((file) => readFileSync(join(source, file), 'utf8').includes('process.env'));
    expect(readers.map(moduleOf).filter((name) => name !== 'config')).toEqual([]);
  });

  it('starts programs for the bundled Postgres alone, and takes no text for code', () => {
    expect(sourcesWith(/node:child_process/)).toEqual([
      'database/bundled/server-database.ts',
      'database/bundled/server-process.ts',
    ]);
    expect(sourcesWith(/\beval\(|\bFunction\(|node:vm|set(Timeout|Interval)\(['"`]/)).toEqual([]);
    const patterns = sourcesWith(/new RegExp\(/).flatMap((file) =>
      [...readFileSync(join(source, file), 'utf8').matchAll(/new RegExp\(([^,)]*)/g)].map((match) => match[1]),
    );
    expect(patterns).toEqual(['disruptiveCharacters', '`${mark}v(\\\\d']);
  });

  it('takes a certificate that nobody vouches for from a mail server alone, where SMTP_URL says so', () => {
    expect(sourcesWith(/rejectUnauthorized|TLS_REJECT|checkServerIdentity/)).toEqual([
      'email/transports/smtp-server.ts',
      'email/transports/smtp.transport.ts',
    ]);
  });

  it('names tests that are there for each requirement of docs/security.md and each attack', () => {
    const page = readFileSync(join(projectRoot, 'docs/security.md'), 'utf8');
    const named = [...page.matchAll(/`((?:src|test)\/[\w./-]+\.(?:spec|test)\.ts)(?:: ([^`]+))?`/g)];
    const isThere = (file: string, name: string) =>
      existsSync(join(projectRoot, file)) && readFileSync(join(projectRoot, file), 'utf8').includes(name);
    expect(named.filter(([, file, name]) => !isThere(file!, name ?? '')).map(([text]) => text)).toEqual([]);
    const requirements = page
      .slice(page.indexOf('## Requirements'))
      .split(/^(?=\d+\. )/m)
      .slice(1);
    expect(requirements.map((text) => Number.parseInt(text, 10))).toEqual(Array.from({ length: 48 }, (_, n) => n + 1));
    expect(requirements.filter((text) => !/\.(spec|test)\.ts/.test(text))).toEqual([]);
  });

  it('has a page for every view a controller names, and a controller for every page', () => {
    const pages = join(projectRoot, 'views/pages');
    const views = readdirSync(pages, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.hbs'))
      .map((file) => file.replace(/\.hbs$/, ''));
    const named = files.flatMap((file) =>
      [...readFileSync(join(source, file), 'utf8').matchAll(/(?:new Page|Page\.public)\(\s*'([^']+)'/g)].map(
        (match) => ({
          module: moduleOf(file),
          view: match[1]!,
        }),
      ),
    );
    expect([...new Set(named.map(({ view }) => view))].toSorted()).toEqual(views.toSorted());
    const strays = named.filter(({ module, view }) => module !== 'web' && view.split('/')[0] !== module);
    expect(strays).toEqual([]);
    expect(
      views.map((view) => view.split('/')[0]!).filter((name) => name !== 'errors' && !existsSync(join(source, name))),
    ).toEqual([]);
  });

  it('lists every entity and every migration in ormconfig.ts', () => {
    const config = readFileSync(join(projectRoot, 'ormconfig.ts'), 'utf8');
    const classesIn = (paths: string[]) =>
      paths.flatMap((path) =>
        [...readFileSync(path, 'utf8').matchAll(/export class (\w+)/g)].map((match) => match[1]!),
      );
    const entities = classesIn(files.filter((file) => file.endsWith('.entity.ts')).map((file) => join(source, file)));
    const migrations = classesIn(
      readdirSync(join(projectRoot, 'migrations')).map((file) => join(projectRoot, 'migrations', file)),
    );
    const listed = (list: string) =>
      [...(new RegExp(`${list}: \\[([^\\]]*)\\]`).exec(config)?.[1] ?? '').matchAll(/\w+/g)].map((match) => match[0]);
    expect(listed('entities').toSorted()).toEqual(entities.toSorted());
    expect(listed('migrations')).toEqual(
      migrations.toSorted((left, right) => left.slice(-13).localeCompare(right.slice(-13))),
    );
  });

  it('gives one schema from migrations and entities', async () => {
    const database = await createTestDatabase();
    const dataSource = await createDataSource(database.url).initialize();
    try {
      const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
      expect(upQueries.map((query) => query.query)).toEqual([]);
    } finally {
      await dataSource.destroy();
      await database.drop();
    }
  });

  it('ties rows of organizations by keys that hold the organization, so that the database refuses a foreign one', async () => {
    const database = await createTestDatabase();
    const client = new Client({ connectionString: database.url });
    await client.connect();
    try {
      const { rows } = await client.query<{ name: string; holds: boolean }>(
        `select key.conname name,
                coalesce(array_position(key.conkey, own.attnum) = array_position(key.confkey, other.attnum), false) holds
           from pg_constraint key
           join pg_attribute own on own.attrelid = key.conrelid and own.attname = 'org_id'
           join pg_attribute other on other.attrelid = key.confrelid and other.attname = 'org_id'
          where key.contype = 'f' and key.connamespace = 'public'::regnamespace`,
      );
      expect(rows.length).toBeGreaterThan(15);
      expect(rows.filter(({ holds }) => !holds)).toEqual([]);
    } finally {
      await client.end();
      await database.drop();
    }
  });
});
