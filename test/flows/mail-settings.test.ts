import type { Browser } from 'playwright-core';
import { SuppressionsService } from '../../src/email/suppressions.service.js';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('the mail settings in a browser', () => {
  let browser: Browser;
  let app: TestApp;

  beforeAll(async () => {
    [browser, app] = await Promise.all([launchChromium(), startApp()]);
    const suppressions = app.app.get(SuppressionsService);
    for (let n = 1; n <= 12; n += 1) {
      const detail = n % 2 ? '550 5.1.1 The email account that you tried to reach does not exist.' : null;
      await suppressions.suppress(app.db.manager, app.acme, `candidate-${n}@a-rather-long-company-name.example`, {
        cause: n % 2 ? 'bounce' : 'complaint',
        detail,
      });
    }
    await suppressions.suppress(app.db.manager, app.acme, 'elif.sahin@people.example', {
      cause: 'opt_out',
      detail: null,
    });
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  it.each([true, false])(
    'lead from a limit to an address that gets mail again (scripts: %s)',
    async (javaScript) => {
      const asha = await Browsing.start(browser, { name: `mail-settings-${javaScript}`, javaScript });
      const { page } = asha;
      await page.goto(`${app.url}/sign-in`);
      await page.getByLabel('E-mail').fill(app.asha.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await asha.heading('Scheduling');
      await page.goto(`${app.url}/app/settings/cal-com`);
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Mail' }).click();
      await page.getByRole('heading', { name: 'Addresses that get no mail' }).waitFor();
      await asha.look('settings');

      await page.getByLabel('Daily limit').fill('lots');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: /For the daily limit/ }).click();
      await page.locator('#dailyMailCap:focus').waitFor();
      expect(asha.takeComplaints()).toEqual(['422 POST /app/settings/email']);
      expect(await page.getByLabel('Daily limit').inputValue()).toBe('lots');
      await asha.look('refused');
      await page.getByLabel('Daily limit').fill('150');
      await page.getByRole('button', { name: 'Save' }).click();
      await asha.told('Saved.');

      const address = javaScript ? 'elif.sahin@people.example' : 'candidate-12@a-rather-long-company-name.example';
      await page.getByLabel('Part of an address').fill(address.slice(0, 12));
      await page.getByRole('button', { name: 'Search' }).click();
      await page.getByRole('link', { name: `Lift ${address}` }).click();
      await asha.heading(address);
      await asha.look('suppression');
      await page.getByLabel('Reason').fill('They asked to be written to again.');
      await page.getByRole('button', { name: 'Lift' }).click();
      await asha.told('Lifted.');
      await page.getByRole('link', { name: /^Lifted/ }).click();
      await page.getByText('They asked to be written to again.').first().waitFor();
      await asha.look('lifted');
      await asha.end();
    },
    flowMs,
  );
});
