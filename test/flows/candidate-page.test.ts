import type { Browser } from 'playwright-core';
import { FreeTimesCacheService } from '../../src/scheduling/free-times/free-times-cache.service.js';
import { testPassword } from '../support/app.js';
import { expire, linkedCandidate, storeBooking, type LinkedCandidate } from '../support/candidate-page.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';

const flowMs = 180_000;
const soonMs = 20 * 24 * 60 * 60 * 1000;

describe('a candidate’s page in a browser', () => {
  let browser: Browser;
  let test: SchedulingTest;

  beforeAll(async () => {
    [browser, test] = await Promise.all([launchChromium(), startScheduling()]);
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  it(
    'takes a wish for other times and a decline, and shows how things stand',
    async () => {
      const [wishes, declines, booked, cancelled, expired] = [
        await linkedCandidate(test),
        await linkedCandidate(test),
        await linkedCandidate(test),
        await linkedCandidate(test),
        await linkedCandidate(test),
      ];
      await test.app.get(FreeTimesCacheService).refresh(test.acme, { ageMs: 0 });
      await storeBooking(test, booked);
      await storeBooking(test, cancelled, { status: 'cancelled' });
      await expire(test, expired);
      const candidate = await Browsing.start(browser, { name: 'candidate' });
      await askForTimes(candidate, wishes);
      await decline(candidate, declines);
      await see(candidate, cancelled, 'Choose a new time for your interview');
      await see(candidate, booked, /18:00–18:30/);
      await candidate.page.goto(`${test.url}${booked.path}/decline`);
      await candidate.heading('Cancel your interview first');
      await candidate.look('cancel-first');
      await askForNewLink(candidate, expired);
      await candidate.end();
      await settle(wishes);
    },
    flowMs,
  );

  async function see(candidate: Browsing, { path }: LinkedCandidate, heading: string | RegExp): Promise<void> {
    await candidate.page.goto(`${test.url}${path}`);
    await candidate.heading(heading);
    await candidate.look('state');
  }

  async function askForTimes(candidate: Browsing, { path }: LinkedCandidate): Promise<void> {
    const { page } = candidate;
    await page.goto(`${test.url}${path}`);
    await page.getByText('The first free time is').waitFor();
    await candidate.look('choose');
    await page.getByRole('link', { name: 'No time works for me' }).click();
    await candidate.heading('When would suit you?');
    await candidate.look('times');
    await page.getByLabel('Day, First time').fill(new Date(Date.now() + soonMs).toISOString().slice(0, 10));
    await page.getByLabel('From, First time').fill('18:00');
    await page.getByRole('button', { name: 'Send to Acme' }).click();
    await page.getByRole('alert').waitFor();
    expect(candidate.takeComplaints()).toEqual([`422 POST ${path}/other-times`]);
    await candidate.look('times-fault');
    await page.getByLabel('Until, First time').fill('20:00');
    await page.getByLabel('Anything else').fill('Evenings, <b>please</b>');
    await page.getByRole('button', { name: 'Send to Acme' }).click();
    await page.getByText('You told Acme on').waitFor();
    await candidate.look('asked');
  }

  async function decline(candidate: Browsing, { path }: LinkedCandidate): Promise<void> {
    const { page } = candidate;
    await page.goto(`${test.url}${path}`);
    await page.getByRole('link', { name: 'I no longer want the interview' }).click();
    await candidate.heading('You no longer want the interview?');
    await candidate.look('decline');
    await page.getByRole('button', { name: 'I no longer want the interview' }).click();
    await candidate.heading('You no longer want the interview');
    expect(candidate.takeComplaints()).toEqual([`410 GET ${path}`]);
    await candidate.look('declined');
  }

  async function askForNewLink(candidate: Browsing, { path }: LinkedCandidate): Promise<void> {
    const { page } = candidate;
    await page.goto(`${test.url}${path}`);
    await candidate.heading('This link has expired');
    expect(candidate.takeComplaints()).toEqual([`410 GET ${path}`]);
    await candidate.look('expired');
    await page.getByRole('button', { name: 'Ask for a new link' }).click();
    await candidate.heading('You asked for a new link');
    expect(candidate.takeComplaints()).toEqual([`410 GET ${path}`]);
    await candidate.look('new-link-asked');
  }

  async function settle({ name }: LinkedCandidate): Promise<void> {
    const asha = await Browsing.start(browser, { name: 'candidate-asha' });
    const { page } = asha;
    await page.goto(`${test.url}/sign-in?next=/app/scheduling`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await asha.heading('Scheduling');
    await page.getByRole('link', { name: 'Needs attention 3' }).click();
    await page.waitForURL(/needs_attention=yes/);
    for (const word of ['Asks for other times', 'No longer wants it', 'Asks for a new link']) {
      await page.locator('.badge').getByText(word).waitFor();
    }
    await page.getByText('“Evenings, <b>please</b>”').waitFor();
    await test.db.query(`update free_times set starts = '{}'`);
    await page.reload();
    await page.getByText('no free time left').waitFor();
    await asha.look('attention');
    await page.getByRole('button', { name: `Settled for ${name}` }).click();
    await asha.told('Settled');
    await page.getByRole('link', { name: 'Needs attention 2' }).waitFor();
    await page.getByRole('button', { name: 'Reopen' }).click();
    await asha.told('Reopened');
    await page.goto(`${test.url}/app/scheduling`);
    await page.locator('input[name="invitation_ids[]"]').first().check();
    await page.getByRole('button', { name: 'Preview & send' }).click();
    await page.getByText('in the next 14 days').waitFor();
    await asha.look('draft');
    await asha.end();
  }
});
