import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { startApp, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { oidcClient, type OidcServer, startOidcServer } from '../support/oidc-server.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('a provider in a browser', () => {
  let browser: Browser;
  let oidc: OidcServer;
  let app: TestApp;

  /** At the public address, which there has to be before the app knows where it listens. */
  let front: Server;

  beforeAll(async () => {
    front = createServer(({ url }, answer) => answer.writeHead(302, { Location: `${app.url}${url}` }).end());
    await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
    const publicUrl = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
    oidc = await startOidcServer(`${publicUrl}/sign-in/oidc/callback`);
    [browser, app] = await Promise.all([
      launchChromium(),
      startApp({
        PUBLIC_URL: publicUrl,
        OIDC_ISSUER: oidc.issuer,
        OIDC_CLIENT_ID: oidcClient.id,
        OIDC_CLIENT_SECRET: oidcClient.secret,
        OIDC_NAME: 'Acme ID',
        OIDC_GROUP_ROLES: 'leads=admin',
      }),
    ]);
  }, flowMs);
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await oidc?.stop();
    front?.close();
  });

  it.each([true, false])(
    'signs somebody in, asks them there again, and lets them go (scripts: %s)',
    async (javaScript) => {
      const ida = await Browsing.start(browser, { name: `oidc-${javaScript}`, javaScript });
      const { page } = ida;
      await page.goto(`${app.url}/app/account`);
      await ida.heading('Sign in');
      await ida.look('sign-in');
      oidc.person = null;
      const button = page.getByRole('link', { name: 'Sign in with Acme ID' });
      await button.focus();
      await page.keyboard.press('Enter');
      await page.getByText('You were not let in at Acme ID').waitFor();
      expect(ida.takeComplaints()).toEqual([expect.stringContaining('403 GET /sign-in/oidc/callback')]);
      await ida.look('not-let-in');
      oidc.person = {
        sub: 'ida',
        email: 'ida@acme.example',
        email_verified: true,
        name: 'Ida Roth',
        groups: ['leads'],
      };
      await button.click();
      await ida.heading('Your account');
      await page.getByText('There is no password of yours here.').waitFor();
      await ida.look('account');

      await app.db.query(`update sessions set sess = jsonb_set(sess, '{confirmedAt}', '0') where sess ? 'userId'`);
      await page.goto(`${app.url}/app/settings/api-tokens`);
      await ida.look('asks-again');
      await page.getByRole('link', { name: 'Sign in again' }).click();
      await page.getByLabel('Name').fill(`Tracker ${javaScript}`);
      await page.getByRole('radio', { name: /^Read/ }).check();
      await page.getByRole('button', { name: 'Make the token' }).click();
      await page.getByRole('heading', { name: /^The token of Tracker/ }).waitFor();

      await page.locator('.menu summary').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await ida.heading('You are signed out of Interlude');
      await page.getByRole('link', { name: 'Sign out of Acme ID' }).waitFor();
      await ida.look('signed-out');
      await ida.end();
    },
    flowMs,
  );
});
