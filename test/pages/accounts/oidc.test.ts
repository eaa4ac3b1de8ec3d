import { load } from 'cheerio';
import type { KeyObject } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Response } from 'supertest';
import { startApp, testPassword, type TestApp, type TestPerson } from '../../support/app.js';
import {
  anotherKey,
  type OidcAccount,
  oidcClient,
  type OidcServer,
  startOidcServer,
} from '../../support/oidc-server.js';
import { codeOf, turnOnFactor } from '../../support/second-factor.js';

const callbackUrl = 'http://localhost:3000/sign-in/oidc/callback';
const page = '/app/scheduling';
const groupRoles = [
  'interviewers=acme:viewer',
  'recruiters=acme:scheduler',
  '"CN=Leads, HR"=acme:admin',
  'partners=globex:viewer',
  'former=closed-down:admin',
].join(',');

describe('signing in with a provider', () => {
  let oidc: OidcServer;
  let test: TestApp;
  let people = 0;

  beforeAll(async () => {
    oidc = await startOidcServer(callbackUrl);
    test = await startApp({
      OIDC_ISSUER: oidc.issuer,
      OIDC_CLIENT_ID: oidcClient.id,
      OIDC_CLIENT_SECRET: oidcClient.secret,
      OIDC_NAME: 'Acme ID',
      OIDC_GROUP_ROLES: groupRoles,
    });
  });
  afterEach(() => (oidc.tamper = null));
  afterAll(async () => {
    await test.stop();
    await oidc.stop();
  });

  type Agent = TestPerson['agent'];

  /** Somebody the app has never seen. */
  const someone = (given: Partial<OidcAccount> = {}): OidcAccount => {
    people += 1;
    const email = `ida${people}@acme.example`;
    return {
      sub: `subject ${people}`,
      email,
      email_verified: true,
      name: 'Ida Roth',
      groups: ['recruiters'],
      ...given,
    };
  };
  const begin = async (agent: Agent, query = '') =>
    String((await agent.get(`/sign-in/oidc${query}`).expect(303)).headers['location']);
  const back = (agent: Agent, { pathname, search }: URL) => agent.get(`${pathname}${search}`);
  const signIn = async (person: OidcAccount | null, agent: Agent = test.visitor(), query = '') => {
    oidc.person = person;
    return back(agent, await oidc.visit(await begin(agent, query)));
  };
  /** The browser of somebody who is in. */
  const signedIn = async (person: OidcAccount, query = ''): Promise<Agent> => {
    const agent = test.visitor();
    expect((await signIn(person, agent, query)).status).toBe(303);
    return agent;
  };
  const isIn = async (agent: Agent) => (await agent.get(page)).status === 200;
  const told = (answer: Response) => load(answer.text)('.notice').text();
  const rolesOf = async ({ sub }: Pick<OidcAccount, 'sub'>): Promise<Record<string, string>> => {
    const rows = await test.db.query<{ slug: string; role: string }[]>(
      `select o.slug, m.role from user_identities i
         join memberships m on m.user_id = i.user_id join orgs o on o.id = m.org_id where i.subject = $1`,
      [sub],
    );
    return Object.fromEntries(rows.map(({ slug, role }) => [slug, role]));
  };
  const userIdOf = async ({ sub }: Pick<OidcAccount, 'sub'>) =>
    (await test.db.query<{ id: string }[]>('select user_id id from user_identities where subject = $1', [sub]))[0]?.id;
  const local = (email: string, password: string) =>
    test.visitor().post('/sign-in').type('form').send({ email, password });
  const cookieIn = (answer: Response) =>
    /interlude\.sid=[^;]+/.exec(String(answer.headers['set-cookie']))?.[0] ?? 'none';

  describe('while it is away', () => {
    it('leaves the page and the passwords as they are, says so, and goes on by itself', async () => {
      oidc.tamper = (request) => Boolean(request.socket.destroy());
      const shown = load((await test.visitor().get('/sign-in?next=%2Fapp%2Fsends').expect(200)).text);
      expect(shown('a[href="/sign-in/oidc?next=%2Fapp%2Fsends"]').text()).toContain('Sign in with Acme ID');
      const answer = await test.visitor().get('/sign-in/oidc').expect(503);
      expect(told(answer)).toContain('No answer from Acme ID.');
      expect(answer.headers['retry-after']).toBe('30');
      await local(test.ben.email, testPassword).expect(303);
      oidc.tamper = null;
      await signedIn(someone());
    });

    it.each([
      ['cuts the line', (request: IncomingMessage) => void request.socket.destroy()],
      [
        'is in trouble',
        (_: IncomingMessage, response: { writeHead(status: number): { end(): void } }) => response.writeHead(500).end(),
      ],
      [
        'never stops talking',
        (_: IncomingMessage, response: { end(text: string): void }) => response.end('x'.repeat(1_000_001)),
      ],
    ])('says so where it %s halfway', async (_, does) => {
      const agent = test.visitor();
      oidc.person = someone();
      const sentBack = await oidc.visit(await begin(agent));
      oidc.tamper = (request, response) => {
        does(request, response);
        return true;
      };
      expect(told(await back(agent, sentBack).expect(503))).toContain('No answer from Acme ID.');
      expect(await isIn(agent)).toBe(false);
      expect(await userIdOf(oidc.person)).toBeUndefined();
    });
  });

  it('asks with a state, a nonce, a challenge and the one address to come back to', async () => {
    const asked = new URL(await begin(test.visitor()));
    expect(asked.origin).toBe(oidc.issuer);
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      client_id: oidcClient.id,
      max_age: '604800',
      response_type: 'code',
      redirect_uri: callbackUrl,
      scope: 'openid email profile groups',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      code_challenge_method: 'S256',
    });
  });

  describe('for the first time', () => {
    it('makes an account without a password, and goes where the person wanted to', async () => {
      const ida = someone({ name: ' Ida\u202e\n  Roth ' });
      const agent = test.visitor();
      const answer = await signIn(ida, agent, '?next=%2Fapp%2Fsends');
      expect(answer.headers['location']).toBe('/app/sends');
      const shown = load((await agent.get('/app/account').expect(200)).text);
      expect(shown('body').text()).toContain('Ida Roth');
      expect(shown('#password-title').closest('section').text()).toContain('There is no password of yours here.');
      expect(shown('a[href="/app/account/second-factor"]')).toHaveLength(0);
      expect((await agent.get('/app/account/second-factor')).headers['location']).toBe('/app/account');
      expect(await rolesOf(ida)).toEqual({ acme: 'scheduler' });
      for (const password of ['', 'null', testPassword]) await local(ida.email!, password).expect(422);
      await test.visitor().post('/password-reset').type('form').send({ email: ida.email! });
      expect(await test.db.query('select 1 from account_mails where to_address = $1', [ida.email])).toEqual([]);
    });

    it('takes whoever has an address of which the provider says nothing', async () => {
      const { email_verified: _, ...ida } = someone();
      await signedIn(ida);
    });

    it('makes one account of two sign-ins at once', async () => {
      const ida = someone();
      const both = await Promise.all([signIn(ida), signIn(ida)]);
      expect(both.map(({ status }) => status)).toEqual([303, 303]);
      expect(await test.db.query('select 1 from users where email = $1', [ida.email])).toHaveLength(1);
    });

    it.each([
      ['is in no group', { groups: [] }, 'You are in no group at Acme ID'],
      ['has groups of no form', { groups: 7 as never }, 'You are in no group at Acme ID'],
      ['is in a group that gives nothing', { groups: ['Recruiters', 'constructor'] }, 'You are in no group at Acme ID'],
      ['is in a group of an organization that is gone', { groups: ['former'] }, 'You are in no group at Acme ID'],
      ['has no address', { email: undefined }, 'There is no e-mail address for you'],
      ['has an address that is none', { email: 'ida\r\nBcc: all@evil.example' }, 'There is no e-mail address for you'],
      ['has an unverified address', { email_verified: false }, 'Your e-mail address is not verified'],
    ])('refuses whoever %s', async (_, given, sentence) => {
      const ida = someone(given as Partial<OidcAccount>);
      const agent = test.visitor();
      const answer = await signIn(ida, agent);
      expect([answer.status, told(answer)]).toEqual([403, expect.stringContaining(sentence)]);
      expect(await isIn(agent)).toBe(false);
      expect(await userIdOf(ida)).toBeUndefined();
    });
  });

  describe('with an address that somebody has here', () => {
    it('opens the account, and lowers nothing that was made by hand', async () => {
      const dana = someone({ email: 'DANA@acme.example', groups: ['recruiters', 'partners'] });
      const agent = await signedIn(dana);
      expect(await userIdOf(dana)).toBe(test.dana.actor.userId);
      expect((await agent.get('/app/account')).text).toContain('Dana Ruiz');
      expect(await rolesOf(dana)).toEqual({ acme: 'scheduler', globex: 'viewer' });
      await signedIn({ ...dana, groups: ['interviewers'] });
      expect(await rolesOf(dana)).toEqual({ acme: 'scheduler' });
      expect((await signIn({ ...dana, groups: [] })).status).toBe(403);
      expect(await rolesOf(dana)).toEqual({ acme: 'scheduler' });
      await local(test.dana.email, testPassword).expect(303);
      const another = await signIn(someone({ email: test.dana.email }));
      expect([another.status, told(another)]).toEqual([403, expect.stringContaining('here already')]);
    });

    it.each([
      [
        'the provider has not verified it',
        'ben',
        { email_verified: false, groups: ['interviewers'] },
        'is not verified',
      ],
      ['the provider does not say whether it is', 'ben', { email_verified: undefined }, 'is not verified'],
      ['the account may more than the groups give', 'asha', { groups: ['recruiters'] }, 'here already'],
      ['the account belongs elsewhere', 'cleo', { groups: ['CN=Leads, HR'] }, 'here already'],
    ] as const)('opens nothing where %s', async (_, who, given, sentence) => {
      const { email, actor, agent } = test[who];
      const stranger = someone({ email, ...given } as Partial<OidcAccount>);
      const answer = await signIn(stranger);
      expect([answer.status, told(answer)]).toEqual([403, expect.stringContaining(sentence)]);
      expect(await userIdOf(stranger)).toBeUndefined();
      const roles = await test.db.query('select role from memberships where user_id = $1', [actor.userId]);
      expect(roles).toEqual([{ role: actor.role }]);
      expect(await isIn(agent)).toBe(true);
    });
  });

  describe('again', () => {
    it('knows the person by their subject, whatever else has changed there', async () => {
      const ida = someone();
      await signedIn(ida);
      const userId = await userIdOf(ida);
      await signedIn({ ...ida, email: test.asha.email, name: 'Ida Berg' });
      expect(await userIdOf(ida)).toBe(userId);
      const [user] = await test.db.query<{ email: string }[]>('select email from users where id = $1', [userId]);
      expect(user!.email).toBe(ida.email);
    });

    it('gives the strongest role of the groups, each time anew, and to sessions that are open', async () => {
      const ida = someone({ groups: ['interviewers', 'CN=Leads, HR', 'recruiters'] });
      const agent = await signedIn(ida);
      expect(await rolesOf(ida)).toEqual({ acme: 'admin' });
      await agent.get('/app/settings/api-tokens').expect(200);
      await signedIn({ ...ida, groups: 'interviewers' });
      expect(await rolesOf(ida)).toEqual({ acme: 'viewer' });
      await agent.get('/app/settings/api-tokens').expect(403);
      await signedIn({ ...ida, groups: ['partners'] });
      expect(await rolesOf(ida)).toEqual({ globex: 'viewer' });
      expect(await isIn(agent)).toBe(false);
    });

    it('lets nobody in who has lost the groups, and ends the sessions', async () => {
      const ida = someone();
      const agent = await signedIn(ida);
      expect((await signIn({ ...ida, groups: [] })).status).toBe(403);
      expect(await rolesOf(ida)).toEqual({});
      expect(await isIn(agent)).toBe(false);
      await signedIn(ida);
    });

    it('keeps out whoever is disabled here', async () => {
      const ida = someone();
      await signedIn(ida);
      await test.db.query('update users set disabled_at = now() where email = $1', [ida.email]);
      for (const person of [ida, someone({ email: ida.email! })]) {
        const answer = await signIn(person);
        expect([answer.status, told(answer)]).toEqual([403, expect.stringContaining('Your account is disabled.')]);
      }
    });
  });

  describe('what comes back', () => {
    const refused = async (agent: Agent, sentBack: URL, sentence = 'could not be used') => {
      const answer = await back(agent, sentBack);
      expect([answer.status, told(answer)]).toEqual([400, expect.stringContaining(sentence)]);
      expect(await isIn(agent)).toBe(false);
    };
    const changed = (url: URL, parameters: Record<string, string | null>) => {
      const other = new URL(url);
      for (const [name, value] of Object.entries(parameters)) {
        if (value === null) other.searchParams.delete(name);
        else other.searchParams.set(name, value);
      }
      return other;
    };

    it('counts only in the browser that asked', async () => {
      oidc.person = someone();
      const agent = test.visitor();
      const sentBack = await oidc.visit(await begin(agent));
      await refused(test.visitor(), sentBack, 'This sign-in is over.');
      const victim = test.visitor();
      await begin(victim);
      await refused(victim, sentBack);
      expect((await back(agent, sentBack)).status).toBe(303);
    });

    it('counts once', async () => {
      oidc.person = someone();
      const agent = test.visitor();
      const first = await oidc.visit(await begin(agent));
      expect((await back(agent, first)).status).toBe(303);
      await agent.post('/sign-out').expect(303);
      await refused(agent, first, 'This sign-in is over.');
      const second = await oidc.visit(await begin(agent));
      await refused(agent, changed(second, { code: first.searchParams.get('code') }));
      await refused(agent, second, 'This sign-in is over.');
    });

    it.each([
      ['another state', { state: 'x'.repeat(43) }],
      ['no state', { state: null }],
      ['the issuer of another provider', { iss: 'https://id.evil.example' }],
      ['no issuer', { iss: null }],
      ['a made-up code', { code: 'x'.repeat(43) }],
      ['no code', { code: null }],
    ])('is not taken with %s', async (_, parameters) => {
      oidc.person = someone();
      const agent = test.visitor();
      await refused(agent, changed(await oidc.visit(await begin(agent)), parameters));
    });

    it('may be an error, which is told in our own words', async () => {
      const stopped = await signIn(null);
      expect([stopped.status, told(stopped)]).toEqual([403, expect.stringContaining('You were not let in at Acme ID')]);
      expect(stopped.text).not.toContain('stopped</b>');
      const agent = test.visitor();
      const sentBack = await oidc.visit(await begin(agent));
      const fault = await back(agent, changed(sentBack, { error: 'server_error', error_description: 'evil.example' }));
      expect([fault.status, told(fault)]).toEqual([502, expect.stringContaining('An error came back from Acme ID.')]);
      expect(fault.text).not.toContain('evil.example');
      await back(test.visitor(), changed(sentBack, { error: 'server_error' })).expect(400);
    });

    it.each([
      ['', page],
      ['/app/sends?state=done', '/app/sends?state=done'],
      ['https://evil.example/', page],
      ['//evil.example/', page],
      ['/\\evil.example', page],
      ['/app@evil.example', page],
      ['/sign-out', page],
      ['javascript:alert(1)', page],
    ])('leads nowhere but to our own pages (%j)', async (next, expected) => {
      const answer = await signIn(someone(), test.visitor(), `?next=${encodeURIComponent(next)}`);
      expect(answer.headers['location']).toBe(expected);
    });

    it('opens a session of a new id: the one before opens nothing', async () => {
      const agent = test.visitor();
      oidc.person = someone();
      const begun = await agent.get('/sign-in/oidc').expect(303);
      const answer = await back(agent, await oidc.visit(String(begun.headers['location'])));
      const [before, after] = [cookieIn(begun), cookieIn(answer)];
      expect(before).not.toBe(after);
      const openedBy = async (cookie: string) => (await test.visitor().get(page).set('Cookie', cookie)).status;
      expect([await openedBy(before), await openedBy(after)]).toEqual([303, 200]);
    });
  });

  describe('a token', () => {
    const now = Math.floor(Date.now() / 1000);

    /** What comes of a sign-in at which the provider gives this token in exchange for the code. */
    const exchanged = async (
      claims: object,
      { key, spoil = (token) => token }: { key?: KeyObject; spoil?: (token: string) => string } = {},
    ) => {
      const agent = test.visitor();
      oidc.person = someone();
      const asked = await begin(agent);
      const sentBack = await oidc.visit(asked);
      const good = {
        iss: oidc.issuer,
        aud: oidcClient.id,
        nonce: new URL(asked).searchParams.get('nonce'),
        iat: now,
        exp: now + 60,
        ...oidc.person,
      };
      const token = spoil(oidc.token({ ...good, ...claims }, key));
      oidc.tamper = (request, response) => {
        if (request.url !== '/token') return false;
        void text(request).then(() => {
          response.setHeader('Content-Type', 'application/json');
          response.end(JSON.stringify({ access_token: 'x', token_type: 'Bearer', id_token: token }));
        });
        return true;
      };
      const answer = await back(agent, sentBack);
      return { answer, entered: await isIn(agent), known: await userIdOf(oidc.person) };
    };

    it('is taken where everything fits', async () => {
      expect(await exchanged({})).toMatchObject({ entered: true, known: expect.any(String) });
    });

    it.each<[string, object, Parameters<typeof exchanged>[1]]>([
      ['of another key', {}, { key: anotherKey() }],
      ['without a signature', {}, { spoil: (token) => token.replace(/[^.]+$/, '') }],
      [
        'that says it needs none',
        {},
        { spoil: (token) => token.replace(/^[^.]+/, Buffer.from('{"alg":"none"}').toString('base64url')) },
      ],
      ['for another client', { aud: 'another' }, {}],
      ['for several clients, issued to another', { aud: [oidcClient.id, 'another'], azp: 'another' }, {}],
      ['of another issuer', { iss: 'https://id.evil.example' }, {}],
      ['that is past', { iat: now - 3600, exp: now - 60 }, {}],
      ['with another nonce', { nonce: 'x'.repeat(43) }, {}],
      ['without a nonce', { nonce: undefined }, {}],
      ['about nobody', { sub: undefined }, {}],
    ])('is not taken: one %s', async (_, claims, how) => {
      const { answer, entered, known } = await exchanged(claims, how);
      expect([answer.status, told(answer)]).toEqual([400, expect.stringContaining('could not be used')]);
      expect([entered, known]).toEqual([false, undefined]);
    });
  });

  it('asks for the code of whoever has set one up here', async () => {
    const ida = someone();
    await signedIn(ida);
    const { secret } = await turnOnFactor(test, { actor: { ...test.asha.actor, userId: (await userIdOf(ida))! } });
    const agent = test.visitor();
    const answer = await signIn(ida, agent, '?next=%2Fapp%2Fsends');
    expect(answer.headers['location']).toBe('/sign-in/code');
    expect(await isIn(agent)).toBe(false);
    const entered = await agent
      .post('/sign-in/code')
      .type('form')
      .send({ code: codeOf(secret) });
    expect(entered.headers['location']).toBe('/app/sends');
    expect(await isIn(agent)).toBe(true);
  });

  it('counts as a second factor where an organization asks for one', async () => {
    await test.db.query(`update orgs set asks_second_factor = true where slug = 'globex'`);
    const elsewhere = test.visitor();
    await elsewhere.post('/sign-in').type('form').send({ email: test.cleo.email, password: testPassword }).expect(303);
    expect(await isIn(elsewhere)).toBe(false);
    expect(await isIn(await signedIn(someone({ groups: ['partners'] })))).toBe(true);
    await test.db.query('update orgs set asks_second_factor = false');
  });

  describe('and showing oneself again', () => {
    const tokens = '/app/settings/api-tokens';
    const leaveAlone = (userId: string) =>
      test.db.query(
        `update sessions set sess = jsonb_set(sess, '{confirmedAt}', to_jsonb($2::int8)) where sess ->> 'userId' = $1`,
        [userId, Date.now() - 16 * 60_000],
      );
    /** What the provider says of this person, and when it asked them, once the browser is sent back. */
    const answerFor = (asked: string, person: OidcAccount, asking: { readonly auth_time?: number }) => {
      const now = Math.floor(Date.now() / 1000);
      const nonce = new URL(asked).searchParams.get('nonce');
      const claims = { iss: oidc.issuer, aud: oidcClient.id, nonce, iat: now, exp: now + 60, ...asking, ...person };
      oidc.tamper = (request, response) => {
        if (request.url !== '/token') return false;
        request.resume();
        response.setHeader('Content-Type', 'application/json');
        response.end(JSON.stringify({ access_token: 'x', token_type: 'Bearer', id_token: oidc.token(claims) }));
        return true;
      };
    };
    const make = (agent: Agent, name = 'Tracker') =>
      agent.post(tokens).type('form').send({ name, scope: 'read', days: '' });

    it('is done at the provider by whoever has no password', async () => {
      const ida = someone({ groups: ['CN=Leads, HR'] });
      const agent = await signedIn(ida);
      await make(agent).expect(201);
      await leaveAlone((await userIdOf(ida))!);
      const link = load((await agent.get(tokens)).text)('#confirmPassword a');
      expect(link.attr('href')).toBe(`/sign-in/oidc?again=yes&next=${encodeURIComponent(tokens)}`);
      const refused = await make(agent).set('Referer', `${test.settings.publicUrl}${tokens}`).expect(422);
      const $ = load(refused.text);
      expect($('#confirmPassword-error').text()).toContain('Sign in again with Acme ID first.');
      expect([$('#confirmPassword a').attr('href'), $('#name').val()]).toEqual([link.attr('href'), 'Tracker']);
      const asked = new URL(await begin(agent, link.attr('href')!.replace('/sign-in/oidc', '')));
      expect([asked.searchParams.get('prompt'), asked.searchParams.get('max_age')]).toEqual(['login', '0']);
      const answer = await back(agent, await oidc.visit(asked.href));
      expect(answer.headers['location']).toBe(tokens);
      await make(agent, 'Another').expect(201);
      const sessions = await test.db.query('select 1 from sessions where sess ->> $1 = $2', [
        'userId',
        await userIdOf(ida),
      ]);
      expect(sessions).toHaveLength(1);
    });

    it('is done once more where the provider does not say when it asked', async () => {
      const ida = someone({ groups: ['CN=Leads, HR'] });
      oidc.person = ida;
      const agent = test.visitor();
      for (const [query, status] of [
        ['', 422],
        ['?again=yes', 201],
      ] as const) {
        const asked = await begin(agent, query);
        const sentBack = await oidc.visit(asked);
        answerFor(asked, ida, {});
        await back(agent, sentBack).expect(303);
        await make(agent, 'Timekeeper').expect(status);
        oidc.tamper = null;
      }
    });

    it('is not done where the provider asked nobody', async () => {
      const ida = someone({ groups: ['CN=Leads, HR'] });
      const agent = await signedIn(ida);
      await leaveAlone((await userIdOf(ida))!);
      const asked = await begin(agent, '?again=yes');
      const sentBack = await oidc.visit(asked);
      answerFor(asked, ida, { auth_time: Math.floor(Date.now() / 1000) - 3600 });
      expect(told(await back(agent, sentBack).expect(403))).toContain('You were not asked to sign in again');
      await make(agent).expect(422);
    });
  });

  it('ends here at once, and there by a link', async () => {
    const agent = await signedIn(someone());
    const answer = await agent.post('/sign-out').expect(303);
    expect(answer.headers['location']).toBe('/sign-in/oidc/signed-out');
    expect(await isIn(agent)).toBe(false);
    const $ = load((await agent.get('/sign-in/oidc/signed-out').expect(200)).text);
    const there = new URL($('a:contains("Sign out of Acme ID")').attr('href')!);
    expect(there.origin).toBe(oidc.issuer);
    expect(Object.fromEntries(there.searchParams)).toEqual({
      client_id: oidcClient.id,
      post_logout_redirect_uri: 'http://localhost:3000/sign-in',
    });
  });
});
