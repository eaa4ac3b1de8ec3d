import * as cheerio from 'cheerio';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { createApp } from '../../../src/create-app.js';
import { startApp, testPassword, type TestApp } from '../../support/app.js';
import { KeptLog } from '../../support/kept-log.js';
import { until } from '../../support/until.js';

describe('signing in and out', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp();
  });
  afterAll(() => test.stop());

  const signIn = (body: object, agent = test.visitor()) => agent.post('/sign-in').type('form').send(body);
  const cookieIn = (answer: { headers: Record<string, unknown> }) =>
    /interlude\.sid=[^;]+/.exec(String(answer.headers['set-cookie']))![0];

  it('sends a visitor to the sign-in page, and back afterwards', async () => {
    const visitor = test.visitor();
    const away = await visitor.get('/app/scheduling?status=submitted').expect(303);
    expect(away.headers['location']).toBe('/sign-in?next=%2Fapp%2Fscheduling%3Fstatus%3Dsubmitted');
    const form = cheerio.load((await visitor.get(away.headers['location']!).expect(200)).text);
    expect(form('input[name=next]').attr('value')).toBe('/app/scheduling?status=submitted');
    const back = await signIn(
      { email: 'ASHA@acme.example', password: testPassword, next: '/app/scheduling?status=submitted' },
      visitor,
    );
    expect([back.status, back.headers['location']]).toEqual([303, '/app/scheduling?status=submitted']);
  });

  it('goes nowhere outside after signing in', async () => {
    for (const next of ['https://evil.example/', '//evil.example', '/app/../\\evil.example', 'javascript:alert(1)']) {
      const answer = await signIn({ email: 'asha@acme.example', password: testPassword, next });
      expect(answer.headers['location']).toBe('/app/scheduling');
    }
  });

  it('says the same for a wrong password and an unknown address, and keeps the address', async () => {
    const wrong = await signIn({ email: 'asha@acme.example', password: 'wrong' }).expect(422);
    const unknown = await signIn({ email: 'nobody@acme.example', password: testPassword }).expect(422);
    const words = (html: string) =>
      cheerio.load(html)('[role=alert], .notice').first().text().replace(/\s+/g, ' ').trim();
    expect(words(wrong.text)).toContain('do not fit together');
    expect(words(unknown.text)).toBe(words(wrong.text));
    expect(cheerio.load(wrong.text)('input[name=email]').attr('value')).toBe('asha@acme.example');
    expect(wrong.text).not.toContain('value="wrong"');
  });

  it('gives a new session id at sign-in and forgets it at sign-out', async () => {
    const visitor = test.visitor();
    const first = await signIn({ email: 'asha@acme.example', password: testPassword }, visitor);
    const second = await signIn({ email: 'asha@acme.example', password: testPassword }, visitor);
    expect(cookieIn(second)).not.toBe(cookieIn(first));
    const stolen = cookieIn(second);
    await visitor.post('/sign-out').expect(303);
    const replay = await test.visitor().get('/app/scheduling').set('Cookie', stolen);
    expect(replay.headers['location']).toContain('/sign-in');
  });

  it('opens no session whose id somebody planted before (session fixation)', async () => {
    const own = cookieIn(await signIn({ email: 'ben@acme.example', password: testPassword }));
    const openedBy = async (cookie: string) => (await test.visitor().get('/app/account').set('Cookie', cookie)).status;
    for (const planted of [own, 'interlude.sid=s%3Aplanted.by-somebody', 'interlude.sid=planted']) {
      const answer = await signIn({ email: 'asha@acme.example', password: testPassword }).set('Cookie', planted);
      expect(cookieIn(answer)).not.toBe(planted);
      expect([await openedBy(planted), await openedBy(cookieIn(answer))]).toEqual([303, 200]);
    }
  });

  it('keeps no session id in the database that could open a session', async () => {
    const rows = await test.db.query<{ sid: string }[]>('select sid from sessions');
    const answer = await signIn({ email: 'asha@acme.example', password: testPassword });
    const sid = decodeURIComponent(String(answer.headers['set-cookie'])).match(/s:([^.]+)\./)![1];
    expect(sid).toMatch(/^[\w-]{32}$/);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.map((row) => row.sid)).not.toContain(sid);
  });

  it('refuses posts from another origin, and without one where a cookie is sent', async () => {
    await test.asha.agent.post('/sign-out').set('Origin', 'https://evil.example').expect(403);
    await test.asha.agent.post('/sign-out').set('Origin', 'null').expect(403);
    await test.asha.agent.post('/sign-out').unset('Origin').expect(403);
    await test.asha.agent.get('/healthz').expect(200);
  });

  it('sends the headers that keep a page to itself', async () => {
    const { headers, text } = await test.visitor().get('/sign-in').set('Origin', 'https://evil.example').expect(200);
    for (const rule of ['default-src', 'object-src', 'base-uri', 'frame-ancestors']) {
      expect(headers['content-security-policy']).toContain(`${rule} 'none'`);
    }
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-frame-options']).toBe('DENY');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    expect(headers['x-powered-by']).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
    expect(text).not.toMatch(/\sstyle=|<script(?![^>]*\ssrc=)/);
  });

  it('gives its cookies to https and to this host alone, where it is reached by https', async () => {
    const settings = { ...test.settings, publicUrl: 'https://interviews.acme.example' };
    const secure = await createApp(settings, test.databaseUrl, new KeptLog());
    await secure.listen(0, '127.0.0.1');
    try {
      const form = { email: 'asha@acme.example', password: testPassword };
      const post = () => request(secure.getHttpServer()).post('/sign-in').type('form').send(form);
      const { headers } = await post().set('X-Forwarded-Proto', 'https').expect(303);
      const cookies = headers['set-cookie'] as unknown as string[];
      expect(cookies.map((cookie) => cookie.split('=')[0]).toSorted()).toEqual([
        '__Host-interlude.known',
        '__Host-interlude.sid',
      ]);
      for (const cookie of cookies) {
        const rules = cookie.split('; ').slice(1);
        expect(rules).toEqual(expect.arrayContaining(['Path=/', 'HttpOnly', 'Secure', 'SameSite=Lax']));
        expect(rules.filter((rule) => rule.startsWith('Domain'))).toEqual([]);
      }
      expect(headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains');
      const plain = await post().expect(303);
      expect(String(plain.headers['set-cookie'])).not.toContain('interlude.sid');
    } finally {
      await secure.close();
    }
  });

  it.each([
    ['was not used for 8 hours', `update sessions set expire = now() - interval '1 second'`],
    [
      'began 7 days ago, however much it was used',
      `update sessions set sess = jsonb_set(sess, '{startedAt}', to_jsonb(
         1000 * extract(epoch from clock_timestamp() - interval '7 days')))`,
    ],
  ])('is over when it %s, and leads back afterwards', async (_, letTimePass) => {
    const visitor = test.visitor();
    await signIn({ email: 'ben@acme.example', password: testPassword }, visitor).expect(303);
    await visitor.get('/app/account').expect(200);
    const [left] = await test.db.query<{ hours: number }[]>(
      `select round(extract(epoch from max(expire) - now()) / 3600)::int hours from sessions`,
    );
    expect(left!.hours).toBe(8);
    const sessions = await test.db.query<{ sid: string }[]>(`select sid from sessions where sess ->> 'userId' = $1`, [
      test.ben.actor.userId,
    ]);
    await test.db.query(`${letTimePass} where sid = any($1)`, [sessions.map(({ sid }) => sid)]);
    const away = await visitor.get('/app/bookings?status=confirmed').expect(303);
    expect(away.headers['location']).toBe('/sign-in?next=%2Fapp%2Fbookings%3Fstatus%3Dconfirmed&ended=1');
    const page = cheerio.load((await visitor.get(away.headers['location']!).expect(200)).text);
    expect(page('[role=status]').text()).toContain('You are signed out. A session ends 8 hours after it was last used');
    expect(page('input[name=next]').attr('value')).toBe('/app/bookings?status=confirmed');
    const lost = await visitor
      .post('/app/account/password')
      .set('Referer', 'http://localhost:3000/app/account?x=1')
      .expect(303);
    expect(lost.headers['location']).toBe('/sign-in?next=%2Fapp%2Faccount%3Fx%3D1&ended=1');
  });

  it('keeps a captured mail about an account in a file, and shows it on no page', async () => {
    const visitor = test.visitor();
    const sent = await visitor.post('/password-reset').type('form').send({ email: 'dana@acme.example' }).expect(303);
    expect((await visitor.get(sent.headers['location']!)).text).toContain('No mail leaves this server.');
    const folder = join(test.settings.dataDir, 'account-mail');
    const [name] = await until(
      () => (existsSync(folder) ? readdirSync(folder) : []),
      (names) => names.length > 0,
    );
    const mail = readFileSync(join(folder, name!), 'utf8');
    expect(mail).toContain('To: dana@acme.example\nSubject: Choose a new password for Interlude\n\nHello Dana Ruiz,');
    expect(statSync(join(folder, name!)).mode & 0o777).toBe(0o600);
    await visitor.get(/\/password-reset\/[\w-]+/.exec(mail)![0]).expect(200);
  });

  it('believes no address that a client makes up, where no proxy is trusted', async () => {
    const statuses: number[] = [];
    for (let turn = 1; turn <= 11; turn += 1) {
      const answer = await signIn({ email: 'dana@acme.example', password: 'wrong' }).set(
        'X-Forwarded-For',
        `198.51.100.${turn}`,
      );
      statuses.push(answer.status);
    }
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 422), 429]);
  });

  it('answers a program that is not signed in with a problem', async () => {
    const answer = await test.visitor().get('/api/admin/scheduling/candidates');
    expect([answer.status, answer.headers['content-type']]).toEqual([401, 'application/problem+json; charset=utf-8']);
  });
});
