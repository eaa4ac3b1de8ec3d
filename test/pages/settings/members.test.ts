import { load } from 'cheerio';
import { api } from '../../support/api.js';
import { startApp, testPassword, type TestApp, type TestPerson } from '../../support/app.js';
import { turnOnFactor } from '../../support/second-factor.js';
import { ApiTokensService } from '../../../src/accounts/api-tokens.service.js';

const path = '/app/settings/members';
const unknown = '00000000-0000-4000-8000-000000000000';
const foreign = { Origin: 'https://evil.example' };

let test: TestApp;

beforeAll(async () => {
  test = await startApp();
});
/** As it was at the start. Whoever was signed out signs in again. */
beforeEach(async () => {
  await test.db.query('delete from second_factors');
  await test.db.query('update users set disabled_at = null');
  await test.db.query('update orgs set asks_second_factor = false');
  for (const { actor } of [test.asha, test.dana, test.ben, test.cleo]) {
    await test.db.query('delete from memberships where user_id = $1', [actor.userId]);
    await belong(actor, actor.orgId, actor.role);
  }
  await Promise.all([test.asha, test.dana, test.ben, test.cleo].map(stayIn));
});
afterAll(() => test.stop());

const post = ({ agent }: TestPerson, to: string, form: object = {}) => agent.post(to).type('form').send(form);
const memberPath = ({ actor }: Pick<TestPerson, 'actor'>) => `${path}/${actor.userId}`;
const read = async (at = path, { agent } = test.asha) => load((await agent.get(at).expect(200)).text);
const isIn = async ({ agent }: Pick<TestPerson, 'agent'>) => (await agent.get('/app/assessments')).status === 200;
const rolesOfAcme = () =>
  test.db.query<{ name: string; role: string }[]>(
    'select u.name, m.role from memberships m join users u on u.id = m.user_id where m.org_id = $1 order by u.name',
    [test.acme.orgId],
  );

async function belong({ userId }: TestPerson['actor'], orgId: string, role: string): Promise<void> {
  await test.db.query('insert into memberships (org_id, user_id, role) values ($1, $2, $3)', [orgId, userId, role]);
}

async function signIn({ agent, email }: Pick<TestPerson, 'agent' | 'email'>): Promise<number> {
  return (await agent.post('/sign-in').type('form').send({ email, password: testPassword })).status;
}

async function stayIn(person: TestPerson): Promise<void> {
  if (!(await isIn(person))) {
    await signIn(person);
  }
}

