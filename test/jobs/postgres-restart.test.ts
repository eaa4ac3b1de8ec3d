import type request from 'supertest';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { BuiltApp, productionEnvironment } from '../support/built-app.js';
import { ResendServer } from '../support/resend-server.js';
import { until } from '../support/until.js';
import { CrashingPostgres } from '../torture/crashing-postgres.js';

const downMs = 5_000;
const aMomentMs = 1_500;

describe('while its Postgres crashes and starts again, the built app', () => {
  let postgres: CrashingPostgres;
  let sandbox: Sandbox;
  let resend: ResendServer;
  let app: BuiltApp;
  let admin: ReturnType<typeof request.agent>;
  let restarted: Promise<void>;

  beforeAll(async () => {
    postgres = await CrashingPostgres.start({ fast: true });
    sandbox = await startSandbox();
    resend = await ResendServer.start();
    const calCom = { calComUrl: sandbox.apiUrl, calComKey: sandbox.apiKey };
    app = await BuiltApp.start({
      ...productionEnvironment({ databaseUrl: postgres.url, resendUrl: resend.url, ...calCom }),
      LOG_LEVEL: 'error',
    });
    resend.apiKeys = [app.environment['RESEND_API_KEY']!];
    admin = await app.admin();
    await admin.get('/app/scheduling').expect(200);
    restarted = postgres.restart(downMs);
    await until(
      () => postgres.ask('select 1').catch(() => null),
      (answer) => answer === null,
    );
  });

  afterAll(async () => {
    await restarted.catch(() => undefined);
    await app?.stop();
    await resend?.stop();
    await sandbox?.stop();
    await postgres?.stop();
  });

  it('says at once that it is not ready, and why', async () => {
    const askedAt = Date.now();
    const { status, body } = await app.visitor().get('/readyz');
    expect({ status, body }).toMatchObject({ status: 503, body: { status: 'not ready', checks: { database: false } } });
    expect(Date.now() - askedAt).toBeLessThan(aMomentMs);
    await app.visitor().get('/healthz').expect(200);
  });

  it('asks everybody for patience, and signs nobody out', async () => {
    for (const path of ['/app/scheduling', '/i/AAAAAAAAAAAAAAAAAAAAAA']) {
      const { text } = await admin.get(path).expect(503);
      expect(text).toContain('Back in a moment');
      expect(text).not.toMatch(/ECONN|ENOENT|Error:|postgres/i);
    }
    const { body } = await admin.get('/api/admin/scheduling/candidates').expect(503);
    expect(body).toMatchObject({ title: 'Back in a moment', status: 503 });
  });

  it('is ready again as soon as Postgres is, in the same process and the same sessions', async () => {
    await restarted;
    const backAt = Date.now();
    await until(
      () => app.visitor().get('/readyz'),
      ({ status }) => status === 200,
    );
    expect(Date.now() - backAt).toBeLessThan(aMomentMs);
    expect(app.isRunning).toBe(true);
    await admin.get('/app/scheduling').expect(200);
  });

  it('sends as before', async () => {
    const people = Buffer.from('name,email,assessment\nAnn Lee,ann@people.example,Logic\n');
    const file = { filename: 'people.csv', contentType: 'text/csv' };
    await admin.post('/app/candidates/import').attach('file', people, file).expect(303);
    const form = { select: 'matching', event_type_id: '1' };
    const begun = await admin.post('/app/scheduling/sends').type('form').send(form).expect(303);
    await admin.post(`${begun.headers['location']}/dispatch`).type('form').send({ revision: 1 }).expect(303);
    await until(
      () => resend.mailsTo,
      (mails) => mails['ann@people.example'] === 1,
    );
  });

  it('says within moments that it is not ready when Postgres hangs, and goes on when it does', async () => {
    const goOn = await postgres.freeze();
    try {
      const askedAt = Date.now();
      const { body } = await app.visitor().get('/readyz').timeout(10_000).expect(503);
      expect(body).toMatchObject({ checks: { database: false } });
      expect(Date.now() - askedAt).toBeLessThan(2 * aMomentMs);
    } finally {
      goOn();
    }
    await until(
      () => app.visitor().get('/readyz'),
      ({ status }) => status === 200,
    );
    await admin.get('/app/scheduling').expect(200);
    expect(app.isRunning).toBe(true);
  });
});
