import type { Browser } from 'playwright-core';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('the organization settings in a browser', () => {
  let browser: Browser;
  let app: TestApp;

  beforeAll(async () => {
    [browser, app] = await Promise.all([launchChromium(), startApp()]);
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });

  it.each([true, false])(
    'take a colour that is picked or typed (scripts: %s)',
    async (javaScript) => {
      const asha = await Browsing.start(browser, { name: `organization-${javaScript}`, javaScript });
      const { page } = asha;
      await page.goto(`${app.url}/sign-in`);
      await page.getByLabel('E-mail').fill(app.asha.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await asha.heading('Scheduling');
      await page.goto(`${app.url}/app/settings/organization`);
      const field = page.getByRole('textbox', { name: 'Colour of the candidates’ pages' });
      const picker = page.getByLabel('Pick a colour');
      await asha.look('settings');

      expect(await picker.isVisible()).toBe(javaScript);
      await field.fill('#aa3300');
      if (javaScript) {
        expect(await picker.inputValue()).toBe('#aa3300');
        await picker.fill('#0b7285');
        expect(await field.inputValue()).toBe('#0b7285');
      }
      await page.getByRole('button', { name: 'Save' }).click();
      await asha.told('Saved.');
      expect(await field.inputValue()).toBe(javaScript ? '#0b7285' : '#aa3300');
      await asha.look('coloured');
      await asha.end();
    },
    flowMs,
  );
});
