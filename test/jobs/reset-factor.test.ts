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
  });

  it('changes nothing where there is no factor', async () => {
    const { code, stdout } = await reset('--email', test.ben.email);
    expect([code, stdout]).toEqual([0, 'ben@acme.example has no second factor. Nothing was changed.\n']);
    await test.ben.agent.get('/app/scheduling').expect(200);
  });

  it.each([
    [['--email', 'nobody@acme.example'], 'Nobody has the address nobody@acme.example.\n'],
    [[], 'admin:reset-factor needs --email.\n'],
  ])('says what is wrong with %j', async (words, message) => {
    const { code, stdout, stderr } = await reset(...words);
    expect([code, stdout, stderr]).toEqual([1, '', message]);
  });
});
