import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { environmentOf, runCli } from '../support/cli.js';
import { makeDataDir, removeDataDir } from '../support/data-dir.js';
import { startHealthyApp, type HealthyApp } from '../support/healthy-app.js';

describe('the doctor on a shell', () => {
  let test: HealthyApp;
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    test = await startHealthyApp();
    folder = makeDataDir();
    const authority = join(folder, 'proxy.pem');
    writeFileSync(authority, test.certificate);
    environment = { ...environmentOf(test), NODE_EXTRA_CA_CERTS: authority };
  });
  afterAll(async () => {
    await test?.stop();
    removeDataDir(folder);
  });

  const doctor = (words: string[] = [], more: Record<string, string> = {}) =>
    runCli(['doctor', ...words], { ...environment, ...more });
  const ofAcme = ['--organization', 'acme'];

  it('ends with 0 where all is green', async () => {
    const { stdout, code } = await doctor(ofAcme);
    expect([stdout.match(/^(?!green )\S.*$/gm), code]).toEqual([null, 0]);
    expect(stdout).toContain('green  Cal.com key: ');
  });

  it('ends with 1 where something is amber, and looks at every organization unless told', async () => {
    const { stdout, code } = await doctor();
    expect(stdout).toMatch(
      /^green {2}Cal\.com key of Acme: .*\nAMBER {2}Cal\.com key of Globex: Cal\.com is not connected\.\n {7}-> Enter an API key/m,
    );
    expect(code).toBe(1);
  });

  it('ends with 2 where something is red', async () => {
    test.resend.domains = [];
    const { stdout, code } = await doctor(ofAcme);
    test.resend.domains = [{ name: 'acme.example', status: 'verified' }];
    expect(stdout.match(/^(?!green ).*$/gm)?.filter(Boolean)).toEqual([
      'RED    Mail: This Resend account does not have acme.example.',
      '       -> Add acme.example at Resend under Domains, or change EMAIL_FROM.',
    ]);
    expect(code).toBe(2);
  });

  it('tells the rest without a database', async () => {
    const { stdout, code } = await doctor([], { DATABASE_URL: 'postgres://localhost:1/nowhere' });
    expect(stdout).toContain('RED    Database and migrations: The database does not answer.');
    for (const title of ['Encryption keys', 'Mail', 'Public address', 'Time-zone data', 'Version']) {
      expect(stdout).toContain(`green  ${title}: `);
    }
    expect(stdout).toContain('-      Job queue: The database does not answer.');
    expect(stdout.match(/^RED/gm)).toHaveLength(1);
    expect(code).toBe(2);
  });

  it('changes nothing: a migration that is missing stays missing', async () => {
    await test.db.query(
      `create table kept as select * from migrations; delete from migrations where id = (select max(id) from migrations)`,
    );
    const { stdout, code } = await doctor(ofAcme);
    const [left] = await test.db.query<{ count: number }[]>(
      'select (select count(*) from kept)::int - (select count(*) from migrations)::int count',
    );
    await test.db.query('delete from migrations; insert into migrations select * from kept; drop table kept');
    expect(stdout).toContain('RED    Database and migrations: ');
    expect([code, left]).toEqual([2, { count: 1 }]);
  });

  it('knows no organization by a wrong name', async () => {
    const { stderr, code } = await doctor(['--organization', 'initech']);
    expect(stderr).toContain('There is no such organization; there are acme, globex.');
    expect(code).toBe(1);
  });

  it('stands in the help', async () => {
    const { stdout } = await runCli(['--help'], environment);
    expect(stdout).toContain('  doctor ');
    expect(stdout).toContain('  keys:rotate ');
  });
});
