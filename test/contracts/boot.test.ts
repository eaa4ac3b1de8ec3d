import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { projectRoot } from '../../src/shared/project-root.js';
import { BuiltApp, productionEnvironment, type EndedRun, type Environment } from '../support/built-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';

const aFewSeconds = 20_000;
const nobodyListens = 'http://127.0.0.1:9';
const sound = productionEnvironment({
  databaseUrl: 'postgres://interlude:pg-pass-81@127.0.0.1:9/interlude',
  resendUrl: nobodyListens,
  calComUrl: `${nobodyListens}/v2`,
  calComKey: 'cal_live_key-82',
});
const published = { ...sound, PUBLIC_URL: 'https://interviews.acme.example', PORT: '0' };

describe('the start of the built app', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'interlude-boot-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is the same in the container and by npm start', () => {
    const read = (file: string) => readFileSync(join(projectRoot, file), 'utf8');
    const { scripts } = JSON.parse(read('package.json')) as { scripts: { start: string } };
    const [, command] = /^CMD (\[.*\])$/m.exec(read('Dockerfile')) ?? [];
    expect((JSON.parse(command ?? '[]') as string[]).join(' ')).toBe(scripts.start);
  });

  it('lists all that production lacks, at once', async () => {
    const run = await refused({ NODE_ENV: 'production' });
    expect(faultsOf(run)).toEqual([
      'PUBLIC_URL is missing',
      'DATABASE_URL is missing',
      'ENCRYPTION_KEYS is missing',
      'SESSION_SECRET is missing',
      'EMAIL_TRANSPORT must be resend or smtp',
    ]);
  });

  it('lists everything that is wrong, at once, and no secret of it', async () => {
    const secrets = {
      DATABASE_URL: 'mysql://interlude:pass-91@db.example/interlude',
      ENCRYPTION_KEYS: 'prod:c2hvcnQtOTI=',
      SESSION_SECRET: 'secret-93',
      ADMIN_PASSWORD: 'pass-94',
      SMTP_URL: 'http://user:pass-95@mail.example',
      CAL_COM_API_KEY: 'cal_live_96',
      RESEND_API_KEY: 're_97',
      RESEND_WEBHOOK_SECRET: 'hook-98',
    };
    const run = await refused({
      ...published,
      ...secrets,
      PORT: 'http',
      PUBLIC_URL: 'interviews.acme.example',
      CAL_COM_API_URL: 'https://api.cal.com/v1/',
      CAL_COM_REQUESTS_PER_MINUTE: '0',
      EMAIL_TRANSPORT: 'smtp',
      EMAIL_FROM: 'nobody',
      RESEND_REQUESTS_PER_SECOND: '-1',
      RESEND_BASE_URL: 'ftp://resend.example',
      UNDO_WINDOW_SECONDS: 'soon',
      LOG_LEVEL: 'loud',
      ADMIN_EMAIL: '',
    });
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'DATABASE_URL',
      'ENCRYPTION_KEYS',
      'SESSION_SECRET',
      'CAL_COM_API_URL',
      'CAL_COM_REQUESTS_PER_MINUTE',
      'EMAIL_FROM',
      'RESEND_REQUESTS_PER_SECOND',
      'RESEND_BASE_URL',
      'RESEND_WEBHOOK_SECRET',
      'SMTP_URL',
      'ADMIN_EMAIL and ADMIN_PASSWORD',
      'ADMIN_PASSWORD must',
      'UNDO_WINDOW_SECONDS',
      'LOG_LEVEL',
    ]) {
      expect(run.stderr).toContain(`- ${name}`);
    }
    expectNoneOf(
      ['pass-91', 'c2hvcnQtOTI=', 'secret-93', 'pass-94', 'pass-95', 'cal_live_96', 're_97', 'hook-98'],
      run,
    );
  });

  it('says what to write instead of an address of API v1', async () => {
    const run = await refused({ ...published, CAL_COM_API_URL: 'https://api.cal.com/v1' });
    expect(run.stderr).toContain('Cal.com shut API v1 down on 8 April 2026; use /v2');
    expect(faultsOf(run)).toHaveLength(1);
  });

  it('names a file for a secret that cannot be read, and one that is set twice', async () => {
    const file = join(folder, 'session-secret');
    writeFileSync(file, sound['SESSION_SECRET']!);
    const run = await refused({
      ...published,
      SESSION_SECRET_FILE: file,
      CAL_COM_API_KEY: '',
      CAL_COM_API_KEY_FILE: join(folder, 'missing'),
    });
    expect(faultsOf(run)).toEqual([
      'SESSION_SECRET and SESSION_SECRET_FILE are both set',
      expect.stringContaining('CAL_COM_API_KEY_FILE names'),
    ]);
    expectNoneOf([sound['SESSION_SECRET']!], run);
  });

  it('ends where its database is away, and says so without the password', async () => {
    const run = await refused(published);
    expect(run.stderr).toMatch(/^Interlude could not start: Error: connect ECONNREFUSED 127.0.0.1:9\n/);
    expectNoneOf(['pg-pass-81', 'cal_live_key-82', ...secretsOf(published)], run);
  });

  describe('on a database', () => {
    let database: TestDatabase;

    beforeAll(async () => {
      database = await createTestDatabase();
    });
    afterAll(() => database.drop());

    it('ends where its port is taken', async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      try {
        const run = await BuiltApp.run({ ...published, DATABASE_URL: database.url, PORT: `${port}` });
        expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining(`Port ${port} is taken`) });
        expect(run.tookMs).toBeLessThan(aFewSeconds);
        expectNoneOf(secretsOf(published), run);
      } finally {
        await new Promise((resolve) => server.close(resolve));
      }
    });

    it('takes its secrets from files, and ends when it is asked to', async () => {
      const { SESSION_SECRET, ENCRYPTION_KEYS, DATABASE_URL: _, ...others } = sound;
      const files = { SESSION_SECRET, ENCRYPTION_KEYS, DATABASE_URL: database.url };
      const named = Object.entries(files).map(([name, value]) => {
        writeFileSync(join(folder, name), `${value}\n`);
        return [`${name}_FILE`, join(folder, name)] as const;
      });
      const app = await BuiltApp.start({ ...others, ...Object.fromEntries(named) });
      await app.admin();
      await app.stop();
      expect(app.endedBy).toBe(0);
      expect(app.stderr).toBe('');
      const lines = app.stdout.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as unknown).length).toBeGreaterThan(5);
    });
  });
});

/** It ends for its environment: code 1, soon, and says so on stderr alone. */
async function refused(environment: Environment): Promise<EndedRun> {
  const run = await BuiltApp.run(environment);
  expect(run).toMatchObject({ code: 1, stdout: '' });
  expect(run.tookMs).toBeLessThan(aFewSeconds);
  return run;
}

function faultsOf({ stderr }: EndedRun): string[] {
  return [...stderr.matchAll(/^- ([^:;\n]+)/gm)].map(([, fault]) => fault!);
}

function secretsOf(environment: Environment): string[] {
  const names = ['ENCRYPTION_KEYS', 'SESSION_SECRET', 'ADMIN_PASSWORD', 'RESEND_API_KEY', 'CAL_COM_API_KEY'];
  return names.map((name) => environment[name]!.replace(/^prod:/, ''));
}

function expectNoneOf(secrets: readonly string[], { stdout, stderr }: EndedRun): void {
  expect(secrets.filter((secret) => `${stdout}${stderr}`.includes(secret))).toEqual([]);
}
