import { load } from 'cheerio';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AccountMails } from '../../../src/accounts/mails/account-mails.service.js';
import { startApp, testPassword, type TestApp, type TestPerson } from '../../support/app.js';
import { codeOf, turnOnFactor } from '../../support/second-factor.js';
import { until } from '../../support/until.js';

const path = '/app/settings/members';
const newPassword = 'yet another staple';
const foreign = { Origin: 'https://evil.example' };
const unknown = '00000000-0000-4000-8000-000000000000';

let test: TestApp;
/** Of the mails, the newest last. */
let tokens: string[];

beforeAll(async () => {
  test = await startApp();
});
beforeEach(async () => {
  tokens = [];
  const mails = test.app.get(AccountMails);
  const post = mails.post.bind(mails);
  jest.spyOn(mails, 'post').mockImplementation((manager, mail) => {
    tokens.push(mail.token!);
    return post(manager, mail);
  });
  await test.db.query('delete from member_invites');
  await test.db.query('delete from rate_limits');
  await test.db.query(`delete from users where email like '%@new.example'`);
  await test.db.query('delete from memberships where org_id = $1 and user_id = $2', [
    test.acme.orgId,
    test.cleo.actor.userId,
  ]);
});
afterEach(() => jest.restoreAllMocks());
afterAll(() => test.stop());

const post = (agent: TestPerson['agent'], to: string, form: object = {}) => agent.post(to).type('form').send(form);
const invite = (email: string, role = 'scheduler', { agent } = test.asha) =>
  post(agent, `${path}/invites`, { email, role });
const read = async (agent: TestPerson['agent'], at: string, status = 200) =>
  load((await agent.get(at).expect(status)).text);
const orgsOf = async (email: string) =>
  test.db.query<{ slug: string; role: string }[]>(
    `select o.slug, m.role from memberships m join orgs o on o.id = m.org_id join users u on u.id = m.user_id
      where lower(u.email) = lower($1) order by o.slug`,
    [email],
  );
const userRow = async (email: string) =>
  (
    await test.db.query<{ row: string }[]>(
      `select (to_jsonb(u) - 'session_generation')::text "row" from users u where lower(email) = lower($1)`,
      [email],
    )
  )[0]?.row;
const inviteId = async () => (await test.db.query<[{ id: string }]>('select id from member_invites'))[0].id;

async function invited(email: string, role?: string, by?: TestPerson): Promise<string> {
  await invite(email, role, by).expect(303);
  return `/invites/${tokens.at(-1)!}`;
}

async function signedIn(email: string, next = ''): Promise<TestPerson['agent']> {
  const agent = test.visitor();
  await post(agent, '/sign-in', { email, password: testPassword, next }).expect(303);
  return agent;
}

