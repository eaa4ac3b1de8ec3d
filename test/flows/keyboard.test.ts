import type { Browser, Page } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';
import { hasFocus, tabTo } from './tab-to.js';

const flowMs = 120_000;
const chosen = ["Brendan O'Connor", 'Elif Şahin', 'João Pedro Carvalho'];

describe('the main job by keyboard alone', () => {
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
    'goes from the sign-in to the mails that were sent, and shows where the focus is',
    async () => {
      const asha = await Browsing.start(browser, { name: 'keyboard' });
      const { page } = asha;
      await page.goto(`${test.url}/sign-in`);
      await tabTo(page, page.getByLabel('E-mail'));
      await page.keyboard.type(test.asha.email);
      await tabTo(page, page.getByLabel('Password'));
      await page.keyboard.type(testPassword);
      await page.keyboard.press('Enter');
      await asha.heading('Scheduling');

      await filter(asha);
      await pick(asha);
      await useMenu(page);
      await makeLinks(asha);
      await send(asha);
      await readMail(asha);
      await asha.end();
    },
    flowMs,
  );

  async function filter({ page }: Browsing): Promise<void> {
    await page.reload();
    await tabTo(page, page.getByRole('link', { name: 'Skip to the content' }));
    await page.keyboard.press('Enter');
    await page.locator('#main:focus').waitFor();
    await tabTo(page, page.getByLabel('Assessment', { exact: true }), 3);
    await page.keyboard.type('Backend');
    await tabTo(page, page.getByLabel('Assessment status'));
    await page.keyboard.type('Handed');
    await tabTo(page, page.getByRole('button', { name: 'Apply' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/[?&]status=submitted/);
  }

  async function pick({ page }: Browsing): Promise<void> {
    for (const name of chosen) {
      await tabTo(page, page.getByLabel(`Select ${name}`));
      await page.keyboard.press('Space');
    }
    await page.getByText('3 selected').waitFor();
    await tabTo(page, page.getByLabel('Event type'));
    await page.keyboard.type('Technical');
  }

  /** Opens, closes with Escape, and leaves the focus where it was. */
  async function useMenu(page: Page): Promise<void> {
    const opener = page.locator('summary[aria-label="More for the selected candidates"]');
    const item = page.getByRole('button', { name: 'Replace links that exist…' });
    await tabTo(page, opener);
    await page.keyboard.press('Enter');
    await item.waitFor();
    await tabTo(page, item, 2);
    await page.keyboard.press('Escape');
    await item.waitFor({ state: 'hidden' });
    expect(await hasFocus(opener)).toBe(true);
    await page.keyboard.press('Shift+Tab');
  }

  async function makeLinks(asha: Browsing): Promise<void> {
    const { page } = asha;
    expect(await hasFocus(page.getByRole('button', { name: 'Generate booking links' }))).toBe(true);
    await page.keyboard.press('Enter');
    await asha.told('3 booking links are ready');
    await page.locator('#flash [role=status]:focus').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Preview & send' }));
    await page.keyboard.press('Enter');
    await asha.heading('Preview');
  }

  async function send(asha: Browsing): Promise<void> {
    const { page } = asha;
    await tabTo(page, page.getByLabel('Subject'));
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Choose a time');
    await tabTo(page, page.getByRole('button', { name: 'Update the preview' }));
    await page.keyboard.press('Enter');
    await page.getByRole('definition').getByText('Choose a time', { exact: true }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Send 3 emails' }));
    await page.keyboard.press('Enter');
    await asha.heading(/^Send of/);
    await page.getByRole('link', { name: 'Accepted 3' }).waitFor();
  }

  async function readMail(asha: Browsing): Promise<void> {
    const { page } = asha;
    await tabTo(page, page.getByRole('link', { name: 'Read the email to Elif Şahin' }));
    await page.keyboard.press('Enter');
    await asha.heading('Mail to Elif Şahin');
  }
});
