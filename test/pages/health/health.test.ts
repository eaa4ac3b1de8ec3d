import { Client } from 'pg';
import { startApp, type TestApp } from '../../support/app.js';

describe('the addresses for machines', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  it('says that the process lives', async () => {
    const answer = await test.visitor().get('/healthz').expect(200);
    expect(answer.body).toEqual({ status: 'ok' });
  });

  it('says that it can do its work', async () => {
    const answer = await test.visitor().get('/readyz').expect(200);
    expect(answer.body).toEqual({
      status: 'ready',
      checks: { database: true, migrations: true, encryption_keys: true, time_zone_data: true },
      organizations_with_unreadable_keys: 0,
    });
  });

  it('says whom to tell of a hole', async () => {
    const answer = await test
      .visitor()
      .get('/.well-known/security.txt')
      .expect(200)
      .expect('Content-Type', /^text\/plain/);
    const [contact, expires, ...rest] = answer.text.split('\n');
    expect(contact).toBe('Contact: mailto:interviews@interlude.example');
    const days = (Date.parse(expires!.replace('Expires: ', '')) - Date.now()) / 86_400_000;
    expect(days).toBeGreaterThan(80);
    expect(days).toBeLessThan(365);
    expect(rest).toContain('Canonical: http://localhost:3000/.well-known/security.txt');
    Object.assign(test.settings, { securityContact: 'https://acme.example/security' });
    const named = await test.visitor().get('/.well-known/security.txt').expect(200);
    expect(named.text).toContain('Contact: https://acme.example/security\n');
  });

  it('is degraded, and goes on, while no key opens what an organization has stored', async () => {
    await test.db.query(
      `insert into cal_com_configs (org_id, api_key, api_url) values ($1, 'lost.AAAA.AAAA.AAAA', 'https://api.cal.com/v2')`,
      [test.acme.orgId],
    );
    const answer = await test.visitor().get('/readyz').expect(200);
    expect(answer.body).toMatchObject({ status: 'degraded', organizations_with_unreadable_keys: 1 });
    await test.db.query('delete from cal_com_configs');
    expect((await test.visitor().get('/readyz').expect(200)).body).toMatchObject({ status: 'ready' });
  });

  it('is not ready without any encryption key', async () => {
    const { encryptionKeys } = test.settings;
    Object.assign(test.settings, { encryptionKeys: [] });
    const answer = await test.visitor().get('/readyz').expect(503);
    Object.assign(test.settings, { encryptionKeys });
    expect(answer.body).toMatchObject({ status: 'not ready', checks: { encryption_keys: false } });
  });

  it('has no metrics while no token for them is set', async () => {
    await test.visitor().get('/metrics').expect(404);
  });

  it.each(['/healthz', '/readyz', '/metrics'])('answers %s without a session, even to who has one', async (path) => {
    for (const browser of [test.visitor(), test.asha.agent]) {
      const answer = await browser.get(path);
      expect(answer.headers['set-cookie']).toBeUndefined();
    }
  });

  it.each([['/healthz'], ['/readyz']])('keeps no copy of %s anywhere on the way', async (path) => {
    const answer = await test.visitor().get(path);
    expect(answer.headers['cache-control']).toContain('no-store');
  });

  it('is not ready while a migration is missing', async () => {
    const [last] = await test.db.query<{ name: string }[]>(
      'select timestamp, name from migrations order by id desc limit 1',
    );
    await test.db.query('update migrations set name = $1 where name = $2', ['Another1', last!.name]);
    try {
      const answer = await test.visitor().get('/readyz').expect(503);
      expect(answer.body).toMatchObject({ status: 'not ready', checks: { database: true, migrations: false } });
    } finally {
      await test.db.query('update migrations set name = $1 where name = $2', [last!.name, 'Another1']);
    }
  });

  it('is alive and not ready while its database is away, and ready once it is back', async () => {
    await admit(test.databaseUrl, false);
    try {
      const answer = await test.visitor().get('/readyz').expect(503);
      expect(answer.body).toMatchObject({ status: 'not ready', checks: { database: false, migrations: false } });
      await test.visitor().get('/healthz').expect(200);
    } finally {
      await admit(test.databaseUrl, true);
    }
    await test.visitor().get('/readyz').expect(200);
  });
});

/** Shuts one database to everybody and ends the connections to it, or opens it again. */
async function admit(databaseUrl: string, open: boolean): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1);
  const client = new Client({ connectionString: process.env.TEST_SERVER_URL });
  await client.connect();
  try {
    await client.query(`alter database ${name} with allow_connections ${open}`);
    if (!open) {
      await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    }
  } finally {
    await client.end();
  }
}
