import * as cheerio from 'cheerio';
import type { SessionData } from 'express-session';
import { promisify } from 'node:util';
import type { Pool } from 'pg';
import { HashedSessionStore } from '../../../src/accounts/hashed-session-store.js';
import { OwnSessions } from '../../../src/accounts/own-sessions.service.js';
import { startApp, testPassword, type TestApp, type TestPerson } from '../../support/app.js';

const newPassword = 'another battery, another staple';

describe('changing the own password', () => {
  let test: TestApp;

  beforeEach(async () => {
    test = await startApp();
  });
  afterEach(() => test.stop());

  const change = ({ agent }: TestPerson, form: object) => agent.post('/app/account/password').type('form').send(form);
  const signIn = async (email: string, password: string, agent = test.visitor()) =>
    (await agent.post('/sign-in').type('form').send({ email, password })).status;
  const cookieOf = async ({ agent }: TestPerson) =>
    String((await agent.get('/app/account').expect(200)).headers['set-cookie']).split(';')[0]!;

  it('lets the new one in and the old one no more', async () => {
    const answer = await change(test.ben, { currentPassword: testPassword, newPassword }).expect(303);
    expect(answer.headers['location']).toBe('/app/account');
    expect((await test.ben.agent.get('/app/account').expect(200)).text).toContain('The password is changed.');
    expect(await signIn(test.ben.email, testPassword)).toBe(422);
    expect(await signIn(test.ben.email, newPassword)).toBe(303);
    expect(await signIn(test.dana.email, testPassword)).toBe(303);
  });

  it('ends the other sessions of that person, and renews this one', async () => {
    const elsewhere = test.visitor();
    await signIn(test.ben.email, testPassword, elsewhere);
    const before = await cookieOf(test.ben);
    await change(test.ben, { currentPassword: testPassword, newPassword }).expect(303);
    expect(await cookieOf(test.ben)).not.toBe(before);
    expect((await elsewhere.get('/app/account')).headers['location']).toContain('/sign-in');
    const stolen = await test.visitor().get('/app/account').set('Cookie', before);
    expect(stolen.headers['location']).toContain('/sign-in');
    await test.dana.agent.get('/app/account').expect(200);
  });

  it('ends a session that a request under way writes once more', async () => {
    const elsewhere = test.visitor();
    await signIn(test.ben.email, testPassword, elsewhere);
    const sessions = await test.db.query<{ sid: string; sess: object; expire: Date }[]>(
      `select * from sessions where sess ->> 'userId' = $1`,
      [test.ben.actor.userId],
    );
    await change(test.ben, { currentPassword: testPassword, newPassword }).expect(303);
    for (const { sid, sess, expire } of sessions) {
      await test.db.query('insert into sessions values ($1, $2, $3)', [sid, sess, expire]);
    }
    expect(sessions).toHaveLength(2);
    expect((await elsewhere.get('/app/account')).headers['location']).toContain('/sign-in');
  });

  it('changes nothing where something is missing or does not fit', async () => {
    for (const [form, field, words] of [
      [{ currentPassword: 'wrong', newPassword }, 'currentPassword', 'not the password you have now'],
      [{ newPassword }, 'currentPassword', 'Enter the password you have now.'],
      [{ currentPassword: testPassword, newPassword: 'Password123' }, 'newPassword', 'Many people use this password'],
      [{ currentPassword: testPassword, newPassword: 'seven77' }, 'newPassword', 'at least 8 characters'],
      [{ currentPassword: testPassword }, 'newPassword', 'Use at least 8'],
      [{ currentPassword: testPassword, newPassword: 'x'.repeat(1001) }, 'newPassword', 'at least 8'],
    ] as const) {
      const answer = await change(test.ben, form).expect(422);
      expect(cheerio.load(answer.text)(`#errors a[href="#${field}"]`).text()).toContain(words);
      expect(answer.text).not.toMatch(/value="(wrong|seven77)"/);
    }
    expect(await signIn(test.ben.email, testPassword)).toBe(303);
  });

  it('answers ten tries, and looks at none after those', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      await change(test.ben, { currentPassword: 'wrong', newPassword }).expect(422);
    }
    await change(test.ben, { currentPassword: testPassword, newPassword }).expect(429);
    expect(await signIn(test.ben.email, testPassword)).toBe(303);
  });

  it('is closed to another site', async () => {
    await change(test.ben, { currentPassword: testPassword, newPassword })
      .set('Origin', 'https://evil.example')
      .expect(403);
    expect(await signIn(test.ben.email, testPassword)).toBe(303);
  });
});

