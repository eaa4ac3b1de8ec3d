import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { BuiltApp, productionEnvironment } from '../support/built-app.js';
import { bookingNews, type CalComEndpoint, postTo } from '../support/cal-com-webhook.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { until } from '../support/until.js';

const megabyte = 1024 * 1024;
const told = ['zoe.secret', 'Zoë', 'hook-metadata-61', 'Interview between'];

describe('the webhook of Cal.com in the built app', () => {
  let database: TestDatabase;
  let db: DataSource;
  let sandbox: Sandbox;
  let app: BuiltApp;
  let endpoint: CalComEndpoint;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = await createDataSource(database.url).initialize();
    sandbox = await startSandbox();
    app = await BuiltApp.start({
      ...productionEnvironment({
        databaseUrl: database.url,
        resendUrl: 'http://127.0.0.1:9',
        calComUrl: sandbox.apiUrl,
        calComKey: sandbox.apiKey,
      }),
      CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
      LOG_LEVEL: 'trace',
    });
    const [webhook] = await until(
      () => sandbox.state.webhooks,
      (webhooks) => webhooks.length === 1,
      30_000,
    );
    endpoint = { path: new URL(webhook!.subscriberUrl).pathname, secret: webhook!.secret! };
    await (await app.admin()).get('/app/settings/cal-com').expect(200);
  });

  afterAll(async () => {
    await app?.stop();
    await sandbox?.stop();
    await db?.destroy();
    await database?.drop();
  });

  const kept = (uid: string) => db.query<object[]>('select 1 from webhook_deliveries where booking_id = $1', [uid]);

  it('hears of a booking at Cal.com by itself', async () => {
    await db.query(
      `insert into cal_com_event_types (org_id, event_type_id, title, slug, length_in_minutes, booking_url, used)
       select id, 1, 'Interview', 'interview', 30, 'http://cal.example', true from orgs
           on conflict (org_id, event_type_id) do update set used = true`,
    );
    const response = await fetch(`${sandbox.apiUrl}/bookings`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'cal-api-version': '2024-08-13' },
      body: JSON.stringify({
        eventTypeId: 1,
        start: await firstStart(sandbox),
        attendee: { name: 'Ann Lee', email: 'ann@people.example', timeZone: 'Europe/Berlin' },
      }),
    });
    const { data } = (await response.json()) as { data: { uid: string } };
    expect(sandbox.deliveries).toMatchObject([{ trigger: 'BOOKING_CREATED', status: 200 }]);
    expect(await kept(data.uid)).toHaveLength(1);
    await until(
      () => db.query<object[]>('select 1 from cal_com_bookings where booking_id = $1', [data.uid]),
      (rows) => rows.length === 1,
      20_000,
    );
  });

  it('logs nothing of what it is told, nor of what it is signed with', async () => {
    const visitor = app.visitor();
    await postTo(visitor, endpoint, bookingNews('BOOKING_CREATED', { uid: 'logged-1' })).expect(200);
    await postTo(visitor, endpoint, bookingNews('BOOKING_CREATED', { uid: 'logged-2' }), 'forged').expect(401);
    await postTo(visitor, endpoint, 'Zoë').expect(400);
    await postTo(visitor, endpoint, 'Zoë '.repeat(megabyte / 4)).expect(413);
    await db.query('alter table webhook_deliveries rename to webhook_deliveries_away');
    await postTo(visitor, endpoint, bookingNews('BOOKING_CREATED', { uid: 'logged-3' })).expect(500);
    await db.query('alter table webhook_deliveries_away rename to webhook_deliveries');
    await postTo(visitor, endpoint, bookingNews('BOOKING_CREATED', { uid: 'logged-3' })).expect(200);
    expect(await kept('logged-3')).toHaveLength(1);

    const log = `${app.stdout}${app.stderr}`;
    expect(log).toContain('"path":"/webhooks/cal-com/');
    for (const status of [200, 400, 401, 500]) {
      expect(log).toContain(`"statusCode":${status}`);
    }
    for (const text of [...told, endpoint.secret, sandbox.apiKey, 'ann@people.example']) {
      expect(log).not.toContain(text);
    }
  });
});

async function firstStart(sandbox: Sandbox): Promise<string> {
  const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
  const query = new URLSearchParams({ eventTypeId: '1', start: day(2), end: day(9), timeZone: 'UTC' });
  const response = await fetch(`${sandbox.apiUrl}/slots?${query}`, { headers: { 'cal-api-version': '2024-09-04' } });
  const { data } = (await response.json()) as { data: Record<string, { start: string }[]> };
  return Object.values(data).flat()[0]!.start;
}
