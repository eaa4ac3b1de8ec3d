import type { Browser } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('the doctor in a browser', () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let app: TestApp;

  beforeAll(async () => {
    sandbox = await startSandbox();
    [browser, app] = await Promise.all([launchChromium(), startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1' })]);
    Object.assign(sandbox.state.hosts[0]!, {
      calendars: [{ email: 'a@acme.example' }, { email: 'b@acme.example', broken: true }],
    });
  }, flowMs);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await sandbox?.stop();
  });

  it.each([true, false])(
    'leads to what is missing, and sees it mended (scripts: %s)',
    async (javaScript) => {
      await app.db.query('delete from cal_com_configs; delete from cal_com_event_types');
      const asha = await Browsing.start(browser, { name: `doctor-${javaScript}`, javaScript });
      const { page } = asha;
      await page.goto(`${app.url}/sign-in`);
      await page.getByLabel('E-mail').fill(app.asha.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('heading', { name: 'Three steps to the first interview' }).waitFor();
      await asha.look('first-steps');

      await page.getByRole('link', { name: 'Open the Cal.com settings' }).click();
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Doctor' }).click();
      await page.getByRole('row', { name: /Cal\.com key Amber Cal\.com is not connected/ }).waitFor();
      await asha.look('not-connected');

      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Cal.com' }).click();
      await page.getByLabel('API address').fill(sandbox.apiUrl);
      await page.getByLabel('API key').fill(sandbox.apiKey);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.getByText('Cannot be read').waitFor();
      await page.getByRole('button', { name: 'Test the connection' }).click();
      await asha.told('The connection works.');
      await asha.look('connected');

      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Doctor' }).click();
      await page.getByRole('row', { name: /Cal\.com key Green 127\.0\.0\.1.* accepts the key/ }).waitFor();
      await page.getByRole('row', { name: /Connected calendars Red .* Connect that calendar again/ }).waitFor();
      await asha.look('one-calendar-broken');
      await asha.end();
    },
    flowMs,
  );
});
