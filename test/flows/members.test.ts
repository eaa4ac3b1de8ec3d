import type { Browser } from 'playwright-core';
import { AccountMails } from '../../src/accounts/mails/account-mails.service.js';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('members in a browser', () => {
  let browser: Browser;
  let app: TestApp;
  let links: string[];

  beforeAll(async () => {
    [browser, app] = await Promise.all([launchChromium(), startApp()]);
  }, flowMs);
  beforeEach(() => {
    links = [];
    const mails = app.app.get(AccountMails);
    const post = mails.post.bind(mails);
    jest.spyOn(mails, 'post').mockImplementation((manager, mail) => {
      links.push(`${app.url}/invites/${mail.token}`);
      return post(manager, mail);
    });
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each([true, false])(
    'are invited, join, change between organizations and need a second factor (scripts: %s)',
    async (javaScript) => {
      await app.db.query(`delete from users where email = 'nia@new.example'`);
      await app.db.query('delete from member_invites');
      await app.db.query('delete from memberships where user_id = $1 and org_id = $2', [
        app.cleo.actor.userId,
        app.acme.orgId,
      ]);
      await app.db.query('update orgs set asks_second_factor = false');
      await app.db.query('delete from second_factors');

      const asha = await begin('asha', javaScript);
      await signIn(asha, app.asha.email);
      await asha.page.goto(`${app.url}/app/settings/cal-com`);
      await asha.page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Members' }).click();
      await asha.page.getByRole('row', { name: /Ben Okri.*Viewer/ }).waitFor();
      await asha.look('list');
      await asha.page.getByLabel('E-mail').fill('ben@acme.example');
      await asha.page.getByRole('radio', { name: /^Scheduler/ }).check();
      await asha.page.getByRole('button', { name: 'Invite', exact: true }).click();
      await asha.page.getByRole('link', { name: 'Whoever has this address is a member already.' }).click();
      await asha.page.locator('#email:focus').fill('nia@new.example');
      expect(asha.takeComplaints()).toEqual(['422 POST /app/settings/members/invites']);
      await asha.look('refused');
      await asha.page.getByRole('button', { name: 'Invite', exact: true }).click();
      await asha.told('nia@new.example is invited.');
      await asha.page.getByLabel('E-mail').fill(app.cleo.email);
      await asha.page.getByRole('radio', { name: /^Viewer/ }).check();
      await asha.page.getByRole('button', { name: 'Invite', exact: true }).click();
      await asha.told(`${app.cleo.email} is invited.`);
      await asha.look('invited');

      const nia = await begin('nia', javaScript);
      await nia.page.goto(links[0]!);
      await nia.heading('Join Acme');
      await nia.look('new');
      await nia.page.getByLabel('Your name').fill('Nia Oduya');
      await nia.page.getByLabel('Password').fill(testPassword);
      await nia.page.getByRole('button', { name: 'Join' }).click();
      await nia.told('Welcome to Acme.');
      await nia.page.goto(links[0]!);
      await nia.heading('This invite is not open');
      expect(nia.takeComplaints()).toEqual([expect.stringMatching(/^404 GET \/invites\//)]);
      await nia.look('used');

      const cleo = await begin('cleo', javaScript);
      await cleo.page.goto(links[1]!);
      await cleo.look('has-account');
      await cleo.page.getByRole('link', { name: 'Sign in' }).click();
      await cleo.heading('Sign in');
      await fillSignIn(cleo, app.cleo.email);
      await cleo.page.getByRole('button', { name: 'Join' }).waitFor();
      await cleo.look('join');
      await nia.page.goto(links[1]!);
      await nia.page.getByText('You are signed in as nia@new.example. Sign out first.').waitFor();
      await nia.look('somebody-else');
      await cleo.page.getByRole('button', { name: 'Join' }).click();
      await cleo.told('You belong to Acme now.');
      await cleo.page.locator('.menu summary').click();
      await cleo.page.getByRole('button', { name: 'Go to Globex' }).waitFor();
      await cleo.look('switcher');
      await cleo.page.getByRole('button', { name: 'Go to Globex' }).click();
      await cleo.told('You are in Globex now.');

      await asha.page.getByRole('link', { name: 'Change Ben Okri' }).click();
      await asha.heading('Ben Okri');
      await asha.look('member');
      await asha.page.goto(`${app.url}/app/settings/members/${app.cleo.actor.userId}`);
      await asha.page.getByText('which is not yours to lock them out of').waitFor();
      await asha.look('member-elsewhere');
      await asha.page.getByRole('radio', { name: /^Scheduler/ }).check();
      await asha.page.getByRole('button', { name: 'Change the role' }).click();
      await asha.told('Cleo Hart is a scheduler now.');
      await asha.page.goto(`${app.url}/app/settings/members/${app.asha.actor.userId}`);
      await asha.page.getByText('You are the last admin.').waitFor();
      await asha.look('last-admin');

      await app.db.query(
        `insert into second_factors (user_id, secret, confirmed_at, last_step) values ($1, 'x', now(), 0)`,
        [app.asha.actor.userId],
      );
      await asha.page.goto(`${app.url}/app/settings/members`);
      await asha.page.getByRole('button', { name: 'Ask everybody for it' }).click();
      await asha.told('Everybody needs a second factor now.');
      await asha.look('factor-asked');
      await asha.page.goto(`${app.url}/app/account/second-factor`);
      await asha.page.getByText('It stays on: a second factor is asked for by Acme.').waitFor();
      await asha.look('factor-kept');
      await nia.page.goto(`${app.url}/app/scheduling`);
      await nia.page.getByText('Acme asks for a second factor.').waitFor();
      await nia.look('factor-missing');

      await Promise.all([asha.end(), nia.end(), cleo.end()]);
    },
    flowMs,
  );

  const begin = (name: string, javaScript: boolean) =>
    Browsing.start(browser, { name: `members-${name}-${javaScript}`, javaScript });

  async function signIn(person: Browsing, email: string): Promise<void> {
    await person.page.goto(`${app.url}/sign-in`);
    await fillSignIn(person, email);
    await person.heading('Scheduling');
  }

  async function fillSignIn({ page }: Browsing, email: string): Promise<void> {
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  }
});
