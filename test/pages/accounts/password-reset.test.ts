import * as cheerio from 'cheerio';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import request from 'supertest';
import { AccountMails } from '../../../src/accounts/mails/account-mails.service.js';
import { SendAccountMailJob } from '../../../src/accounts/mails/send-account-mail.job.js';
import { createApp } from '../../../src/create-app.js';
import { quickHash, startApp, testPassword, type TestApp } from '../../support/app.js';
import { useUp } from '../../support/limits.js';
import { ResendServer, type SentMail } from '../../support/resend-server.js';
import { codeOf, turnOnFactor, wrongCodeOf } from '../../support/second-factor.js';
import { until } from '../../support/until.js';

const newPassword = 'a longer one than before';
const changed = 'Your Interlude password was changed';
const locked = 'Too many wrong tries at your Interlude account';

interface Person {
  readonly id: string;
  readonly email: string;
  readonly actor: { readonly orgId: string; readonly userId: string; readonly role: 'viewer' };
}

describe('a new password by mail', () => {
  let test: TestApp;
  let resend: ResendServer;
  /** An account of its own for each test. */
  let owner: Person;
  let people = 0;
  let places = 0;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startApp({
      TRUST_PROXY: '1',
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Interlude <interviews@interlude.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '100',
    });
  });
  afterAll(async () => {
    await test?.stop();
    await resend?.stop();
  });
  beforeEach(async () => {
    owner = await newPerson();
  });
  afterEach(() => {
    resend.reset();
    jest.restoreAllMocks();
  });

  const newPerson = async ({
    name = 'Pia Lund',
    email = `pia-${(people += 1)}@acme.example`,
    joins = true,
  } = {}): Promise<Person> => {
    const [user] = await test.db.query<{ id: string }[]>(
      'insert into users (name, email, password_hash) values ($1, $2, $3) returning id',
      [name, email, quickHash],
    );
    const { orgId } = test.acme;
    if (joins) {
      await test.db.query(`insert into memberships (org_id, user_id, role) values ($1, $2, 'viewer')`, [
        orgId,
        user!.id,
      ]);
    }
    return { id: user!.id, email, actor: { orgId, userId: user!.id, role: 'viewer' } };
  };
  /** An address nobody tried from before. */
  const somewhere = () => `198.51.100.${(places += 1)}`;
  const ask = (email: string, from = somewhere()) =>
    test.visitor().post('/password-reset').set('X-Forwarded-For', from).type('form').send({ email });
  const signIn = (email: string, password: string, from = somewhere(), agent = test.visitor()) =>
    agent.post('/sign-in').set('X-Forwarded-For', from).type('form').send({ email, password });
  const choose = (path: string, password: string, agent = test.visitor()) =>
    agent.post(path).type('form').send({ newPassword: password });
  const mailsTo = ({ email }: Person, subject?: string) =>
    resend.sent.filter((mail) => mail.to === email && (!subject || mail.subject === subject));
  const arrived = (person: Person, subject: string) =>
    until(
      () => mailsTo(person, subject),
      (mails) => mails.length > 0,
    );
  const linkIn = ({ text }: SentMail) => /http:\/\/localhost:3000(\/password-reset\/[\w-]+)/.exec(text)![1]!;
  const asked = async (person = owner) => {
    await ask(person.email).expect(303);
    return linkIn((await arrived(person, 'Choose a new password for Interlude')).at(-1)!);
  };
  const mailRows = (person: Person) =>
    test.db.query<{ id: string; kind: string; state: string; sealed: string | null }[]>(
      'select id, kind, state, sealed_token sealed from account_mails where user_id = $1 order by created_at',
      [person.id],
    );

  it('comes with a link that works once, however often a program looks at it before', async () => {
    const path = await asked();
    const page = await test.visitor().get(path).expect(200);
    await test.visitor().head(path).expect(200);
    expect(page.headers['referrer-policy']).toBe('strict-origin');
    expect(page.headers['cache-control']).toBe('no-store');
    const short = await choose(path, 'short').expect(422);
    expect(cheerio.load(short.text)('#errors').text()).toContain('Use at least 8 characters');
    const visitor = test.visitor();
    const done = await choose(path, newPassword, visitor).expect(303);
    expect(done.headers['location']).toBe('/sign-in');
    expect((await visitor.get('/sign-in')).text).toContain('The password is changed.');
    await signIn(owner.email, testPassword).expect(422);
    await signIn(owner.email, newPassword).expect(303);
    expect((await test.visitor().get(path).expect(410)).text).toContain('does not work any more');
    await choose(path, 'yet another password').expect(410);
    await signIn(owner.email, newPassword).expect(303);
    const [mail] = await arrived(owner, changed);
    expect(mail!.text).toContain('Hello Pia Lund,');
    expect(mail!.text).toMatch(/was changed: .* CET \(UTC\+1\)\./);
  });

  it('ends every session, on all replicas with the next request, and the other links', async () => {
    const replica = await createApp(test.settings, test.databaseUrl);
    await replica.listen(0, '127.0.0.1');
    try {
      const [here, there] = [
        test.visitor(),
        request.agent(await replica.getUrl()).set('Origin', 'http://localhost:3000'),
      ];
      await signIn(owner.email, testPassword, somewhere(), here).expect(303);
      await signIn(owner.email, testPassword, somewhere(), there).expect(303);
      await there.get('/app/account').expect(200);
      const other = await asked();
      const path = await asked();
      expect(other).not.toBe(path);
      await choose(path, newPassword).expect(303);
      for (const browser of [there, here]) {
        const answer = await browser.get('/app/account').expect(303);
        expect(answer.headers['location']).toBe('/sign-in?next=%2Fapp%2Faccount&ended=1');
      }
      await choose(other, 'yet another password').expect(410);
    } finally {
      await replica.close();
    }
  });

  it('leaves the second factor in force, and nobody signed in', async () => {
    const { secret } = await turnOnFactor(test, owner);
    const visitor = test.visitor();
    await choose(await asked(), newPassword, visitor).expect(303);
    expect((await visitor.get('/app/account').expect(303)).headers['location']).toContain('/sign-in?');
    const first = await signIn(owner.email, newPassword, somewhere(), visitor).expect(303);
    expect(first.headers['location']).toBe('/sign-in/code');
    await visitor
      .post('/sign-in/code')
      .type('form')
      .send({ code: codeOf(secret) })
      .expect(303);
    await visitor.get('/app/account').expect(200);
  });

  it('lets its owner in from that browser, whoever is guessing', async () => {
    const [place, visitor] = [somewhere(), test.visitor()];
    for (let turn = 0; turn < 11; turn += 1) await signIn(owner.email, 'wrong', place);
    await choose(await asked(), newPassword, visitor).expect(303);
    await signIn(owner.email, newPassword, place).expect(429);
    await signIn(owner.email, newPassword, place, visitor).expect(303);
  });

  it('answers the same, in the same time, where there is no account, and sends nothing', async () => {
    const disabled = await newPerson();
    await test.db.query('update users set disabled_at = now() where id = $1', [disabled.id]);
    const alone = await newPerson({ joins: false });
    const addresses = [owner.email, 'nobody@acme.example', disabled.email, alone.email];
    const answers = await Promise.all(
      addresses.map(async (address) => {
        const began = performance.now();
        const { status, headers } = await ask(address);
        const tookMs = performance.now() - began;
        const { text } = await test.visitor().get(headers['location']!);
        return {
          tookMs,
          answer: { status, location: headers['location'], cookie: headers['set-cookie'], page: bare(text) },
        };
      }),
    );
    await arrived(owner, 'Choose a new password for Interlude');
    expect(answers.map(({ answer }) => answer)).toEqual(Array(4).fill(answers[0]!.answer));
    expect(answers[0]!.answer).toMatchObject({ status: 303, location: '/password-reset/sent', cookie: undefined });
    for (const { tookMs } of answers) expect(tookMs).toBeGreaterThanOrEqual(395);
    const rows = await test.db.query('select 1 from account_mails where user_id = any($1)', [[disabled.id, alone.id]]);
    expect(rows).toEqual([]);
    expect(await dump(test)).not.toContain('nobody@acme.example');
  });

  it('takes no link of somebody who was disabled meanwhile', async () => {
    const path = await asked();
    await test.db.query('update users set disabled_at = now() where id = $1', [owner.id]);
    await test.visitor().get(path).expect(410);
    await choose(path, newPassword).expect(410);
  });

  it('refuses links that are too old or that it never gave, and what is no address', async () => {
    const path = await asked();
    await test.db.query(`update password_resets set expires_at = now() where user_id = $1`, [owner.id]);
    await test.visitor().get(path).expect(410);
    await choose(path, newPassword).expect(410);
    for (const token of [
      'x',
      path.slice(-43).toLowerCase(),
      'A'.repeat(43),
      '%00',
      `${'A'.repeat(5000)}`,
      '..%2fsent',
    ]) {
      const { text } = await test.visitor().get(`/password-reset/${token}`).expect(404);
      expect(text).not.toContain('newPassword');
      await choose(`/password-reset/${token}`, newPassword).expect(404);
    }
    for (const body of [{}, { email: '' }, { email: 'a'.repeat(321) }, 'email[x]=1']) {
      await test.visitor().post('/password-reset').type('form').send(body).expect(422);
    }
    await test.visitor().post('/password-reset').set('Origin', 'https://evil.example').send({ email: 'x' }).expect(403);
    await signIn(owner.email, testPassword).expect(303);
  });

  it('is asked for five times in an hour for an account, be there one or not, and thirty times by a client', async () => {
    for (const address of [owner.email, 'no-such-person@acme.example']) {
      await Promise.all(Array.from({ length: 5 }, () => ask(address).expect(303)));
      const { text, headers } = await ask(address.toUpperCase()).expect(429);
      expect(Number(headers['retry-after'])).toBeGreaterThan(3000);
      expect(cheerio.load(text)('#errors').text()).toContain('That was asked for too often.');
    }
    const place = somewhere();
    const answers = await Promise.all(
      Array.from({ length: 31 }, (_, turn) => ask(`nobody-${turn}@acme.example`, place)),
    );
    expect(answers.filter(({ status }) => status === 429).length).toBe(1);
  });

  it('writes no line of a header that an address or a name makes up', async () => {
    const lines = '\r\nBcc: victim@example.com';
    const badAddress = await newPerson({ email: `pia@acme.example${lines}` });
    const badName = await newPerson({ name: `Pia${lines}\n[x](https://evil.example)` });
    await Promise.all([badAddress, badName].map(({ email }) => ask(email).expect(303)));
    const [mail] = await arrived(badName, 'Choose a new password for Interlude');
    expect(mail!.text).toContain('Hello Pia Bcc: victim@example.com [x](https://evil.example),');
    await until(
      () => mailRows(badAddress),
      ([row]) => row?.state === 'given_up',
    );
    expect(resend.requests.filter(({ text }) => text.includes('pia@acme.example'))).toEqual([]);
  });

  it('tries a mail again that nobody took, and sends it once', async () => {
    resend.failNext('500 before', 'reset after');
    await ask(owner.email).expect(303);
    const job = test.app.get(SendAccountMailJob);
    const [row] = await until(
      () => mailRows(owner),
      () => resend.requests.length > 0,
    );
    await until(
      () =>
        test.db.query(
          `select 1 from pgboss.job where data = jsonb_build_object('accountMailId', $1::text) and state = 'created'
            and start_after between now() and now() + interval '5 seconds'`,
          [row!.id],
        ),
      (jobs: unknown[]) => jobs.length === 1,
    );
    while ((await mailRows(owner))[0]!.state === 'waiting') await job.send(row!.id);
    expect((await mailRows(owner))[0]).toMatchObject({ state: 'taken', sealed: null });
    expect(mailsTo(owner).length).toBe(1);
    expect(new Set(resend.requests.map(({ headers }) => headers['idempotency-key']))).toEqual(new Set([row!.id]));
    expect(resend.replays).toBeGreaterThan(0);
    await test
      .visitor()
      .get(linkIn(mailsTo(owner)[0]!))
      .expect(200);
  });

  it('gives a mail up after an hour, or where it is refused for good', async () => {
    resend.fault = () => '500 before';
    await ask(owner.email).expect(303);
    await until(
      () => resend.requests.length,
      (count) => count > 0,
    );
    await test.db.query(`update account_mails set created_at = now() - interval '61 minutes' where user_id = $1`, [
      owner.id,
    ]);
    await test.app.get(SendAccountMailJob).send((await mailRows(owner))[0]!.id);
    expect((await mailRows(owner))[0]).toMatchObject({ state: 'given_up', sealed: null });

    resend.reset();
    const refused = await newPerson();
    resend.badAddresses.add(refused.email);
    await ask(refused.email).expect(303);
    await until(
      () => mailRows(refused),
      ([row]) => row?.state === 'given_up',
    );
    expect((await mailRows(refused))[0]!.sealed).toBeNull();
  });

  it('leaves its token in no column and in no line of the log', async () => {
    resend.fault = () => '500 before';
    await ask(owner.email).expect(303);
    await until(
      () => resend.requests.length,
      (count) => count > 0,
    );
    const before = await dump(test);
    resend.reset();
    await test.app.get(SendAccountMailJob).send((await mailRows(owner))[0]!.id);
    const path = linkIn((await arrived(owner, 'Choose a new password for Interlude'))[0]!);
    const token = path.split('/').at(-1)!;
    await test.visitor().get(path).expect(200);
    await choose(path, newPassword).expect(303);
    expect(before).toContain(owner.id);
    expect([before, await dump(test)].filter((text) => text.includes(token))).toEqual([]);
    expect((await mailRows(owner)).map(({ sealed }) => sealed)).toEqual([null, null]);
    const folder = process.env.TEST_LOG_DIR!;
    const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
    const lines = logs.map((name) => readFileSync(join(folder, name), 'utf8')).join('');
    expect(lines).toContain('/password-reset/[token]');
    expect([token, owner.email].filter((secret) => lines.includes(secret))).toEqual([]);
  });

  it('is not written down where what it tells of is undone', async () => {
    const mails = test.app.get(AccountMails);
    const undone = test.db.transaction(async (manager) => {
      const values = { user_name: 'Pia Lund' };
      await mails.post(manager, { kind: 'password_reset', to: owner.email, userId: owner.id, values });
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await mailRows(owner)).toEqual([]);
  });

  it('is told of to whoever changes the password on the page of the account', async () => {
    const visitor = test.visitor();
    const open = await asked();
    await signIn(owner.email, testPassword, somewhere(), visitor).expect(303);
    const body = { currentPassword: testPassword, newPassword };
    await visitor.post('/app/account/password').type('form').send(body).expect(303);
    await arrived(owner, changed);
    await test.visitor().get(open).expect(410);
  });

  describe('and too many wrong tries', () => {
    it('are told to the owner of the account once', async () => {
      for (const place of [somewhere(), somewhere()]) {
        for (let turn = 0; turn < 12; turn += 1) await signIn(owner.email, 'wrong', place);
      }
      const [mail] = await arrived(owner, locked);
      expect(mail!.text).toContain('Somebody entered wrong passwords for your account');
      expect(mail!.text).toContain('http://localhost:3000/password-reset');
      expect((await mailRows(owner)).map(({ kind }) => kind)).toEqual(['account_locked']);
    });

    it('are told to nobody where there is no account, and where the client alone is refused', async () => {
      const place = somewhere();
      for (let turn = 0; turn < 12; turn += 1) await signIn('not-there@acme.example', 'wrong', place);
      const crowd = somewhere();
      await signIn('not-there@acme.example', 'wrong', crowd).expect(422);
      await useUp(test.db, 'sign-in-network', 100);
      await signIn(owner.email, 'wrong', crowd).expect(429);
      expect(await mailRows(owner)).toEqual([]);
      expect(await dump(test)).not.toContain('not-there@acme.example');
    });

    it('tell of a password that somebody knows where codes were wrong', async () => {
      const { secret } = await turnOnFactor(test, owner);
      const visitor = test.visitor();
      await signIn(owner.email, testPassword, somewhere(), visitor).expect(303);
      for (let turn = 0; turn < 11; turn += 1) {
        await visitor
          .post('/sign-in/code')
          .type('form')
          .send({ code: wrongCodeOf(secret) });
      }
      const [mail] = await arrived(owner, locked);
      expect(mail!.text).toContain('somebody knows your password');
    });
  });
});

/** Every row of every table, as text. */
async function dump({ db }: TestApp): Promise<string> {
  const tables = await db.query<{ name: string }[]>(
    `select format('%I.%I', table_schema, table_name) name from information_schema.tables
      where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE'`,
  );
  const texts = await Promise.all(
    tables.map(async ({ name }) => {
      const [row] = await db.query<{ text: string | null }[]>(`select string_agg(t::text, E'\\n') text from ${name} t`);
      return row!.text ?? '';
    }),
  );
  return texts.join('\n');
}

/** Without what is another one in each answer. */
function bare(html: string): string {
  return html.replace(/nonce="[^"]*"|content="[\da-f-]{36}"/g, '');
}