describe('inviting', () => {
  it('sends a mail with a link, of which only a hash is kept, and lists it with its age', async () => {
    const answer = await invite(' Nia@New.example ', 'admin').expect(303);
    expect(answer.headers['location']).toBe(path);
    const $ = await read(test.asha.agent, path);
    expect($('#flash').text()).toContain('Nia@New.example is invited.');
    const row = $('#invites-title').closest('section').find('tbody tr').text().replace(/\s+/g, ' ');
    expect(row).toMatch(/Nia@New\.example.*Admin.*just now, by Asha Menon.*Expires: /);
    expect($('#invites-title').parent().text()).toContain('account-mail');
    const folder = join(test.settings.dataDir, 'account-mail');
    const [file] = await until(
      () => readdir(folder).catch((): string[] => []),
      (files) => files.length > 0,
    );
    const mail = await readFile(join(folder, file!), 'utf8');
    expect((await stat(join(folder, file!))).mode & 0o077).toBe(0);
    expect(mail).toMatch(/^To: Nia@new\.example$/m);
    expect(mail).toContain(`${test.settings.publicUrl}/invites/${tokens[0]}`);
    expect(mail).toMatch(/Asha Menon.*invites you to the organization.*Acme.*You would be an admin/s);
    const [stored] = await test.db.query<[{ row: string; hours: number }]>(
      `select i::text "row", extract(epoch from expires_at - created_at) / 3600 hours from member_invites i`,
    );
    expect(Number(stored.hours)).toBeCloseTo(72, 1);
    expect(tokens[0]).toMatch(/^[\w-]{43}$/);
    for (const place of [stored.row, $.html()]) {
      expect(place).not.toContain(tokens[0]);
    }
  });

  it.each([
    ['email', ''],
    ['email', 'nobody'],
    ['email', 'a@new.example\nBcc: b@new.example'],
    ['role', ''],
    ['role', 'owner'],
  ])('is refused with the %s %j: what was typed stays', async (field, value) => {
    const typed = { email: 'nia@new.example', role: 'admin', [field]: value };
    const $ = load((await post(test.asha.agent, `${path}/invites`, typed).expect(422)).text);
    expect($('#errors a').attr('href')).toBe(`#${field}`);
    expect($('#email').val()).toBe(typed.email);
    expect($('[name=role]:checked').val() ?? '').toBe(field === 'role' ? '' : 'admin');
    expect(tokens).toEqual([]);
  });

  it('is refused without a form, and with lists', async () => {
    await test.asha.agent.post(`${path}/invites`).expect(422);
    await post(test.asha.agent, `${path}/invites`, { 'email[]': 'nia@new.example', 'role[]': 'admin' }).expect(422);
  });

  it('is refused for members, and while an invite is open, whatever the case', async () => {
    const said = async (email: string) => load((await invite(email).expect(422)).text)('#email-error').text();
    expect(await said('BEN@acme.example')).toContain('a member already');
    await invited('nia@new.example', 'viewer');
    expect(await said('NIA@new.example')).toContain('There is an open invite');
    await invited('nia@new.example', 'viewer', test.cleo);
    expect(tokens).toHaveLength(2);
  });

  it('says the same whether or not somebody elsewhere has the address', async () => {
    const flash = async (email: string) => {
      await invited(email);
      return (await read(test.asha.agent, path))('#flash').text().replace(email, '');
    };
    expect(await flash('cleo@globex.example')).toBe(await flash('nia@new.example'));
  });

  it('again makes the link before worthless', async () => {
    const first = await invited('nia@new.example');
    await test.db.query(`update member_invites set expires_at = now() - interval '1 second'`);
    await read(test.visitor(), first, 404);
    expect((await read(test.asha.agent, path))('main').text()).toContain('Expired');
    await post(test.asha.agent, `${path}/invites/${await inviteId()}/renewal`).expect(303);
    await read(test.visitor(), first, 404);
    await read(test.visitor(), `/invites/${tokens[1]}`);
    await test.db.query(`update member_invites set expires_at = now() - interval '1 second'`);
    const third = await invited('nia@new.example', 'viewer');
    expect((await read(test.visitor(), third))('main').text()).toContain('as a viewer');
    expect(await test.db.query('select 1 from member_invites')).toHaveLength(1);
  });

  it('is taken back by withdrawing', async () => {
    const link = await invited('nia@new.example');
    const id = await inviteId();
    await post(test.asha.agent, `${path}/invites/${id}/withdrawal`).expect(303);
    await post(test.visitor(), `${link}/account`, { name: 'Nia', password: newPassword }).expect(404);
    expect(await userRow('nia@new.example')).toBeUndefined();
    await post(test.asha.agent, `${path}/invites/${id}/withdrawal`).expect(404);
    await post(test.asha.agent, `${path}/invites/${id}/renewal`).expect(404);
  });

  it('belongs to an organization and to its admins', async () => {
    const link = await invited('nia@new.example');
    for (const action of ['renewal', 'withdrawal']) {
      for (const id of [await inviteId(), unknown, 'x']) {
        await post(test.cleo.agent, `${path}/invites/${id}/${action}`).expect(404);
      }
      await post(test.dana.agent, `${path}/invites/${await inviteId()}/${action}`).expect(403);
      await post(test.asha.agent, `${path}/invites/${await inviteId()}/${action}`)
        .set(foreign)
        .expect(403);
    }
    await invite('noa@new.example', 'admin', test.ben).expect(403);
    await invite('noa@new.example', 'admin').set(foreign).expect(403);
    expect((await read(test.cleo.agent, path))('main').text()).not.toContain('nia@');
    await read(test.visitor(), link);
  });
});

