import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { environmentOf, runCli } from '../support/cli.js';
import { turnOnFactor } from '../support/second-factor.js';

describe('admin:reset-factor', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  const reset = (...words: string[]) => runCli(['admin:reset-factor', ...words], environmentOf(test));

  it('frees whoever lost the app and the codes', async () => {
    await turnOnFactor(test, test.dana);
    await turnOnFactor(test, test.asha);
    const asha = test.visitor();
    const signIn = () =>
      asha.post('/sign-in').type('form').send({ email: test.asha.email, password: testPassword }).expect(303);
    expect((await signIn()).headers['location']).toBe('/sign-in/code');

    const { code, stdout, stderr } = await reset('--email', 'ASHA@acme.example');
    expect([code, stdout, stderr]).toEqual([
      0,
      'asha@acme.example signs in with the password alone now. Every session of theirs was ended.\n',
      '',
    ]);
    expect((await asha.get('/sign-in/code')).headers['location']).toBe('/sign-in');
    expect((await signIn()).headers['location']).toBe('/app/scheduling');
    await asha.get('/app/scheduling').expect(200);
    const left = `select distinct user_id from second_factors natural join recovery_codes`;
    expect(await test.db.query(left)).toEqual([{ user_id: test.dana.actor.userId }]);
    const noted = `select org_id, who, who_id, subject_id from activity where action = 'factor.reset'`;
    expect(await test.db.query(noted)).toEqual([
      { org_id: test.acme.orgId, who: 'command', who_id: null, subject_id: test.asha.actor.userId },
    ]);
  });

  it('changes nothing where there is no factor', async () => {
    const { code, stdout } = await reset('--email', test.ben.email);
    expect([code, stdout]).toEqual([0, 'ben@acme.example has no second factor. Nothing was changed.\n']);
    await test.ben.agent.get('/app/scheduling').expect(200);
    const noted = `select count(*)::int count from activity where action = 'factor.reset'`;
    expect(await test.db.query(noted)).toEqual([{ count: 1 }]);
  });

  it('is noted like any other command that changes something', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'interlude-import-'));
    const file = join(folder, 'people.csv');
    await writeFile(file, 'name,email,assessment,status\nIda Import,ida@people.example,Typing,submitted\n');
    const environment = environmentOf(test);
    const acme = ['--organization', 'acme'];
    const runs = await Promise.all([
      runCli(['admin:create', '--email', 'eva@acme.example', '--name', 'Eva', ...acme], environment),
      runCli(['import', file, ...acme], environment),
      runCli(['keys:rotate'], environment),
    ]);
    await rm(folder, { recursive: true });
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })));
    const noted = await test.db.query<{ action: string }[]>(
      `select action, org_id, after from activity where who = 'command' and action <> 'factor.reset' order by action`,
    );
    expect(noted).toEqual([
      {
        action: 'candidates.imported',
        org_id: test.acme.orgId,
        after: { created: 1, changed: 0, unchanged: 0, refused: 0 },
      },
      { action: 'keys.rotated', org_id: null, after: { key: 'test', secrets: 0 } },
      { action: 'member.added', org_id: test.acme.orgId, after: { role: 'admin' } },
    ]);
  });

  it('makes an admin of whoever has an account, here and of a new organization', async () => {
    const dana = ['--email', 'DANA@acme.example', '--name', 'Dana'];
    const runs = await Promise.all([
      runCli(['admin:create', '--organization', 'acme', ...dana], environmentOf(test)),
      runCli(['organization:create', '--organization', 'Initech Labs', ...dana], environmentOf(test)),
    ]);
    const said = 'DANA@acme.example is an admin now and signs in as before.\n';
    expect(runs).toEqual(runs.map(() => ({ code: 0, stdout: said, stderr: '' })));
    const memberships = `select o.slug, m.role from memberships m join orgs o on o.id = m.org_id
                          where m.user_id = $1 order by o.slug`;
    expect(await test.db.query(memberships, [test.dana.actor.userId])).toEqual([
      { slug: 'acme', role: 'admin' },
      { slug: 'initech-labs', role: 'admin' },
    ]);
    await test
      .visitor()
      .post('/sign-in')
      .type('form')
      .send({ email: test.dana.email, password: testPassword })
      .expect(303);
  });

  it.each([
    [['--email', 'nobody@acme.example'], 'Nobody has the address nobody@acme.example.\n'],
    [[], 'admin:reset-factor needs --email.\n'],
  ])('says what is wrong with %j', async (words, message) => {
    const { code, stdout, stderr } = await reset(...words);
    expect([code, stdout, stderr]).toEqual([1, '', message]);
  });
});
