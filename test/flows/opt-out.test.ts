import type { Browser } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';

const elif = { name: 'Elif Şahin', email: 'elif.sahin@example.com' };
const joao = { name: 'João Pedro Carvalho' };
const flowMs = 120_000;

describe('an opt-out in a browser', () => {
  let browser: Browser;
  let test: SchedulingTest;

  beforeAll(async () => {
    browser = await launchChromium();
  }, flowMs);
  afterAll(() => browser.close());
  beforeEach(async () => {
    test = await startScheduling();
  });
  afterEach(() => test.stop());

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'is asked for by a candidate, taken back, meant, and seen by who sends, %s',
    async (name, javaScript) => {
      const label = name.replace(' ', '-');
      const asha = await Browsing.start(browser, { name: `opt-out-asha-${label}`, javaScript });
      await signIn(asha);
      await makeLinks(asha);
      const candidate = await Browsing.start(browser, {
        name: `opt-out-candidate-${label}`,
        screen: 'phone',
        javaScript,
      });
      await optOut(candidate);
      await candidate.end();
      await seeTheMark(asha);
      await writeOnce(asha);
      await asha.end();
    },
    flowMs,
  );

  async function signIn({ page }: Browsing): Promise<void> {
    await page.goto(`${test.url}/sign-in?next=/app/scheduling`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Scheduling' }).waitFor();
  }

  async function pick({ page }: Browsing): Promise<void> {
    await page.getByLabel(`Select ${elif.name}`).first().check();
    await page.getByLabel(`Select ${joao.name}`).first().check();
  }

  async function makeLinks(asha: Browsing): Promise<void> {
    await pick(asha);
    await asha.page.getByRole('button', { name: 'Generate booking links' }).click();
    await asha.told('2 booking links are ready');
  }

  async function optOut(candidate: Browsing): Promise<void> {
    const { page } = candidate;
    const [link] = await test.db.query<{ token: string }[]>(
      'select l.token from booking_links l join invitations i on i.id = l.invitation_id where i.email = $1',
      [elif.email],
    );
    await page.goto(`${test.url}/i/${link!.token}`);
    await candidate.look('link');
    await page.getByRole('link', { name: 'No more mails about this' }).click();
    await candidate.heading('No more mails about this?');
    await candidate.look('ask');
    await page.getByRole('button', { name: 'No more mails from Acme' }).click();
    await candidate.heading('You get no more mails');
    await candidate.look('done');
    await page.getByRole('button', { name: 'I pressed this by mistake' }).click();
    await candidate.heading('You get mails again');
    await candidate.look('taken-back');
    await page.getByRole('button', { name: 'No more mails from Acme' }).click();
    await candidate.heading('You get no more mails');
    await page.getByRole('link', { name: 'Back to your interview' }).click();
    await candidate.heading('Choose a time for your interview');
    await page.getByRole('link', { name: 'You asked for no more mails' }).waitFor();
  }

  async function seeTheMark(asha: Browsing): Promise<void> {
    await test.db.query(
      `insert into suppressions (org_id, address, cause) select org_id, lower(email), 'bounce' from invitations where name = $1`,
      [joao.name],
    );
    await asha.page.goto(`${test.url}/app/scheduling?sort=activity`);
    const row = asha.page.getByRole('row').filter({ hasText: elif.name }).first();
    await row.getByText('Opted out').waitFor();
    await row.getByText('Opened').waitFor({ state: 'hidden' });
    await asha.page.getByRole('row').filter({ hasText: joao.name }).first().getByText('Suppressed').waitFor();
    await asha.look('marked');
  }

  async function writeOnce(asha: Browsing): Promise<void> {
    const { page } = asha;
    await pick(asha);
    await page.getByRole('button', { name: 'Preview & send' }).click();
    await asha.heading('Preview');
    await page.getByRole('heading', { name: '0 will be sent, 2 skipped' }).waitFor();
    await page.getByRole('link', { name: 'Open the mail settings' }).waitFor();
    await asha.look('skipped');
    await page.getByText('Write once anyway').click();
    await asha.look('warned');
    await page.getByRole('button', { name: 'Include in this send' }).click();
    await page.getByRole('link', { name: /Tick the box first/ }).waitFor();
    expect(asha.takeComplaints()).toEqual([expect.stringContaining('422 POST')]);
    await asha.look('not-ticked');
    await page.getByLabel(`${elif.name} asked me to write again`).check();
    await page.getByRole('button', { name: 'Include in this send' }).click();
    await asha.told(`${elif.name} is in this send.`);
    await asha.look('included');
    await page.getByRole('button', { name: 'Send 1 email' }).click();
    await asha.heading(/^Send of/);
  }
});
