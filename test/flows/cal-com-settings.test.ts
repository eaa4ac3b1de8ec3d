import type { Browser } from 'playwright-core';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { bookingNews, postTo } from '../support/cal-com-webhook.js';
import { launchChromium } from '../support/chromium.js';
import { until } from '../support/until.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('the Cal.com settings in a browser', () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let app: TestApp;

  beforeAll(async () => {
    [browser, app, sandbox] = await Promise.all([
      launchChromium(),
      startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1' }),
      startSandbox({ requestsPerMinute: 10_000 }),
    ]);
  }, flowMs);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await sandbox?.stop();
  });

  it.each([true, false])(
    'connect, tell how news comes, choose what is in use, and disconnect (scripts: %s)',
    async (javaScript) => {
      await app.db.query('delete from cal_com_configs; delete from cal_com_event_types');
      const asha = await Browsing.start(browser, { name: `cal-com-settings-${javaScript}`, javaScript });
      const { page } = asha;
      await page.goto(`${app.url}/sign-in`);
      await page.getByLabel('E-mail').fill(app.asha.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await asha.heading('Scheduling');
      await page.goto(`${app.url}/app/settings/cal-com`);

      sandbox.fail('down', { times: 3, only: ({ path }) => path.startsWith('/v2/webhooks') });
      await page.getByLabel('API key').fill(sandbox.apiKey);
      await page.getByLabel('API address').fill(sandbox.apiUrl);
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await asha.told('There is no webhook, so bookings are read every few minutes.');
      const updates = page.getByRole('region', { name: 'Updates from Cal.com' });
      await updates.getByText('Polling only').waitFor();
      await asha.look('polling');

      await updates.getByRole('button', { name: 'Register again' }).click();
      await asha.told('Registered.');
      await updates.getByText('Nothing has come yet').waitFor();
      const webhook = sandbox.state.webhooks.at(-1)!;
      const endpoint = { path: new URL(webhook.subscriberUrl).pathname, secret: webhook.secret! };
      await postTo(app.visitor(), endpoint, bookingNews('PING', {})).expect(200);
      await page.getByRole('checkbox', { name: /^In use ?: Technical interview/ }).check();
      await page.getByRole('button', { name: 'Save what is in use' }).click();
      await asha.told('Saved.');
      await updates.getByText('Receiving').waitFor();
      expect(await page.getByRole('checkbox', { name: /^In use ?: Technical interview/ }).isChecked()).toBe(true);
      expect(await page.getByRole('checkbox', { name: /^In use, as default ?: Interview/ }).isDisabled()).toBe(true);
      await asha.look('receiving');

      await page.getByText('Disconnect', { exact: true }).first().click();
      await asha.look('about to disconnect');
      await page.getByRole('button', { name: 'Disconnect' }).click();
      await asha.told('Disconnected.');
      await until(
        () => sandbox.state.webhooks.length,
        (count) => count === 0,
      );
      await asha.look('disconnected');
      await asha.end();
    },
    flowMs,
  );
});
