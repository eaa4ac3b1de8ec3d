import type { Browser } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { prepare } from '../support/assignments.js';
import { startBookings, type BookingsTest } from '../support/bookings.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 180_000;
const dayMs = 24 * 60 * 60_000;

describe('times that an admin books, in a browser', () => {
  let browser: Browser;
  let test: BookingsTest;

  beforeAll(async () => {
    browser = await launchChromium();
  }, flowMs);
  afterAll(() => browser.close());
  beforeEach(async () => {
    test = await startBookings();
    await prepare(test);
  });
  afterEach(() => test.stop());

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'are the next 5 free ones for five, and one of all for one, %s',
    async (name, javaScript) => {
      const asha = await Browsing.start(browser, { name: `assign-${name.replace(' ', '-')}`, javaScript });
      await signIn(asha);
      await assignFive(asha, javaScript);
      await bookOne(asha);
      await asha.end();
    },
    flowMs,
  );

  async function signIn(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.goto(`${test.url}/sign-in?next=/app/scheduling?status=submitted`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await asha.heading('Scheduling');
  }

  async function assignFive(asha: Browsing, javaScript: boolean): Promise<void> {
    const { page } = asha;
    const boxes = page.locator('input[name="invitation_ids[]"]');
    for (let place = 0; place < 6; place += 1) {
      await boxes.nth(place).check();
    }
    await page.getByLabel('Event type').selectOption({ label: 'Technical interview · 60 min' });
    await asha.look('ticked');
    await page.locator('.action-bar summary').click();
    await page.getByRole('button', { name: 'Book times…' }).click();
    await asha.heading('Assign the next free times');
    expect(asha.takeComplaints()).toEqual(['422 POST /app/scheduling/assignments']);
    const day = new Date(Date.now() + 14 * dayMs).toISOString().slice(0, 10);
    await page.getByLabel('Not before').fill(day);
    await page.getByRole('button', { name: 'Look again' }).click();
    await page.locator(`#not_before[value="${day}"]`).waitFor();
    expect(asha.takeComplaints()).toEqual(['422 POST /app/scheduling/assignments']);
    await page.locator('input[name="picks[]"]').last().uncheck();
    const book = page.getByRole('button', { name: javaScript ? 'Book 5 interviews' : 'Book what is ticked' });
    await book.waitFor();
    await asha.look('check');
    test.sandbox.fail('500', { only: ({ method, path }) => method === 'POST' && path.endsWith('/bookings') });
    await book.click();
    await asha.heading('Assigned times');
    await settled(asha, '4 of 5 booked, 1 failed', javaScript);
    await asha.look('one-failed');
    await page.getByRole('button', { name: 'Retry 1 failed' }).click();
    await settled(asha, '5 of 5 booked', javaScript);
    await asha.look('booked');
    expect(test.sandbox.state.bookings.length).toBe(5);
    expect(test.sandbox.state.bookings.every(({ start }) => start >= day)).toBe(true);
  }

  /** The page reads itself again; without a script, a person does. */
  async function settled({ page }: Browsing, heading: string, javaScript: boolean): Promise<void> {
    for (let tries = 0; !javaScript && tries < 100 && !(await page.getByText(heading).count()); tries += 1) {
      await page.getByRole('link', { name: 'Refresh' }).click();
    }
    await page.getByRole('heading', { name: heading, exact: true }).waitFor({ timeout: 30_000 });
  }

  async function bookOne(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.goto(`${test.url}/app/scheduling?scheduling_status=booked`);
    await page.locator('input[name="invitation_ids[]"]').first().check();
    await page.locator('.action-bar summary').click();
    await page.getByRole('button', { name: 'Book times…' }).click();
    await asha.heading(/^Book a time for/);
    await page.getByText('There is an interview already').waitFor();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByRole('link', { name: 'Previous' }).waitFor();
    await page.locator('.form-selectgroup-item').first().click();
    await page.getByRole('button', { name: 'Book the interview' }).click();
    await page.getByRole('link', { name: 'Say what becomes of the interview there is.' }).waitFor();
    expect(asha.takeComplaints().length).toBe(1);
    await asha.look('asked');
    await page.getByLabel('Cancel it and book anew').check();
    await page.getByRole('button', { name: 'Book the interview' }).click();
    await asha.told(/The interview is on/);
    await asha.look('anew');
  }
});
