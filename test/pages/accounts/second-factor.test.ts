import * as cheerio from 'cheerio';
import { startApp, testPassword, type TestApp, type TestPerson } from '../../support/app.js';
import { letMinutesPass } from '../../support/limits.js';
import { codeOf, turnOnFactor, wrongCodeOf } from '../../support/second-factor.js';

const path = '/app/account/second-factor';

describe('setting up a second factor', () => {
  let test: TestApp;

  beforeEach(async () => {
    test = await startApp();
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.stop();
  });

  const post = ({ agent }: Pick<TestPerson, 'agent'>, to: string, form: object = {}) =>
    agent.post(`${path}${to}`).type('form').send(form);
  const begin = async (person: TestPerson) => {
    const answer = await post(person, '', { password: testPassword }).expect(303);
    expect(answer.headers['location']).toBe(path);
    return secretOn((await person.agent.get(path).expect(200)).text);
  };
  const signIn = async (email: string, agent = test.visitor()) => {
    const answer = await agent.post('/sign-in').type('form').send({ email, password: testPassword }).expect(303);
    return { agent, to: answer.headers['location'] };
  };

  it('is for every role, and linked in the account menu', async () => {
    for (const { agent } of [test.asha, test.dana, test.ben, test.cleo]) {
      const page = cheerio.load((await agent.get('/app/account').expect(200)).text);
      expect(page('.menu a[href="/app/account"]').text()).toContain('Your account');
      expect(page('main').text()).toContain('Set it up');
    }
  });

  it('counts only once a code has confirmed it', async () => {
    const secret = await begin(test.ben);
    expect((await signIn(test.ben.email)).to).toBe('/app/scheduling');
    const refused = await post(test.ben, '/confirmation', { code: wrongCodeOf(secret) }).expect(422);
    expect(cheerio.load(refused.text)('#code-error').text()).toContain('does not fit');
    expect(secretOn(refused.text)).toBe(secret);
    await post(test.ben, '/confirmation', { code: '' }).expect(422);
    expect((await signIn(test.ben.email)).to).toBe('/app/scheduling');

    const { text } = await post(test.ben, '/confirmation', { code: codeOf(secret) }).expect(201);
    expect(codesOn(text)).toHaveLength(10);
    expect((await signIn(test.ben.email)).to).toBe('/sign-in/code');
  });

  it('tells the secret as a picture and as text, with nothing the policy would block', async () => {
    const secret = await begin(test.ben);
    const { text } = await test.ben.agent.get(path);
    const page = cheerio.load(text);
    const { size, dark } = drawn(page('svg.qr-code path').attr('d')!);
    expect(page('svg.qr-code').attr('viewBox')).toBe(`0 0 ${size + 8} ${size + 8}`);
    expect(dark).toBeGreaterThan((size * size) / 3);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(text).not.toMatch(/\sstyle=|<style|<script(?![^>]*\ssrc=)/);
  });

  it('keeps the secret sealed and the recovery codes hashed', async () => {
    const secret = await begin(test.ben);
    const { text } = await post(test.ben, '/confirmation', { code: codeOf(secret) }).expect(201);
    const [factor] = await test.db.query<{ secret: string }[]>('select secret from second_factors');
    expect(factor!.secret).toMatch(/^test\./);
    const rows = JSON.stringify(
      await test.db.query(`select to_jsonb(f) from second_factors f union all select to_jsonb(c) from recovery_codes c
                           union all select sess from sessions`),
    );
    expect([secret, ...codesOn(text), ...codesOn(text).map(plain)].filter((word) => rows.includes(word))).toEqual([]);
    const again = (await test.ben.agent.get(path).expect(200)).text;
    expect(again).toContain('10 of 10 are left');
    expect([secret, ...codesOn(text)].filter((word) => again.includes(word))).toEqual([]);
  });

  it('asks for the password each time', async () => {
    for (const [to, field] of [
      ['', 'password'],
      ['/recovery-codes', 'codesPassword'],
      ['/removal', 'removalPassword'],
    ] as const) {
      if (to === '/recovery-codes') await turnOn();
      for (const body of [{ [field]: 'wrong' }, { [`${field}[]`]: testPassword }]) {
        const answer = await post(test.ben, to, body).expect(422);
        expect(cheerio.load(answer.text)(`#errors a[href="#${field}"]`).text()).toContain('password');
        expect(answer.text).not.toContain('value="wrong"');
      }
    }
    expect(await test.db.query('select 1 from second_factors where confirmed_at is not null')).toHaveLength(1);
  });

  it('gives no more than ten tries at that password', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      await post(test.ben, '', { password: 'wrong' }).expect(422);
    }
    const answer = await post(test.ben, '', { password: testPassword }).expect(429);
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(60);
    await post(test.dana, '', { password: testPassword }).expect(303);
  });

  it('shows the secret only in the session that asked for it, and for a while', async () => {
    await begin(test.ben);
    const { agent } = await signIn(test.ben.email);
    expect(cheerio.load((await agent.get(path).expect(200)).text)('svg.qr-code')).toHaveLength(0);
    const elsewhere = await post({ agent }, '/confirmation', { code: '123456' }).expect(303);
    expect(elsewhere.headers['location']).toBe(path);
    expect((await test.ben.agent.get(path)).text).toContain('qr-code');
    letMinutesPass(16);
    expect((await test.ben.agent.get(path)).text).not.toContain('qr-code');
  });

  it('ends the other sessions, and renews this one', async () => {
    const before = await cookieOf(test.ben);
    const { agent: elsewhere } = await signIn(test.ben.email);
    await turnOn();
    const isIn = async (agent: TestPerson['agent']) => (await agent.get('/app/scheduling')).status === 200;
    expect([await isIn(test.ben.agent), await isIn(elsewhere)]).toEqual([true, false]);
    expect(await cookieOf(test.ben)).not.toBe(before);
    const stolen = await test.visitor().get('/app/scheduling').set('Cookie', before);
    expect(stolen.headers['location']).toContain('/sign-in');
    expect(await isIn(test.dana.agent)).toBe(true);
  });

  it('makes new codes, and the old ones are worth nothing', async () => {
    const { codes: old } = await turnOn();
    const { text } = await post(test.ben, '/recovery-codes', { codesPassword: testPassword }).expect(201);
    expect(codesOn(text).filter((code) => old.includes(code))).toEqual([]);
    const { agent } = await signIn(test.ben.email);
    const enter = (code: string) => agent.post('/sign-in/code').type('form').send({ code });
    await enter(old[0]!).expect(422);
    await enter(codesOn(text)[0]!).expect(303);
  });

  it('is turned off with all that belongs to it', async () => {
    await turnOn();
    const answer = await post(test.ben, '/removal', { removalPassword: testPassword }).expect(303);
    expect(answer.headers['location']).toBe('/app/account');
    expect((await test.ben.agent.get('/app/account')).text).toContain('The second factor is off.');
    expect((await signIn(test.ben.email)).to).toBe('/app/scheduling');
    expect(
      await test.db.query('select user_id from second_factors union all select user_id from recovery_codes'),
    ).toEqual([]);
  });

  it('says that nothing was changed where there is nothing to change', async () => {
    for (const [to, form] of [
      ['/confirmation', { code: '123456' }],
      ['/recovery-codes', { codesPassword: testPassword }],
      ['/removal', { removalPassword: testPassword }],
    ] as const) {
      await post(test.ben, to, form).expect(303);
      expect((await test.ben.agent.get(path)).text).toContain('Nothing was changed.');
    }
  });

  it('does not replace one that is in force', async () => {
    const { secret } = await turnOn();
    await post(test.ben, '', { password: testPassword }).expect(303);
    expect((await test.ben.agent.get(path)).text).not.toContain('qr-code');
    await post(test.ben, '/confirmation', { code: codeOf(secret, 1) }).expect(303);
    expect((await test.ben.agent.get(path)).text).toContain('10 of 10 are left');
  });

  it('opens nothing where the key is gone, and where a row was moved', async () => {
    const ben = await turnOnFactor(test, test.ben);
    await turnOnFactor(test, test.dana);
    await test.db.query(
      `update second_factors set secret = (select secret from second_factors where user_id = $1) where user_id = $2`,
      [test.ben.actor.userId, test.dana.actor.userId],
    );
    const { agent } = await signIn(test.dana.email);
    await agent
      .post('/sign-in/code')
      .type('form')
      .send({ code: codeOf(ben.secret) })
      .expect(422);
  });

  it('is closed to another site', async () => {
    for (const to of ['', '/confirmation', '/recovery-codes', '/removal']) {
      await post(test.ben, to).set('Origin', 'https://evil.example').expect(403);
    }
  });

  async function turnOn(): Promise<{ secret: string; codes: string[] }> {
    const secret = await begin(test.ben);
    const { text } = await post(test.ben, '/confirmation', { code: codeOf(secret) }).expect(201);
    return { secret, codes: codesOn(text) };
  }

  async function cookieOf({ agent }: TestPerson): Promise<string> {
    const { headers } = await agent.get('/app/account').expect(200);
    return String(headers['set-cookie']).split(';')[0]!;
  }
});

function secretOn(html: string): string {
  return cheerio.load(html)('.copyable code').text().replaceAll(' ', '');
}

function codesOn(html: string): string[] {
  const page = cheerio.load(html);
  return page('.recovery-codes code')
    .toArray()
    .map((code) => page(code).text());
}

function plain(code: string): string {
  return code.replaceAll('-', '');
}

/** How many modules a side has, by its dark corners, and how many are dark. */
function drawn(path: string): { size: number; dark: number } {
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map((run) => run.slice(1).map(Number));
  expect(runs.map(([x, y, length]) => `M${x} ${y}h${length}v1h-${length}z`).join('')).toBe(path);
  const left = Math.min(...runs.map(([x]) => x!));
  const right = Math.max(...runs.map(([x, , length]) => x! + length!));
  return { size: right - left, dark: runs.reduce((sum, [, , length]) => sum + length!, 0) };
}