describe('the own sessions', () => {
  let test: TestApp;

  beforeEach(async () => {
    test = await startApp();
  });
  afterEach(() => test.stop());

  const signIn = async (agent: TestPerson['agent'], userAgent: string) => {
    const form = { email: test.ben.email, password: testPassword };
    await agent.post('/sign-in').set('User-Agent', userAgent).type('form').send(form).expect(303);
    return agent;
  };
  const rows = async ({ agent }: Pick<TestPerson, 'agent'>) => {
    const page = cheerio.load((await agent.get('/app/account').expect(200)).text);
    return page('table tbody tr')
      .toArray()
      .map((row) => ({
        words: page(row).find('th').text(),
        isThisOne: page(row).text().includes('This one'),
        end: page(row).find('form').attr('action') ?? null,
      }));
  };
  const isIn = async (agent: TestPerson['agent']) => (await agent.get('/app/account')).status === 200;

  it("are listed, and nobody else's", async () => {
    await signIn(test.visitor(), 'Mozilla/5.0 (Windows NT 10.0; rv:145.0) Gecko/20100101 Firefox/145.0');
    const listed = await rows(test.ben);
    expect(listed.map(({ words, isThisOne }) => [words, isThisOne])).toEqual([
      ['A browser', true],
      ['Firefox on Windows', false],
    ]);
    expect(listed[0]!.end).toBeNull();
    expect(await rows(test.dana)).toHaveLength(1);
    const sids = await test.db.query<{ sid: string }[]>('select sid from sessions');
    const { text } = await test.ben.agent.get('/app/account');
    expect(sids.filter(({ sid }) => text.includes(sid))).toEqual([]);
  });

  it('tell when they were used', async () => {
    await test.db.query(
      `update sessions set expire = expire - interval '2 hours',
              sess = jsonb_set(sess, '{startedAt}', to_jsonb((sess ->> 'startedAt')::int8 - 3 * 3600000))`,
    );
    await signIn(test.visitor(), 'Firefox/145.0');
    const [idle] = await test.app.get(OwnSessions).list(test.dana.actor.userId!);
    expect(minutesSince(idle!.lastSeenAt)).toBe(120);
    expect(minutesSince(idle!.startedAt)).toBe(180);
    await test.dana.agent.get('/app/account').expect(200);
    const [used] = await test.app.get(OwnSessions).list(test.dana.actor.userId!);
    expect(minutesSince(used!.lastSeenAt)).toBe(0);
    expect(minutesSince(used!.startedAt)).toBe(180);
  });

  it('write that down once in a minute at most', async () => {
    const aMoment = async (seconds: number) => {
      await test.db.query(`update sessions set expire = expire - make_interval(secs => $1)`, [seconds]);
      const before = await test.app.get(OwnSessions).list(test.dana.actor.userId!);
      await test.dana.agent.get('/app/account').expect(200);
      const after = await test.app.get(OwnSessions).list(test.dana.actor.userId!);
      return after[0]!.lastSeenAt.getTime() - before[0]!.lastSeenAt.getTime();
    };
    await test.dana.agent.get('/app/account').expect(200);
    expect(await aMoment(10)).toBe(0);
    expect(await aMoment(3_600)).toBeGreaterThan(3_000_000);
  });

  it('end one by one', async () => {
    const [one, other] = [await signIn(test.visitor(), 'Firefox/145.0'), await signIn(test.visitor(), 'Chrome/142.0')];
    const { end } = (await rows(test.ben)).find(({ words }) => words === 'Firefox')!;
    for (const { agent } of [test.dana, test.asha, test.cleo]) {
      await agent.post(end!).expect(404);
    }
    expect(await isIn(one!)).toBe(true);
    await test.ben.agent.post(end!).set('Origin', 'https://evil.example').expect(403);
    await test.ben.agent.post(end!).expect(303);
    expect((await test.ben.agent.get('/app/account')).text).toContain('That session is over.');
    expect([await isIn(one!), await isIn(other!), await isIn(test.ben.agent)]).toEqual([false, true, true]);
    await test.ben.agent.post(end!).expect(404);
    await test.ben.agent.post('/app/account/sessions/1/revocation').expect(404);
  });

  it('end all but this one', async () => {
    const other = await signIn(test.visitor(), 'Firefox/145.0');
    await test.ben.agent.post('/app/account/sessions/revocation').expect(303);
    expect([await isIn(other), await isIn(test.ben.agent), await isIn(test.dana.agent)]).toEqual([false, true, true]);
    expect(await rows(test.ben)).toHaveLength(1);
  });

  it('stay ended, whatever a request under way has still to write', async () => {
    const pool = (test.db.driver as unknown as { master: Pool }).master;
    const store = new HashedSessionStore(pool);
    const get = () => promisify(store.get.bind(store))('an id');
    const set = (data: SessionData) => promisify<string, SessionData, void>(store.set.bind(store))('an id', data);
    const cookie = { originalMaxAge: 60_000, expires: new Date(Date.now() + 60_000) };
    await set({ cookie, browser: 'Firefox' } as SessionData);
    const read = (await get())!;
    await set({ ...read, cookie, browser: 'Chrome' });
    expect((await get())!.browser).toBe('Chrome');
    await promisify<string, void>(store.destroy.bind(store))('an id');
    await set({ ...read, cookie });
    expect(await get()).toBeUndefined();
    store.close();
  });
});

function minutesSince(at: Date): number {
  return Math.abs(Math.round((Date.now() - at.getTime()) / 60_000));
}