describe('the members', () => {
  it('are listed with role, second factor, last visit and date, those of other organizations are not', async () => {
    await turnOnFactor(test, test.dana);
    await test.db.query(
      `update memberships set last_seen_at = null, created_at = '2026-01-31T11:00:00Z' where user_id = $1`,
      [test.dana.actor.userId],
    );
    const $ = await read();
    const rows = $('main table')
      .first()
      .find('tbody tr')
      .toArray()
      .map((row) => $(row).text().replace(/\s+/g, ' '));
    expect(rows).toHaveLength(3);
    expect(rows[0]).toMatch(/Asha Menon.*asha@acme\.example.*Admin.*You.*Off.*Last seen: Today.*Member since Today/);
    expect(rows[1]).toMatch(/Ben Okri.*Viewer/);
    expect(rows[2]).toMatch(/Dana Ruiz.*Scheduler.*On.*Last seen: Never.*Member since Sat 31 Jan, 12:00/);
    expect($('main').text()).not.toContain('Cleo');
  });

  it('were last seen in the organization they were seen in', async () => {
    await belong(test.dana.actor, test.globex.orgId, 'viewer');
    await test.db.query('update memberships set last_seen_at = null');
    await test.dana.agent.get('/app/scheduling').expect(200);
    const seen = await test.db.query('select org_id "orgId" from memberships where last_seen_at is not null');
    expect(seen).toEqual([{ orgId: test.acme.orgId }]);
  });

  it('say where groups at a provider decide about them', async () => {
    expect((await read(memberPath(test.ben)))('main').text()).not.toContain('sign-in provider');
    await test.db.query('update memberships set from_provider = true where user_id = $1', [test.ben.actor.userId]);
    expect((await read(memberPath(test.ben)))('main').text()).toContain('came by groups of your sign-in provider');
  });

  it('get another role, which holds from the next request on', async () => {
    await test.ben.agent.get('/app/candidates/import').expect(403);
    await post(test.asha, `${memberPath(test.ben)}/role`, { role: 'scheduler' })
      .expect(303)
      .expect('Location', path);
    expect((await read())('#flash').text()).toContain('Ben Okri is a scheduler now.');
    await test.ben.agent.get('/app/candidates/import').expect(200);
    await post(test.asha, `${memberPath(test.ben)}/role`, { role: 'viewer' }).expect(303);
    await test.ben.agent.get('/app/candidates/import').expect(403);
  });

  it.each([[{}], [{ role: 'owner' }], [{ 'role[]': 'admin' }], [{ role: 'viewer ' }]])(
    'keep their role where the form is %j',
    async (form) => {
      const $ = load((await post(test.asha, `${memberPath(test.ben)}/role`, form).expect(422)).text);
      expect($('#errors a').attr('href')).toBe('#role');
      expect(await rolesOfAcme()).toContainEqual({ name: 'Ben Okri', role: 'viewer' });
    },
  );

  it('are out with the next request once they are removed, pages and JSON alike', async () => {
    await belong(test.ben.actor, test.globex.orgId, 'viewer');
    await post(test.asha, `${memberPath(test.ben)}/removal`).expect(303);
    const away = await test.ben.agent.get('/app/scheduling').expect(303);
    expect(away.headers['location']).toContain('/sign-in');
    await test.ben.agent.get(`${api}/candidates`).expect(401);
    expect((await rolesOfAcme()).map(({ name }) => name)).toEqual(['Asha Menon', 'Dana Ruiz']);
    await signIn(test.ben);
    expect((await read('/app/scheduling', test.ben))('.menu summary').text()).toContain('Globex');
  });

  it('leave by themselves', async () => {
    await post(test.asha, `${memberPath(test.dana)}/role`, { role: 'admin' });
    await post(test.dana, `${memberPath(test.dana)}/removal`)
      .expect(303)
      .expect('Location', '/sign-in');
    expect(await isIn(test.dana)).toBe(false);
    expect(await signIn(test.dana)).toBe(422);
    expect(await isIn(test.asha)).toBe(true);
  });

  it('are signed out everywhere and kept out once they are disabled, until they are enabled', async () => {
    const elsewhere = { agent: test.visitor(), email: test.ben.email };
    await signIn(elsewhere);
    await post(test.asha, `${memberPath(test.ben)}/disabling`).expect(303);
    expect([await isIn(test.ben), await isIn(elsewhere)]).toEqual([false, false]);
    expect((await read())('main table tbody').text()).toMatch(/Ben Okri[^]*Disabled/);
    const refused = await test
      .visitor()
      .post('/sign-in')
      .type('form')
      .send({ email: test.ben.email, password: testPassword });
    expect([refused.status, load(refused.text)('#errors').text()]).toEqual([
      422,
      expect.stringContaining('do not fit'),
    ]);
    await post(test.asha, `${memberPath(test.ben)}/disabling/reversal`).expect(303);
    expect([await isIn(test.ben), await isIn(elsewhere)]).toEqual([false, false]);
    expect(await signIn(test.ben)).toBe(303);
  });

  it('cannot be disabled or enabled for another organization, only removed from this one', async () => {
    await belong(test.ben.actor, test.globex.orgId, 'viewer');
    expect((await read(memberPath(test.ben)))('#disabling button').length).toBe(0);
    const refused = await post(test.asha, `${memberPath(test.ben)}/disabling`).expect(422);
    expect(load(refused.text)('#errors a[href="#disabling"]').text()).toContain('another organization too');
    expect(await isIn(test.ben)).toBe(true);
    await test.db.query('update users set disabled_at = now() where id = $1', [test.ben.actor.userId]);
    await post(test.asha, `${memberPath(test.ben)}/disabling/reversal`).expect(422);
    const [{ disabled }] = await test.db.query<[{ disabled: boolean }]>(
      'select disabled_at is not null disabled from users where id = $1',
      [test.ben.actor.userId],
    );
    expect(disabled).toBe(true);
  });

  it('may be invited again after a removal, also where they were disabled', async () => {
    await post(test.asha, `${memberPath(test.ben)}/disabling`);
    await post(test.asha, `${memberPath(test.ben)}/removal`).expect(303);
    expect(await signIn(test.ben)).toBe(422);
    await belong(test.ben.actor, test.globex.orgId, 'viewer');
    expect(await signIn(test.ben)).toBe(303);
  });

  it('do not disable themselves', async () => {
    await post(test.asha, `${memberPath(test.dana)}/role`, { role: 'admin' });
    expect((await read(memberPath(test.asha)))('#disabling').length).toBe(0);
    await post(test.asha, `${memberPath(test.asha)}/disabling`).expect(422);
    expect(await isIn(test.asha)).toBe(true);
  });

  it('are changed after the password where the session is old', async () => {
    await test.db.query(`update sessions set sess = jsonb_set(sess, '{confirmedAt}', '0')`);
    for (const [action, field] of [
      ['role', 'rolePassword'],
      ['removal', 'removalPassword'],
      ['disabling', 'disablingPassword'],
    ] as const) {
      const to = `${memberPath(test.ben)}/${action}`;
      const asked = load((await post(test.asha, to, { role: 'admin', [field]: 'wrong' }).expect(422)).text);
      expect(asked(`#errors a[href="#${field}"]`).text()).toBe('This is not your password.');
      await post(test.asha, to, { role: 'admin' }).expect(422);
    }
    expect(await rolesOfAcme()).toContainEqual({ name: 'Ben Okri', role: 'viewer' });
    await post(test.asha, `${memberPath(test.ben)}/removal`, { removalPassword: testPassword }).expect(303);
    expect(await rolesOfAcme()).toHaveLength(2);
  });

  it('belong to an organization and to its admins', async () => {
    const changes = ['role', 'removal', 'disabling', 'disabling/reversal'];
    for (const person of [test.ben, test.dana]) {
      await person.agent.get(path).expect(403);
      await person.agent.get(memberPath(test.ben)).expect(403);
      for (const change of changes) {
        await post(person, `${memberPath(test.ben)}/${change}`, { role: 'admin' }).expect(403);
      }
    }
    for (const change of changes) {
      for (const id of [test.ben.actor.userId, unknown, 'x']) {
        await post(test.cleo, `${path}/${id}/${change}`, { role: 'admin' }).expect(404);
      }
      await post(test.asha, `${memberPath(test.ben)}/${change}`, { role: 'admin' })
        .set(foreign)
        .expect(403);
    }
    await test.cleo.agent.get(memberPath(test.ben)).expect(404);
    expect(await rolesOfAcme()).toHaveLength(3);
    expect(await isIn(test.ben)).toBe(true);
  });
});

