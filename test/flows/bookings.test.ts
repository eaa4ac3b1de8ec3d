import type { Browser } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../support/bookings.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 180_000;
const needsConfirmation = 5;

describe('bookings in a browser', () => {
  let browser: Browser;
  let test: BookingsTest;

  beforeAll(async () => {
    browser = await launchChromium();
  }, flowMs);
  afterAll(() => browser.close());
  beforeEach(async () => {
    test = await startBookings();
  });
  afterEach(() => test.stop());

  it(
    'come by themselves, and 20 are cancelled although two calls fail',
    async () => {
      const asha = await Browsing.start(browser, { name: 'bookings-bulk' });
      const people = await test.candidates(20);
      for (const person of people.slice(1)) {
        await book(person);
      }
      await signIn(asha);
      await asha.page.getByRole('heading', { level: 1, name: 'Bookings' }).waitFor();
      await book(people[0]!);
      await asha.page.getByText(people[0]!.email).waitFor();
      await cancelAll(asha, people);
      await asha.end();
    },
    flowMs,
  );

  it(
    'are looked at, confirmed, moved, cancelled and given to their candidate',
    async () => {
      const asha = await Browsing.start(browser, { name: 'bookings-one' });
      await signIn(asha);
      await asha.page.getByText('Nobody has booked yet').waitFor();
      await asha.look('empty');
      await confirm(asha);
      await move(asha);
      await match(asha);
      await asha.end();
    },
    flowMs,
  );

  it(
    'are moved by their candidate, and stay one row that tells where from',
    async () => {
      // The page of a booking is on the site of its event type, once that is known.
      await test.asha.agent.get('/app/scheduling').expect(200);
      const [person] = await test.candidates(1);
      const uid = await book(person!);
      const asha = await Browsing.start(browser, { name: 'bookings-moved' });
      await signIn(asha);
      await asha.page.getByText(person!.email).waitFor();
      const next = await moveThemselves(person!);
      expect(test.sandbox.state.booking(uid)!.rescheduledToUid).toBe(next);
      await asha.page.getByText(/^Moved from /).waitFor();
      expect(await asha.page.getByText(person!.email).count()).toBe(1);
      await asha.page.getByRole('link', { name: person!.name }).first().click();
      await asha.page.getByRole('heading', { name: 'Where it moved' }).waitFor();
      const steps = asha.page.locator('section[aria-labelledby="chain"] li');
      expect(await steps.count()).toBe(2);
      await steps.first().getByText('Moved').waitFor();
      await steps.last().getByText('Confirmed').waitFor();
      await asha.look('chain');
      await asha.end();
    },
    flowMs,
  );

  /** From their own page to that of Cal.com and back; answers the new uid. */
  async function moveThemselves({ invitationId }: LinkedCandidate): Promise<string> {
    const [link] = await test.db.query<{ token: string }[]>(
      'select token from booking_links where invitation_id = $1',
      [invitationId],
    );
    const candidate = await Browsing.start(browser, { name: 'bookings-candidate' });
    const { page } = candidate;
    await page.goto(`${test.url}/i/${link!.token}`);
    const before = await page.locator('h1.when').innerText();
    await page.getByRole('link', { name: 'Change time' }).click();
    await candidate.heading('Choose a new time');
    await page.locator('.times a').last().click();
    await candidate.heading('Move to a new time');
    await page.getByRole('button', { name: 'Move to this time' }).click();
    await page.waitForURL(/\/booking\//);
    const uid = new URL(page.url()).pathname.split('/').at(-1)!;
    await test.hint(uid, 'BOOKING_RESCHEDULED');
    await page.goto(`${test.url}/i/${link!.token}`);
    expect(await page.locator('h1.when').innerText()).not.toBe(before);
    await candidate.end();
    return uid;
  }

  async function book(person: LinkedCandidate, ref: string | null = person.ref): Promise<string> {
    const { uid } = await test.bookOnPage(person, { ref });
    await test.hint(uid, 'BOOKING_CREATED');
    return uid;
  }

  async function signIn({ page }: Browsing): Promise<void> {
    await page.goto(`${test.url}/sign-in?next=/app/bookings`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
  }

  async function cancelAll(asha: Browsing, people: readonly LinkedCandidate[]): Promise<void> {
    const { page } = asha;
    await asha.look('list');
    await page.getByLabel('Select all on this page').check();
    await page.getByText('20 selected').waitFor();
    await page.getByRole('button', { name: 'Cancel…' }).click();
    await asha.heading('Cancel these bookings?');
    expect(asha.takeComplaints()).toEqual(['422 POST /app/bookings/bulk-actions']);
    await asha.look('check');
    await page.getByLabel('Cancel, because').fill('The role was filled');
    for (const place of [3, 11]) {
      const uid = test.sandbox.state.bookings[place]!.uid;
      test.sandbox.fail('500', { only: ({ path }) => path.includes(uid) && path.endsWith('/cancel') });
    }
    await page.getByRole('button', { name: 'Cancel 20 bookings' }).click();
    await page.getByText('18 of 20 done, 2 failed').waitFor({ timeout: 60_000 });
    await asha.look('two-failed');
    await page.getByRole('button', { name: 'Retry 2 failed' }).click();
    await page.getByText('20 of 20 done').waitFor();
    const { bookings } = test.sandbox.state;
    expect(bookings.map(({ status }) => status)).toEqual(people.map(() => 'cancelled'));
    await page.goto(`${test.url}/app/bookings?show=cancelled`);
    await asha.look('cancelled');
  }

  async function confirm(asha: Browsing): Promise<void> {
    const { page } = asha;
    const [person] = await test.candidates(1, { eventTypeId: needsConfirmation });
    const uid = await book(person!);
    await page.goto(`${test.url}/app/bookings?show=attention`);
    await page.getByText('Needs your yes').waitFor();
    await asha.look('attention');
    await page.getByRole('link', { name: /Confirm or reject/ }).click();
    await asha.heading(person!.name);
    await asha.look('pending');
    await page.getByRole('button', { name: 'Confirm the booking' }).click();
    await asha.told('The booking is confirmed.');
    expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
  }

  async function move(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByRole('link', { name: 'Move to another time' }).click();
    await asha.heading('Move to another time');
    await page.getByRole('link', { name: 'Next' }).click();
    await page.locator('.form-selectgroup-item').first().waitFor();
    await asha.look('times');
    await page.locator('.form-selectgroup-item').first().click();
    await page.getByLabel('Reason').fill('The host is ill');
    await page.getByRole('button', { name: 'Move the booking' }).click();
    await asha.told(/The interview is on .* now/);
    await page.getByRole('heading', { name: 'Where it moved' }).waitFor();
    await asha.look('moved');
    await page.getByRole('button', { name: 'Cancel the booking' }).click();
    await asha.told('The booking is cancelled.');
    await asha.look('cancelled');
  }

  async function match(asha: Browsing): Promise<void> {
    const { page } = asha;
    const [person] = await test.candidates(1);
    await book(person!, null);
    await page
      .getByRole('link', { name: /^Bookings/ })
      .first()
      .click();
    await page.getByRole('link', { name: /^Unmatched/ }).click();
    await page.getByText(`Looks like ${person!.name}`).waitFor();
    await asha.look('unmatched');
    await page.getByRole('button', { name: `Yes, it is ${person!.name}` }).click();
    await asha.told('The booking has its candidate.');
    await asha.look('matched');
  }
});