describe('taking up an invite', () => {
  it('makes the account, with the role of the invite, and signs in with another session id', async () => {
    const link = await invited('nia@new.example', 'viewer');
    const agent = await signedIn(test.ben.email);
    await agent.post('/sign-out').expect(303);
    const $ = await read(agent, link);
    expect($('main').text()).toMatch(/Join Acme.*a viewer.*nia@new\.example/s);
    const posted = { name: ' Nia  Oduya ', password: newPassword, role: 'admin', email: 'asha@acme.example' };
    const answer = await post(agent, `${link}/account`, posted).expect(303);
    expect(answer.headers['location']).toBe('/app/scheduling');
    expect((await read(agent, '/app/scheduling'))('#flash').text()).toContain('Welcome to Acme.');
    expect(await orgsOf('nia@new.example')).toEqual([{ slug: 'acme', role: 'viewer' }]);
    expect(await userRow('nia@new.example')).toContain('"Nia Oduya"');
    await post(test.visitor(), '/sign-in', { email: 'nia@new.example', password: newPassword }).expect(303);
  });

  it('changes nothing by a look', async () => {
    const link = await invited('nia@new.example');
    const before = await test.db.query('select * from member_invites');
    await test.visitor().get(link).expect(200).expect('Cache-Control', 'no-store');
    await test.visitor().head(link).expect(200);
    await test.visitor().get(`${link}/account?name=Nia&password=${newPassword}`).expect(404);
    await test.visitor().get(`${link}/membership`).expect(404);
    expect(await test.db.query('select * from member_invites')).toEqual(before);
  });

  it.each([
    ['name', ''],
    ['name', 'a\nb'],
    ['password', 'seven77'],
    ['password', ''],
  ])('asks again where the %s is %j', async (field, value) => {
    const link = await invited('nia@new.example');
    const typed = { name: 'Nia', password: newPassword, [field]: value };
    const answer = await post(test.visitor(), `${link}/account`, typed).expect(422);
    const $ = load(answer.text);
    expect($('#errors a').attr('href')).toBe(`#${field}`);
    expect(answer.text).not.toContain(newPassword);
    expect($('#name').val()).toBe(typed.name);
    await read(test.visitor(), link);
  });

  it('works once: twice at once, in two tabs, and afterwards', async () => {
    const link = await invited('nia@new.example');
    const form = { name: 'Nia', password: newPassword };
    const answers = await Promise.all([1, 2, 3].map(() => post(test.visitor(), `${link}/account`, form)));
    const inside = answers.filter(({ headers }) => headers['location'] === '/app/scheduling');
    expect(inside).toHaveLength(1);
    expect(await orgsOf('nia@new.example')).toHaveLength(1);
    const late = await post(test.visitor(), `${link}/account`, { name: 'Mallory', password: 'a password of mine' });
    expect([late.status, late.headers['set-cookie']]).toEqual([404, undefined]);
    await read(test.visitor(), link, 404);
    expect(await userRow('nia@new.example')).toContain('"Nia"');
  });

  it('says the same about every link that is not open', async () => {
    const [used, expired, withdrawn] = [
      await invited('nia@new.example'),
      await invited('noa@new.example'),
      await invited('nya@new.example'),
    ];
    await post(test.visitor(), `${used}/account`, { name: 'Nia', password: newPassword }).expect(303);
    await test.db.query(`update member_invites set expires_at = now() where address = 'noa@new.example'`);
    await test.db.query(`delete from member_invites where address = 'nya@new.example'`);
    const texts = new Set<string>();
    for (const link of [
      used,
      expired,
      withdrawn,
      `/invites/${'A'.repeat(43)}`,
      '/invites/x',
      `${used.slice(0, -1)}%00`,
    ]) {
      texts.add((await read(test.visitor(), link, 404))('main').text());
      for (const action of ['account', 'membership']) {
        const answer = await post(test.cleo.agent, `${link}/${action}`, { name: 'M', password: newPassword }).expect(
          404,
        );
        texts.add(load(answer.text)('main').text());
      }
    }
    expect(texts.size).toBe(1);
    expect(await orgsOf('cleo@globex.example')).toEqual([{ slug: 'globex', role: 'admin' }]);
  });

  it('is closed to another site', async () => {
    const link = await invited('nia@new.example');
    await post(test.visitor(), `${link}/account`, { name: 'Nia', password: newPassword }).set(foreign).expect(403);
    await post(await signedIn(test.cleo.email), `${link}/membership`)
      .set(foreign)
      .expect(403);
    expect(await userRow('nia@new.example')).toBeUndefined();
  });
});