describe('the last admin', () => {
  it.each([
    ['role', 'role', { role: 'viewer' }],
    ['removal', 'removal', {}],
  ])('stays: %s', async (change, field, form) => {
    const $ = load((await post(test.asha, `${memberPath(test.asha)}/${change}`, form).expect(422)).text);
    expect($(`#errors a[href="#${field}"]`).text()).toContain('There has to be an admin.');
    expect(await rolesOfAcme()).toContainEqual({ name: 'Asha Menon', role: 'admin' });
  });

  it('is whoever is left when the other one is disabled', async () => {
    await post(test.asha, `${memberPath(test.dana)}/role`, { role: 'admin' });
    await post(test.asha, `${memberPath(test.dana)}/disabling`).expect(303);
    await post(test.asha, `${memberPath(test.asha)}/removal`).expect(422);
    await post(test.asha, `${memberPath(test.dana)}/disabling/reversal`).expect(303);
    await post(test.asha, `${memberPath(test.asha)}/removal`).expect(303);
    expect(await rolesOfAcme()).toContainEqual({ name: 'Dana Ruiz', role: 'admin' });
  });

  it.each([
    ['role', { role: 'viewer' }],
    ['removal', {}],
    ['disabling', {}],
  ])('is left when two act on each other at once: %s', async (change, form) => {
    await post(test.asha, `${memberPath(test.dana)}/role`, { role: 'admin' });
    const answers = await Promise.all([
      post(test.asha, `${memberPath(test.dana)}/${change}`, form),
      post(test.dana, `${memberPath(test.asha)}/${change}`, form),
    ]);
    // Whoever comes late may be no member any more, and is asked to sign in.
    const done = answers.filter(
      ({ status, headers }) => status === 303 && !headers['location']!.startsWith('/sign-in'),
    );
    expect(done).toHaveLength(1);
    const [{ admins }] = await test.db.query<[{ admins: number }]>(
      `select count(*)::int admins from memberships m join users u on u.id = m.user_id
        where m.org_id = $1 and m.role = 'admin' and u.disabled_at is null`,
      [test.acme.orgId],
    );
    expect(admins).toBe(1);
  });
});

