import * as cheerio from 'cheerio';
import { SignInCodes } from '../../../src/accounts/sign-in-codes.service.js';
import { SecondFactors } from '../../../src/accounts/second-factors.service.js';
import { startApp, testPassword, type TestApp } from '../../support/app.js';
import { letMinutesPass } from '../../support/limits.js';
import { codeOf, forgetUse, turnOnFactor, wrongCodeOf } from '../../support/second-factor.js';

describe('signing in with a code', () => {
  let test: TestApp;
  let secret: string;
  let codes: readonly string[];

  beforeEach(async () => {
    test = await startApp();
    ({ secret, codes } = await turnOnFactor(test, test.asha));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.stop();
  });

  const withPassword = async (agent = test.visitor(), next = '') => {
    const form = { email: test.asha.email, password: testPassword, next };
    const answer = await agent.post('/sign-in').type('form').send(form).expect(303);
    expect(answer.headers['location']).toBe('/sign-in/code');
    return agent;
  };
  const enter = (agent: ReturnType<TestApp['visitor']>, code: string) =>
    agent.post('/sign-in/code').type('form').send({ code });
  const isIn = async (agent: ReturnType<TestApp['visitor']>) => (await agent.get('/app/scheduling')).status === 200;

  it('asks for it after the password, then goes where the person wanted', async () => {
    const agent = await withPassword(test.visitor(), '/app/bookings?status=pending');
    const page = cheerio.load((await agent.get('/sign-in/code').expect(200)).text);
    expect(page('input[name=code]').attr('autocomplete')).toBe('one-time-code');
    expect(await isIn(agent)).toBe(false);
    const answer = await enter(agent, codeOf(secret)).expect(303);
    expect(answer.headers['location']).toBe('/app/bookings?status=pending');
    expect(await isIn(agent)).toBe(true);
  });

  it('takes a code as people type it', async () => {
    const code = codeOf(secret);
    await enter(await withPassword(), ` ${code.slice(0, 3)} ${code.slice(3)} `).expect(303);
    await enter(await withPassword(), codes[0]!.toLowerCase().replaceAll('-', ' ')).expect(303);
  });

  it('refuses a wrong one, says so, and waits on', async () => {
    const agent = await withPassword();
    for (const code of [wrongCodeOf(secret), '', 'x'.repeat(101), 'AAAA-BBBB', '12345']) {
      const answer = await enter(agent, code).expect(422);
      expect(cheerio.load(answer.text)('#errors a[href="#code"]')).toHaveLength(1);
    }
    await agent.post('/sign-in/code').type('form').send('code[]=1&code[__proto__]=2').expect(422);
    expect(await isIn(agent)).toBe(false);
    await enter(agent, codeOf(secret)).expect(303);
  });

  it('takes each code once, and none before it', async () => {
    const [one, other] = [await withPassword(), await withPassword()];
    await enter(one, codeOf(secret)).expect(303);
    await enter(other, codeOf(secret)).expect(422);
    await enter(other, codeOf(secret, -1)).expect(422);
    await enter(other, codeOf(secret, 1)).expect(303);
  });

  it('takes a code once from ten that send it at the same moment', async () => {
    const agents = await Promise.all(Array.from({ length: 10 }, () => withPassword()));
    const code = codeOf(secret);
    const statuses = await Promise.all(agents.map(async (agent) => (await enter(agent, code)).status));
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
  });

  it('takes each recovery code once, and says how many are left', async () => {
    const agent = await withPassword();
    await enter(agent, codes[3]!).expect(303);
    expect((await agent.get('/app/scheduling').expect(200)).text).toContain('9 of them are left');
    const other = await withPassword();
    await enter(other, codes[3]!).expect(422);
    await enter(other, codes[4]!).expect(303);
  });

  it('gives another session id at each step, and no way back to an earlier one', async () => {
    const agent = test.visitor();
    const ids: string[] = [];
    const noted = (answer: { headers: Record<string, unknown> }) => {
      ids.push(String(answer.headers['set-cookie']).match(/interlude\.sid=([^;]+)/)![1]!);
    };
    const form = { email: test.asha.email, password: testPassword };
    noted(await agent.post('/sign-in').type('form').send(form).expect(303));
    noted(await agent.post('/sign-in').type('form').send(form).expect(303));
    noted(await enter(agent, codeOf(secret)).expect(303));
    expect(new Set(ids).size).toBe(3);
    for (const id of ids.slice(0, 2)) {
      const planted = test.visitor().set('Cookie', `interlude.sid=${id}`);
      expect(await isIn(planted)).toBe(false);
      expect((await planted.get('/sign-in/code')).headers['location']).toBe('/sign-in');
    }
  });

  it('waits ten minutes', async () => {
    const agent = await withPassword();
    letMinutesPass(9);
    await agent.get('/sign-in/code').expect(200);
    letMinutesPass(11);
    expect((await agent.get('/sign-in/code').expect(303)).headers['location']).toBe('/sign-in');
    const late = await enter(agent, codeOf(secret)).expect(303);
    expect(late.headers['location']).toBe('/sign-in');
    expect(await isIn(agent)).toBe(false);
  });

  it('is nothing for whoever has shown no password, or is somebody else', async () => {
    const stranger = test.visitor();
    expect((await stranger.get('/sign-in/code').expect(303)).headers['location']).toBe('/sign-in');
    expect((await enter(stranger, codeOf(secret)).expect(303)).headers['location']).toBe('/sign-in');
    expect((await enter(test.ben.agent, codeOf(secret)).expect(303)).headers['location']).toBe('/sign-in');
    const cleo = await turnOnFactor(test, test.cleo);
    await enter(await withPassword(), codeOf(cleo.secret)).expect(422);
    await enter(await withPassword(), cleo.codes[0]!).expect(422);
  });

  it('is over when the factor was taken off, the password changed or the person disabled meanwhile', async () => {
    const agent = await withPassword();
    await test.db.query('update users set disabled_at = now() where id = $1', [test.asha.actor.userId]);
    expect((await enter(agent, codeOf(secret)).expect(303)).headers['location']).toBe('/sign-in');
    await test.db.query('update users set disabled_at = null');
    await test.app.get(SecondFactors).remove(test.asha.actor.userId!);
    expect((await enter(agent, codes[0]!).expect(303)).headers['location']).toBe('/sign-in');
    expect(await isIn(agent)).toBe(false);
  });

  it('answers ten wrong codes, and looks at none after those', async () => {
    const accept = jest.spyOn(test.app.get(SecondFactors), 'accept');
    const agent = await withPassword();
    for (let turn = 0; turn < 10; turn += 1) {
      await enter(agent, wrongCodeOf(secret)).expect(422);
    }
    for (const tired of [agent, await withPassword()]) {
      const answer = await enter(tired, codeOf(secret)).expect(429);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(60);
      expect(cheerio.load(answer.text)('#errors').text()).toMatch(/too many codes .* Try again in \d+ minutes\./);
    }
    expect(accept).toHaveBeenCalledTimes(10);
    letMinutesPass(16);
    await enter(await withPassword(), codeOf(secret)).expect(303);
  });

  it('answers fifty wrong codes a day', async () => {
    for (let quarter = 0; quarter < 5; quarter += 1) {
      letMinutesPass(quarter * 16);
      const agent = await withPassword();
      for (let turn = 0; turn < 10; turn += 1) {
        await enter(agent, wrongCodeOf(secret)).expect(422);
      }
    }
    letMinutesPass(5 * 16);
    await enter(await withPassword(), codeOf(secret)).expect(429);
  });

  it('lets the owner in from a browser that signed in before, whoever is guessing', async () => {
    const own = await withPassword();
    await enter(own, codeOf(secret)).expect(303);
    await own.post('/sign-out').expect(303);
    const guesser = await withPassword();
    for (let turn = 0; turn < 11; turn += 1) {
      await enter(guesser, wrongCodeOf(secret));
    }
    await forgetUse(test.db, test.asha.actor.userId!);
    await enter(await withPassword(own), codeOf(secret)).expect(303);
  });

  it('counts all known browsers of an account together', async () => {
    const { userId, orgId } = test.asha.actor;
    const [{ generation }] = await test.db.query<[{ generation: number }]>(
      'select session_generation generation from users where id = $1',
      [userId],
    );
    const owner = { userId: userId!, orgId, generation };
    const kinds = new Map<string, number>();
    for (let turn = 0; turn < 110; turn += 1) {
      const { kind } = await test.app.get(SignInCodes).take(owner, wrongCodeOf(secret), `mark ${turn % 11}`);
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    }
    expect(Object.fromEntries(kinds)).toEqual({ wrong: 100, refused: 10 });
  });

  it('can be left for another account', async () => {
    const agent = await withPassword();
    await agent.post('/sign-out').expect(303);
    expect((await agent.get('/sign-in/code')).headers['location']).toBe('/sign-in');
    const form = { email: test.ben.email, password: testPassword };
    await agent.post('/sign-in').type('form').send(form).expect(303);
    expect(await isIn(agent)).toBe(true);
  });

  it('is closed to another site', async () => {
    const agent = await withPassword();
    await enter(agent, codeOf(secret)).set('Origin', 'https://evil.example').expect(403);
    await enter(agent, codeOf(secret)).unset('Origin').expect(403);
    expect(await isIn(agent)).toBe(false);
  });
});