describe('an invite of somebody who has an account', () => {
  const takeover = { name: 'Mallory', password: 'a password of mine', email: 'cleo@globex.example' };

  it('never touches that account, whoever holds the link (invite takeover)', async () => {
    const before = await userRow(test.cleo.email);
    const link = await invited('CLEO@globex.example', 'admin');
    const thief = test.visitor();
    const $ = await read(thief, link);
    expect([$('#name').length, $('#password').length]).toEqual([0, 0]);
    for (const action of ['account', 'membership']) {
      const answer = await post(thief, `${link}/${action}`, takeover).expect(303);
      expect(answer.headers['location']).toBe(link);
    }
    expect((await thief.get('/app/scheduling')).headers['location']).toContain('/sign-in');
    expect(await userRow(test.cleo.email)).toBe(before);
    await post(thief, '/sign-in', { email: test.cleo.email, password: takeover.password }).expect(422);
    expect(await orgsOf(test.cleo.email)).toEqual([{ slug: 'globex', role: 'admin' }]);
    await read(thief, link);
  });

  it('leaves an account alone that was made after the mail', async () => {
    const link = await invited('nia@new.example', 'admin');
    await read(test.visitor(), link);
    const other = await invited('nia@new.example', 'viewer', test.cleo);
    await post(test.visitor(), `${other}/account`, { name: 'Nia', password: newPassword }).expect(303);
    const before = await userRow('nia@new.example');
    await post(test.visitor(), `${link}/account`, takeover).expect(303).expect('Location', link);
    expect(await userRow('nia@new.example')).toBe(before);
    expect(await orgsOf('nia@new.example')).toEqual([{ slug: 'globex', role: 'viewer' }]);
  });

  it('makes one account where two invites of one address are taken up at once', async () => {
    const links = [await invited('nia@new.example'), await invited('nia@new.example', 'viewer', test.cleo)];
    const answers = await Promise.all(
      links.map((link) => post(test.visitor(), `${link}/account`, { name: 'Nia', password: newPassword })),
    );
    expect(answers.filter(({ headers }) => headers['location'] === '/app/scheduling')).toHaveLength(1);
    expect(await orgsOf('nia@new.example')).toHaveLength(1);
    expect(await test.db.query('select 1 from member_invites')).toHaveLength(1);
  });

  it('asks for a sign-in that leads back, then joins by a press, with a new session id', async () => {
    const before = await userRow(test.cleo.email);
    const link = await invited(test.cleo.email, 'viewer');
    const signInHref = (await read(test.visitor(), link))('a.btn').attr('href')!;
    const agent = test.visitor();
    const next = (await read(agent, signInHref))('[name=next]').attr('value');
    const form = { email: test.cleo.email, password: testPassword, next };
    const back = await post(agent, '/sign-in', form).expect(303).expect('Location', link);
    expect((await read(agent, link))('main form').attr('action')).toBe(`${link}/membership`);
    expect(await orgsOf(test.cleo.email)).toHaveLength(1);
    const joined = await post(agent, `${link}/membership`, { role: 'admin' }).expect(303);
    const sid = (answer: typeof joined) => /interlude\.sid=[^;]+/.exec(String(answer.headers['set-cookie']))?.[0];
    expect(sid(joined)).not.toBe(sid(back));
    expect(await orgsOf(test.cleo.email)).toEqual([
      { slug: 'acme', role: 'viewer' },
      { slug: 'globex', role: 'admin' },
    ]);
    expect((await read(agent, '/app/scheduling'))('#flash').text()).toContain('You belong to Acme now.');
    expect((await read(agent, '/app/account'))('.menu summary').text()).toContain('Acme');
    expect(await userRow(test.cleo.email)).toBe(before);
    await post(agent, `${link}/membership`).expect(404);
  });

  it('is not for whoever is signed in as somebody else: they sign out first', async () => {
    for (const address of [test.cleo.email, 'nia@new.example']) {
      const link = await invited(address, 'admin');
      const agent = await signedIn(test.dana.email);
      const $ = await read(agent, link);
      expect($('main').text()).toMatch(/You are signed in as dana@acme\.example\. Sign out first\./);
      await post(agent, `${link}/membership`).expect(303).expect('Location', link);
      await post(agent, `${link}/account`, takeover).expect(303).expect('Location', link);
      expect(await orgsOf(test.dana.email)).toEqual([{ slug: 'acme', role: 'scheduler' }]);
      const form = $('main form');
      const away = await post(agent, form.attr('action')!, { next: form.find('[name=next]').attr('value') });
      expect(away.headers['location']).toBe(link);
      await read(agent, '/app/scheduling', 303);
    }
    expect(await userRow('nia@new.example')).toBeUndefined();
    const elsewhere = await post(test.visitor(), '/sign-out', { next: 'https://evil.example/invites/x' });
    expect(elsewhere.headers['location']).toBe('/sign-in');
  });

  it('does not enable a disabled person', async () => {
    const link = await invited(test.cleo.email);
    const agent = await signedIn(test.cleo.email);
    await test.db.query('update users set disabled_at = now() where id = $1', [test.cleo.actor.userId]);
    await post(agent, `${link}/membership`).expect(303).expect('Location', link);
    await post(agent, `${link}/account`, takeover).expect(303).expect('Location', link);
    await post(test.visitor(), '/sign-in', { email: test.cleo.email, password: testPassword, next: link }).expect(422);
    expect(await orgsOf(test.cleo.email)).toHaveLength(1);
    expect(await userRow(test.cleo.email)).not.toContain('"disabled_at": null');
    await test.db.query('update users set disabled_at = null');
  });

  it('leaves members what they are', async () => {
    const link = await invited(test.cleo.email, 'admin');
    await test.db.query(`insert into memberships (org_id, user_id, role) values ($1, $2, 'viewer')`, [
      test.acme.orgId,
      test.cleo.actor.userId,
    ]);
    await post(await signedIn(test.cleo.email), `${link}/membership`).expect(303);
    expect(await orgsOf(test.cleo.email)).toContainEqual({ slug: 'acme', role: 'viewer' });
  });

  it('lets people in again who belong nowhere, and nothing else does; the second factor is asked for', async () => {
    const { userId } = test.cleo.actor;
    await test.db.query('delete from memberships where user_id = $1', [userId]);
    const { secret } = await turnOnFactor(test, test.cleo);
    const link = await invited(test.cleo.email, 'viewer');
    const form = { email: test.cleo.email, password: testPassword };
    const refused = await post(test.visitor(), '/sign-in', form).expect(422);
    expect(load(refused.text)('#errors').text()).toContain('You belong to no organization.');
    const agent = test.visitor();
    await post(agent, '/sign-in', { ...form, next: link })
      .expect(303)
      .expect('Location', '/sign-in/code');
    await post(agent, `${link}/membership`).expect(303).expect('Location', link);
    await post(agent, '/sign-in/code', { code: codeOf(secret) })
      .expect(303)
      .expect('Location', link);
    expect((await agent.get('/app/scheduling')).headers['location']).toContain('/sign-in');
    expect((await agent.get('/app/account')).headers['location']).toContain('/sign-in');
    await post(agent, `${link}/membership`).expect(303).expect('Location', '/app/scheduling');
    await read(agent, '/app/scheduling');
    expect(await orgsOf(test.cleo.email)).toEqual([{ slug: 'acme', role: 'viewer' }]);
  });
});