describe('a second factor asked of everybody', () => {
  const ask = (person = test.asha) => post(person, `${path}/second-factor`);
  const setUp = '/app/account/second-factor';

  /** In the session there is: to whoever asks, a code has opened it. */
  async function withFactor({ actor }: TestPerson): Promise<void> {
    await test.db.query(
      `insert into second_factors (user_id, secret, confirmed_at, last_step) values ($1, 'x', now(), 0)`,
      [actor.userId],
    );
  }

  it('needs one of whoever asks', async () => {
    expect((await read())('#secondFactor').text()).toContain('set it up for yourself first');
    const refused = await ask().expect(422);
    expect(load(refused.text)('#errors a').attr('href')).toBe('#secondFactor');
    expect(await isIn(test.dana)).toBe(true);
  });

  it('keeps everything of the organization closed to those without, and leads them there', async () => {
    await withFactor(test.asha);
    expect((await read())('#secondFactor').text()).toContain('2 people have none yet.');
    await ask().expect(303);
    for (const to of ['/app/scheduling', '/app/sends', '/api/docs', '/app/nothing']) {
      const answer = await test.dana.agent.get(to);
      expect([to, answer.status, answer.headers['location']]).toEqual(
        to === '/app/nothing' ? [to, 404, undefined] : [to, 303, setUp],
      );
    }
    await post(test.dana, '/app/assessments', { title: 'Sneaked in' }).expect(303).expect('Location', setUp);
    expect(await test.db.query('select 1 from assessments')).toEqual([]);
    for (const answer of [
      await test.dana.agent.get(`${api}/candidates`),
      await test.dana.agent.post(`${api}/send-emails`).send({ invitation_ids: [] }),
      await test.dana.agent.get('/api/docs/openapi.json'),
    ]) {
      expect([answer.status, answer.headers['content-type']]).toEqual([
        403,
        expect.stringMatching(/^application\/problem\+json/),
      ]);
      expect(answer.body).toMatchObject({
        detail: 'Acme asks for a second factor. Set it up on the page of your account first.',
      });
    }
    const page = await read(setUp, test.dana);
    expect(page('main').text()).toContain('Acme asks for a second factor.');
    expect(page('.side-nav li').length).toBe(0);
    await test.dana.agent.get('/app/account').expect(200);
    await withFactor(test.dana);
    expect(await isIn(test.dana)).toBe(true);
    expect(await isIn(test.asha)).toBe(true);
  });

  it('leaves other organizations, and programs, alone', async () => {
    await belong(test.ben.actor, test.globex.orgId, 'viewer');
    const token = (await test.app
      .get(ApiTokensService)
      .make(test.acme, { name: 'Tracker', scope: 'read', days: null }))!;
    await withFactor(test.asha);
    await ask();
    expect(await isIn(test.ben)).toBe(false);
    await post(test.ben, '/app/account/organization', { organization: test.globex.orgId }).expect(303);
    await post(test.ben, '/app/account/organization', { organization: test.globex.orgId }).expect(303);
    const noted = `select who_id from activity where action = 'sign-in.came-over' and org_id = $1`;
    expect(await test.db.query(noted, [test.globex.orgId])).toEqual([{ who_id: test.ben.actor.userId }]);
    expect(await isIn(test.ben)).toBe(true);
    expect(await isIn(test.cleo)).toBe(true);
    const asked = await fetch(`${test.url}${api}/candidates`, { headers: { Authorization: `Bearer ${token}` } });
    expect(asked.status).toBe(200);
  });

  it('keeps the own one on while it is asked for', async () => {
    await withFactor(test.asha);
    await ask();
    expect((await read(setUp))('#removal').text()).toContain('It stays on: a second factor is asked for by Acme.');
    expect((await read(setUp))('#removal button').length).toBe(0);
    const refused = await post(test.asha, `${setUp}/removal`, { removalPassword: testPassword }).expect(422);
    expect(load(refused.text)('#errors a[href="#removal"]').text()).toContain('is asked for by Acme');
    await post(test.asha, `${path}/second-factor/reversal`).expect(303);
    expect(await isIn(test.dana)).toBe(true);
    await post(test.asha, `${setUp}/removal`, { removalPassword: testPassword }).expect(303);
  });

  it('is asked for by admins of the organization alone', async () => {
    await test.db.query('update orgs set asks_second_factor = true where id = $1', [test.globex.orgId]);
    for (const person of [test.ben, test.dana]) {
      await ask(person).expect(403);
      await post(person, `${path}/second-factor/reversal`).expect(403);
    }
    await ask().set(foreign).expect(403);
    await post(test.asha, `${path}/second-factor/reversal`).expect(303);
    const [{ asks }] = await test.db.query<[{ asks: boolean }]>(
      'select asks_second_factor asks from orgs where id = $1',
      [test.globex.orgId],
    );
    expect(asks).toBe(true);
  });
});

