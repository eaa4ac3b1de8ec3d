import type { Browser, Page } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';

const assessment = 'Backend engineer: take-home';
const chosen = ["Brendan O'Connor", 'Elif Şahin', 'João Pedro Carvalho'];
const elif = { name: 'Elif Şahin', email: 'elif.sahin@example.com' };
const flowMs = 120_000;
const refreshes = 40;
const refreshMs = 250;

describe('the main job in a browser', () => {
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
    'goes from the sign-in to a booking, %s',
    async (name, javaScript) => {
      const asha = await Browsing.start(browser, { name: `asha-${name.replace(' ', '-')}`, javaScript });
      await signIn(asha);
      expect(await asha.page.locator('html.scripted').count()).toBe(javaScript ? 1 : 0);
      await pickThree(asha);
      await makeLinks(asha);
      await preview(asha);
      await send(asha);
      await retryTheFailedOne(asha);
      const link = await readMail(asha);
      await bookAsElif(link, javaScript);
      await seeWhoOpened(asha);
      await asha.end();
    },
    flowMs,
  );

  async function signIn(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.goto(test.url);
    await asha.heading('Sign in');
    await asha.look('sign-in');
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await asha.heading('Scheduling');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Scheduling' }).click();
    await asha.look('scheduling');
  }

  async function pickThree(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByLabel('Assessment', { exact: true }).selectOption({ label: assessment });
    await page.getByLabel('Assessment status').selectOption({ label: 'Handed in' });
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(/[?&]status=submitted(%2C|,)reviewed/);
    expect(await page.getByText('Chinwe Okafor').count()).toBe(0);
    for (const name of chosen) {
      await page.getByLabel(`Select ${name}`).check();
    }
    await page.getByLabel('Event type').selectOption({ label: 'Technical interview · 60 min' });
  }

  async function makeLinks(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByRole('button', { name: 'Generate booking links' }).click();
    await asha.told('3 booking links are ready');
    await page.getByText('3 selected').waitFor();
    expect(await ticked(page)).toEqual(chosen.map((name) => `Select ${name}`));
    await asha.look('links-made');
  }

  async function preview(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByRole('button', { name: 'Preview & send' }).click();
    await asha.heading('Preview');
    await page.getByText('Technical interview · 60 min').waitFor();
    await page.getByRole('heading', { name: '3 will be sent' }).waitFor();
    await page
      .frameLocator('iframe')
      .getByText(/Brendan O'Connor/)
      .first()
      .waitFor();
    await asha.look('preview');
    await page.getByRole('link', { name: 'Text part' }).click();
    await page.getByLabel('Text part of the mail').getByText(`${test.settings.publicUrl}/i/`).waitFor();

    await page.getByLabel('Subject').fill('{{candidate_name}}, choose a time');
    await page.getByRole('button', { name: 'Update the preview' }).click();
    await page.getByRole('definition').getByText("Brendan O'Connor, choose a time").waitFor();
    await page.getByRole('button', { name: 'Send a test to me' }).click();
    await asha.told(`A test is on its way to ${test.asha.email}.`);
    await asha.look('tested');
  }

  async function send(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByRole('button', { name: 'Send 3 emails' }).click();
    await asha.heading(/^Send of/);
    await allAccepted(page);
    for (const name of chosen) {
      await page.getByRole('row', { name }).getByText('Accepted').waitFor();
    }
    await asha.look('sent');
  }

  async function retryTheFailedOne(asha: Browsing): Promise<void> {
    const { page } = asha;
    await test.db.query(
      `update emails set state = 'failed', reason_code = 'refused', reason = 'The mail service refused this address.'
        where to_address = $1`,
      [elif.email],
    );
    await page.reload();
    await page.getByRole('heading', { name: /1 needs? you/ }).waitFor();
    await asha.look('failed');
    await page.getByRole('button', { name: new RegExp(`^Retry ?, ${elif.name}`) }).click();
    await asha.told(`The mail to ${elif.name} will be tried again.`);
    await allAccepted(page);
    const attempts = await test.db.query<{ name: string; accepted: number }[]>(
      `select to_name as name, count(*)::int accepted from email_events v join emails e on e.id = v.email_id
        where v.type = 'accepted' and e.kind = 'invitation' group by 1 order by 1`,
    );
    expect(attempts.map(({ name, accepted }) => [name, accepted])).toEqual([
      [chosen[0], 1],
      [elif.name, 2],
      [chosen[2], 1],
    ]);
  }

  async function readMail(asha: Browsing): Promise<string> {
    const { page } = asha;
    await page
      .getByRole('link', { name: `Read the email to ${elif.name}` })
      .first()
      .click();
    await page.getByRole('heading', { name: 'What became of it' }).waitFor();
    const link = page.frameLocator('iframe').getByRole('link').first();
    const address = await link.getAttribute('href');
    await asha.look('email');
    const frame = await page.locator('iframe').getAttribute('src');
    await page.goto(new URL(frame!, test.url).href);
    await asha.look('mail', 'wcag');
    return address!;
  }

  async function bookAsElif(link: string, javaScript: boolean): Promise<void> {
    expect(link).toMatch(new RegExp(`^${test.settings.publicUrl}/i/[\\w-]{20,}$`));
    const token = link.split('/').at(-1)!;
    const candidate = await Browsing.start(browser, {
      name: `elif-${String(javaScript)}`,
      screen: 'phone',
      javaScript,
    });
    const { page } = candidate;
    await page.goto(`${test.url}/i/${token}`);
    await candidate.heading('Choose a time for your interview');
    await page.getByText(`Hello ${elif.name}`).waitFor();
    await candidate.look('choose');

    await page.getByRole('link', { name: 'Choose a time' }).click();
    await candidate.heading('Technical interview');
    await page.locator('.month-days a').last().click();
    await page.locator('.times a').first().click();
    expect(await page.getByLabel('Your name').inputValue()).toBe(elif.name);
    expect(await page.getByLabel('E-mail').inputValue()).toBe(elif.email);
    await page.getByRole('button', { name: 'Book this time' }).click();
    await page.getByText('You are booked').waitFor();
    await candidate.end();

    const [row] = await test.db.query<{ ref: string }[]>('select ref from booking_links where token = $1', [token]);
    expect(test.sandbox.state.bookings).toHaveLength(1);
    const [booking] = test.sandbox.state.bookings;
    expect(booking).toMatchObject({ metadata: { interlude: row!.ref }, attendees: [elif] });
    expect(JSON.stringify([booking, test.sandbox.requests])).not.toContain(token);
  }

  async function seeWhoOpened(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.goto(`${test.url}/app/scheduling?q=${encodeURIComponent(elif.name)}`);
    await page.getByRole('row', { name: elif.name }).getByText('Opened').waitFor();
    await page.getByRole('link', { name: elif.name, exact: true }).click();
    await asha.heading(elif.name);
    await page.getByLabel('Add a note').fill('Asks good questions.');
    await page.getByRole('button', { name: 'Add the note' }).click();
    await asha.told('The note is kept.');
    await page.getByText('Asks good questions.').waitFor();
    await asha.look('candidate');
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Sends' }).click();
    await asha.heading('Sends');
    await asha.look('sends');
  }
});

async function ticked(page: Page): Promise<string[]> {
  const boxes = page.getByRole('checkbox', { name: /^Select (?!all)/, checked: true });
  const names = await boxes.evaluateAll((found) => found.map((box) => box.getAttribute('aria-label')!));
  return names.toSorted();
}

/** The page reads itself again while something moves; without scripts, a person does. */
async function allAccepted(page: Page): Promise<void> {
  const done = page.getByRole('heading', { name: '3 of 3 done' });
  const accepted = page.getByRole('list', { name: 'Emails by state' }).getByRole('link', { name: 'Accepted 3' });
  for (let left = refreshes; left > 0 && !(await accepted.isVisible()); left -= 1) {
    await page.waitForTimeout(refreshMs);
    await page.getByRole('link', { name: 'Refresh' }).click();
  }
  await done.waitFor();
  await accepted.waitFor();
}
