import type { Browser } from 'playwright-core';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('API tokens in a browser', () => {
  let browser: Browser;
  let app: TestApp;

  beforeAll(async () => {
    [browser, app] = await Promise.all([launchChromium(), startApp()]);
  }, flowMs);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
  });

  it.each([true, false])(
    'are made, used and revoked (scripts: %s)',
    async (javaScript) => {
      const asha = await Browsing.start(browser, { name: `api-tokens-${javaScript}`, javaScript });
      const { page } = asha;
      await page.goto(`${app.url}/sign-in`);
      await page.getByLabel('E-mail').fill(app.asha.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await asha.heading('Scheduling');
      await page.goto(`${app.url}/app/settings/cal-com`);
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'API tokens' }).click();
      await page.getByText('There is no token yet.').waitFor();

      await page.getByLabel('Name').fill('Assessment platform');
      await page.getByRole('radio', { name: /^Send/ }).check();
      await page.getByLabel('Expires after').fill('soon');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('link', { name: 'Enter whole days from 1 to 3650, or nothing.' }).click();
      await page.locator('#days:focus').fill('90');
      expect(asha.takeComplaints()).toEqual(['422 POST /app/settings/api-tokens']);
      await asha.look('refused');
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('heading', { name: 'The token of Assessment platform' }).waitFor();
      await asha.look('made');
      const token = await page.locator('#made-token code').innerText();
      expect(await asks(token)).toBe(200);

      await page.goto(`${app.url}/app/settings/api-tokens`);
      await page.getByRole('row', { name: /Assessment platform.*Today.*Today/ }).waitFor();
      expect(await page.content()).not.toContain(token);
      await asha.look('list');

      await page.getByRole('link', { name: 'Revoke Assessment platform' }).click();
      await asha.heading('Assessment platform');
      await asha.look('revocation');
      await page.getByRole('button', { name: 'Revoke' }).click();
      await asha.told('Revoked.');
      expect(await asks(token)).toBe(401);

      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Activity' }).click();
      await page.getByLabel('What', { exact: true }).selectOption({ label: 'API tokens' });
      await page.getByRole('button', { name: 'Apply' }).click();
      await page
        .getByRole('row', { name: /Asha Menon revoked the API token Assessment platform/ })
        .first()
        .waitFor();
      await page
        .getByRole('row', { name: /Asha Menon made the API token.*Days: 90 · Scope: send/ })
        .first()
        .waitFor();
      await asha.look('activity');
      await asha.end();
    },
    flowMs,
  );

  async function asks(token: string): Promise<number> {
    const headers = { Authorization: `Bearer ${token}` };
    return (await fetch(`${app.url}/api/admin/scheduling/candidates`, { headers })).status;
  }
});