describe('several organizations', () => {
  const choose = (person: TestPerson, organization: string, marks: object = {}) =>
    post(person, '/app/account/organization', { organization, ...marks });
  const orgOf = async (person: TestPerson) => (await read('/app/account', person))('.menu summary .fw-medium').text();
  const marked = ($: ReturnType<typeof load>, action: string) =>
    $(`form[action="${action}"] [name=page_organization]`).attr('value');

  beforeEach(() => belong(test.dana.actor, test.globex.orgId, 'admin'));

  it('are changed in the account menu, which is empty where there is one', async () => {
    const menu = (await read('/app/scheduling', test.dana))('form[action="/app/account/organization"]');
    expect([menu.find('button').text(), menu.find('button').attr('value')]).toEqual([
      'Go to Globex',
      test.globex.orgId,
    ]);
    expect((await read('/app/scheduling'))('form[action="/app/account/organization"]').length).toBe(0);
    await test.dana.agent.get(path).expect(403);
    await choose(test.dana, test.globex.orgId).expect(303).expect('Location', '/app/scheduling');
    expect(await orgOf(test.dana)).toBe('Globex');
    expect((await read(path, test.dana))('main').text()).toContain('Cleo Hart');
    await test.dana.agent.get(memberPath(test.ben)).expect(404);
  });

  it('are where one lands at the next sign-in: the one chosen last', async () => {
    await choose(test.dana, test.globex.orgId);
    const again = { ...test.dana, agent: test.visitor() };
    await signIn(again);
    expect(await orgOf(again)).toBe('Globex');
    await choose(test.dana, test.acme.orgId);
    expect(await orgOf(again)).toBe('Globex');
    await signIn(again);
    expect(await orgOf(again)).toBe('Acme');
  });

  it.each([['x'], [''], [unknown], ['globex']])('are not entered without belonging there: %j', async (typed) => {
    const organization = typed === 'globex' ? test.globex.orgId : typed;
    await choose(test.ben, organization).expect(404);
    expect(await orgOf(test.ben)).toBe('Acme');
    await choose(test.dana, test.globex.orgId).set(foreign).expect(403);
    expect(await orgOf(test.dana)).toBe('Acme');
  });

  it('are kept apart in tabs that are older than the change', async () => {
    await choose(test.dana, test.globex.orgId);
    const settings = await read('/app/settings/organization', test.dana);
    const mark = { page_organization: marked(settings, '/app/settings/organization') };
    expect(mark).toEqual({ page_organization: test.globex.orgId });
    const upload = (await read('/app/candidates/import', test.dana))('main form').attr('action')!;
    await choose(test.dana, test.acme.orgId);
    await test.db.query(`update memberships set role = 'admin' where user_id = $1`, [test.dana.actor.userId]);
    const form = { name: 'Meant for Globex', timeZone: 'UTC', brandColor: '' };
    const refused = await post(test.dana, '/app/settings/organization', { ...form, ...mark }).expect(409);
    expect(refused.text).toContain('You have changed to another organization since you opened this page.');
    await test.dana.agent
      .post(upload)
      .attach('file', Buffer.from('name,email,assessment\nA,a@b.example,Task'), 'a.csv')
      .expect(409);
    await post(test.dana, '/app/settings/organization', { ...form, 'page_organization[]': test.acme.orgId }).expect(
      409,
    );
    await post(test.dana, '/app/settings/organization', { ...form, page_organization: '' }).expect(409);
    expect(await test.db.query('select 1 from invitations')).toEqual([]);
    expect(await test.db.query(`select 1 from orgs where name = 'Meant for Globex'`)).toEqual([]);
    await choose(test.dana, test.globex.orgId, mark).expect(303);
    await post(test.dana, '/app/settings/organization', { ...form, name: 'Globex', ...mark }).expect(303);
  });
});
