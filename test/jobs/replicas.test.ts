import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import type request from 'supertest';
import { defaultEmailTimings } from '../../src/email/delivery/email-timings.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { projectRoot } from '../../src/shared/project-root.js';
import { BuiltApp, productionEnvironment, type Environment } from '../support/built-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ResendServer } from '../support/resend-server.js';
import { until } from '../support/until.js';

type Browser = ReturnType<typeof request.agent>;
type Pair = readonly [BuiltApp, BuiltApp];

const publicUrl = 'http://interviews.acme.example';
const eventTypeId = 1;
const sendCount = 4;
const mailsPerSend = 10;
const leaseMs = defaultEmailTimings.requestTimeoutMs + defaultEmailTimings.leaseMarginMs;
const aFewSecondsMs = 8_000;
const twoStarts = 90_000;
const wrongPassword = 'not-the-password-41';
const addresses = Array.from({ length: sendCount * mailsPerSend }, (_, index) => `candidate-${index}@people.example`);

describe('two replicas of the built app', () => {
  let database: TestDatabase;
  let db: Client;
  let sandbox: Sandbox;
  let resend: ResendServer;
  let environment: Environment;
  let replicas: Pair;
  let browsers: readonly [Browser, Browser];

  beforeAll(async () => {
    database = await createTestDatabase();
    db = new Client({ connectionString: database.url });
    await db.connect();
    sandbox = await startSandbox({ apiKey: `cal_live_${randomBytes(12).toString('hex')}` });
    resend = await ResendServer.start();
    const calCom = { calComUrl: sandbox.apiUrl, calComKey: sandbox.apiKey };
    const surroundings = { databaseUrl: database.url, resendUrl: resend.url, ...calCom };
    environment = { ...productionEnvironment(surroundings), PUBLIC_URL: publicUrl };
    resend.apiKeys = [environment['RESEND_API_KEY']!];
  });

  afterAll(async () => {
    await Promise.all((replicas ?? []).map((app) => app.stop()));
    await resend?.stop();
    await sandbox?.stop();
    await db?.end();
    await database?.drop();
  });

  it(
    'start at once on an empty database and print one setup token between them, which opens either',
    async () => {
      const {
        ADMIN_EMAIL: email,
        ADMIN_PASSWORD: password,
        ORGANIZATION_NAME: organizationName,
        ...others
      } = environment;
      const pair = await startPair(others);
      try {
        const printed = pair.map(({ stdout }) => /^First run: .*\/setup\?token=(\S+)$/m.exec(stdout));
        const [one, ...none] = printed.filter((found) => found !== null);
        expect(none).toEqual([]);
        const [line, token] = one!;
        expect(line).toContain(`${publicUrl}/setup?token=`);
        const silent = pair[printed[0] ? 1 : 0];
        const admin = { organizationName, name: 'Asha Menon', email, password };
        await silent
          .visitor()
          .post('/setup')
          .type('form')
          .send({ ...admin, token: `${token}x` })
          .expect(422);
        expect(await counts()).toEqual({ migrations: migrationFiles(), runs: migrationFiles(), orgs: 0, admins: 0 });
        await silent
          .visitor()
          .post('/setup')
          .type('form')
          .send({ ...admin, token })
          .expect(303);
        for (const app of pair) {
          await app.visitor().get(`/setup?token=${token}`).expect(404);
          expect(app.stdout.replace(line!, '') + app.stderr).not.toContain(token);
        }
        expect(await counts()).toMatchObject({ orgs: 1, admins: 1 });
      } finally {
        await Promise.all(pair.map((app) => app.stop()));
      }
    },
    twoStarts,
  );

  it(
    'start at once on an empty database, migrate it once and make one organization with one admin',
    async () => {
      replicas = await startPair(environment);
      expect(await counts()).toEqual({ migrations: migrationFiles(), runs: migrationFiles(), orgs: 1, admins: 1 });
      for (const app of replicas) {
        expect(app.stdout).not.toContain('/setup?token=');
        await app.visitor().get('/setup').expect(404);
      }
      browsers = [await replicas[0].admin(), await replicas[1].admin()];
    },
    twoStarts,
  );

  it('live on when the database ends their connections', async () => {
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    for (const [index, app] of replicas.entries()) {
      await until(
        () => app.visitor().get('/readyz'),
        ({ status }) => status === 200,
      );
      await browsers[index]!.get('/app/scheduling').expect(200);
      expect(app.isRunning).toBe(true);
    }
  });

  it(
    'lose no mail and double none when one of them is killed while it sends',
    async () => {
      const [first, second, third, fourth] = await draftSends();
      let doomed: string | undefined;
      let held = 0;
      resend.fault = async ({ headers }) => {
        doomed ??= headers['user-agent'];
        if (headers['user-agent'] !== doomed) {
          await pause(100);
          return null;
        }
        held += 1;
        return held % 2 === 1 ? 'hang after' : 'hang before';
      };
      await dispatch(browsers[0], first!);
      await until(
        () => resend.requests.length,
        (count) => count > 0,
      );
      await dispatch(browsers[1], second!);
      await until(
        () => resend.requests.length,
        (count) => count > 1,
      );
      const lost = replicas.findIndex((app) => app.environment['RESEND_USER_AGENT'] === doomed);
      await replicas[lost]!.kill();
      const killedAt = Date.now();
      const survivor = browsers[1 - lost]!;
      await Promise.all([dispatch(survivor, third!), dispatch(survivor, fourth!)]);

      await until(states, (seen) => seen['accepted'] === addresses.length, leaseMs + aFewSecondsMs);
      expect(await states()).toEqual({ accepted: addresses.length });
      expect(Date.now() - killedAt).toBeLessThan(leaseMs + aFewSecondsMs);
      expect(resend.mailsTo).toEqual(Object.fromEntries(addresses.map((address) => [address, 1])));
      const [begun, ...again] = resend.requests.filter(
        ({ headers }) => headers['idempotency-key'] === resend.requests[0]!.headers['idempotency-key'],
      );
      expect(again.map(({ headers, text }) => [headers['user-agent'] === doomed, text])).toEqual([
        [false, begun!.text],
      ]);
    },
    leaseMs + aFewSecondsMs + 30_000,
  );

  it('write down nothing that opens anything, and nobody’s address', async () => {
    const survivor = replicas.find((app) => app.isRunning)!;
    const browser = browsers[replicas.indexOf(survivor)]!;
    const tokens = [
      ...new Set(
        resend.requests.flatMap(({ text }) => [...text.matchAll(/\/i\/([\w-]{10,})/g)].map(([, token]) => token!)),
      ),
    ];
    expect(tokens).toHaveLength(addresses.length);
    await survivor.visitor().get(`/i/${tokens[0]}?email=${addresses[0]}`).expect(200);
    await browser.get(`/app/scheduling?q=${addresses[1]}`).expect(200);
    const wrong = { email: environment['ADMIN_EMAIL'], password: wrongPassword };
    await survivor.visitor().post('/sign-in').type('form').send(wrong).expect(422);
    await db.query('alter table invitations rename to elsewhere');
    await browser.get(`/app/scheduling?q=${addresses[2]}`).expect(500);
    await importPeople(browser).expect(500);
    await survivor.visitor().get(`/i/${tokens[1]}`).expect(500);
    await db.query('alter table elsewhere rename to invitations');
    await survivor.stop();

    const output = replicas.map(({ stdout, stderr }) => stdout + stderr).join('\n');
    expect(output).toContain('"path":"/i/[token]"');
    expect(output).toContain('"type":"QueryFailedError"');
    const names = [
      'ADMIN_EMAIL',
      'ADMIN_PASSWORD',
      'SESSION_SECRET',
      'ENCRYPTION_KEYS',
      'RESEND_API_KEY',
      'CAL_COM_API_KEY',
    ];
    const secrets = names.map((name) => environment[name]!.replace(/^prod:/, ''));
    const telling = [
      ...secrets,
      wrongPassword,
      ...addresses,
      ...tokens,
      '@people.example',
      's%3A',
      'Bearer ',
      '$argon2',
    ];
    expect(telling.filter((text) => output.includes(text))).toEqual([]);
  });

  /** Both at the same moment, on a database that holds nothing at all; each names itself to Resend. */
  async function startPair(settings: Environment): Promise<Pair> {
    await db.query('drop schema if exists pgboss cascade; drop schema public cascade; create schema public');
    return Promise.all([
      BuiltApp.start({ ...settings, RESEND_USER_AGENT: 'replica-a', LOG_LEVEL: 'trace' }),
      BuiltApp.start({ ...settings, RESEND_USER_AGENT: 'replica-b', LOG_LEVEL: 'trace' }),
    ]);
  }

  async function counts(): Promise<Record<string, number>> {
    const { rows } = await db.query<Record<string, number>>(
      `select (select count(distinct name)::int from migrations) migrations, (select count(*)::int from migrations) runs,
              (select count(*)::int from orgs) orgs,
              (select count(*)::int from users join memberships on user_id = users.id where role = 'admin') admins`,
    );
    return rows[0]!;
  }

  function importPeople(browser: Browser): request.Test {
    const people = addresses.map((address, index) => `Candidate ${index},${address},Logic`);
    const file = Buffer.from(['name,email,assessment', ...people].join('\n'));
    return browser
      .post('/app/candidates/import')
      .attach('file', file, { filename: 'people.csv', contentType: 'text/csv' });
  }

  /** Ready to be sent, each to candidates of its own. */
  async function draftSends(): Promise<string[]> {
    await importPeople(browsers[0]).expect(303);
    await browsers[0].get('/app/scheduling').expect(200);
    const { rows } = await db.query<{ id: string }>('select id from invitations order by id');
    const drafts: string[] = [];
    for (let from = 0; from < rows.length; from += mailsPerSend) {
      const ids = rows.slice(from, from + mailsPerSend).map(({ id }) => id);
      const form = { invitation_ids: ids, event_type_id: `${eventTypeId}` };
      const answer = await browsers[0].post('/app/scheduling/sends').type('form').send(form).expect(303);
      drafts.push(answer.headers['location']!);
    }
    return drafts;
  }

  async function dispatch(browser: Browser, send: string): Promise<void> {
    const { rows } = await db.query<{ revision: number }>('select revision from sends where id = $1', [
      send.split('/').at(-1),
    ]);
    await browser.post(`${send}/dispatch`).type('form').send(rows[0]!).expect(303);
  }

  async function states(): Promise<Record<string, number>> {
    const { rows } = await db.query<{ state: string; count: number }>(
      'select state, count(*)::int count from emails group by state',
    );
    return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
  }
});

function migrationFiles(): number {
  return readdirSync(join(projectRoot, 'migrations')).filter((name) => name.endsWith('.ts')).length;
}
