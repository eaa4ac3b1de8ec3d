import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { codeOf, forgetUse, wrongCodeOf } from '../support/second-factor.js';
import { until } from '../support/until.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;
const pathPattern = /\/password-reset\/[\w-]+/;

describe('an account in a browser', () => {
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
    'gets a second factor, which is asked for at the next sign-in and turned off again (scripts: %s)',
    async (javaScript) => {
      const ben = await Browsing.start(browser, { name: `second-factor-${javaScript}`, javaScript });
      const { page } = ben;
      const signIn = async () => {
        await page.goto(`${app.url}/sign-in`);
        await page.getByLabel('E-mail').fill(app.ben.email);
        await page.getByLabel('Password').fill(testPassword);
        await page.getByRole('button', { name: 'Sign in' }).click();
      };
      await signIn();
      await page.locator('.menu summary').click();
      await page.getByRole('link', { name: 'Your account' }).click();
      await ben.heading('Your account');
      await ben.look('off');

      await page.getByRole('link', { name: 'Set it up' }).click();
      await ben.heading('Second factor');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('link', { name: 'This is not your password.' }).waitFor();
      expect(ben.takeComplaints()).toEqual(['422 POST /app/account/second-factor']);
      await ben.look('password');
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Continue' }).click();
      await page.getByRole('img', { name: 'QR code' }).waitFor();
      await ben.look('qr-code');
      const secret = (await page.locator('.copyable code').innerText()).replaceAll(' ', '');
      await page.getByLabel('Code your app shows now').fill(codeOf(secret));
      await page.getByRole('button', { name: 'Turn the second factor on' }).click();
      await ben.heading('The second factor is on');
      await ben.look('recovery-codes');
      const [recoveryCode = ''] = await page.locator('.recovery-codes code').allInnerTexts();
      await page.getByRole('link', { name: 'I have kept them' }).click();
      await ben.heading('Your account');
      await ben.look('on');

      await page.locator('.menu summary').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await ben.heading('Sign in');
      await signIn();
      await ben.heading('Enter the code');
      await ben.look('code');
      await page.getByLabel('Code').fill(wrongCodeOf(secret));
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await page.getByRole('link', { name: 'This code does not fit, or it was used already.' }).waitFor();
      expect(ben.takeComplaints()).toEqual(['422 POST /sign-in/code']);
      await ben.look('wrong-code');
      await forgetUse(app.db, app.ben.actor.userId!);
      await page.getByLabel('Code').fill(codeOf(secret));
      await page.getByLabel('Code').press('Enter');
      await ben.heading('Scheduling');

      await page.locator('.menu summary').click();
      await page.getByRole('button', { name: 'Sign out' }).click();
      await ben.heading('Sign in');
      await signIn();
      await page.getByLabel('Code').fill(recoveryCode);
      await page.getByRole('button', { name: 'Sign in', exact: true }).click();
      await ben.told('You have used a recovery code; 9 of them are left.');

      await page.goto(`${app.url}/app/account/second-factor`);
      await page.getByText('9 of 10 are left.').waitFor();
      await ben.look('in-force');
      await page.locator('#removalPassword').fill(testPassword);
      await page.getByRole('button', { name: 'Turn the second factor off' }).click();
      await ben.told('The second factor is off.');
      await ben.end();
    },
    flowMs,
  );

  it.each([true, false])(
    'gets a new password by mail (scripts: %s)',
    async (javaScript) => {
      const dana = await Browsing.start(browser, { name: `new-password-${javaScript}`, javaScript });
      const { page } = dana;
      await page.goto(`${app.url}/app/bookings`);
      await dana.heading('Sign in');
      await page.getByRole('link', { name: 'Forgot your password?' }).click();
      await dana.heading('Forgot your password?');
      await dana.look('request');
      await page.getByLabel('E-mail').fill(app.dana.email);
      await page.getByLabel('E-mail').press('Enter');
      await dana.heading('No mail was sent');
      await dana.look('sent');

      const path = await mailedPath(app);
      await page.goto(`${app.url}${path}`);
      await dana.heading('Choose a new password');
      await page.getByLabel('New password').fill('short');
      await page.getByRole('button', { name: 'Change the password' }).click();
      await page.getByRole('link', { name: 'Use at least 8 characters; 15 or more are better.' }).waitFor();
      expect(dana.takeComplaints()).toEqual([`422 POST ${path}`]);
      await dana.look('choice');
      await page.getByLabel('New password').fill(testPassword);
      await page.getByRole('button', { name: 'Change the password' }).click();
      await dana.told('The password is changed.');
      await dana.look('changed');
      await page.goto(`${app.url}${path}`);
      await dana.heading('This link does not work any more');
      dana.takeComplaints();
      await dana.look('over');
      await page.getByRole('link', { name: 'Back to signing in' }).click();
      await page.getByLabel('E-mail').fill(app.dana.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await dana.heading('Scheduling');
      await app.db.query(`delete from sessions where sess ->> 'userId' = $1`, [app.dana.actor.userId]);
      await page.goto(`${app.url}/app/bookings`);
      await page.getByText('You are signed out.').waitFor();
      await dana.look('signed-out');
      await dana.end();
    },
    flowMs,
  );
});

/** Of the link in the mail, which the test server keeps as a file. */
async function mailedPath({ settings }: TestApp): Promise<string> {
  const folder = join(settings.dataDir, 'account-mail');
  const [text] = await until(
    () => {
      const names = existsSync(folder) ? readdirSync(folder) : [];
      return names.map((name) => readFileSync(join(folder, name), 'utf8')).filter((mail) => pathPattern.test(mail));
    },
    (mails) => mails.length > 0,
  );
  rmSync(folder, { recursive: true });
  return pathPattern.exec(text!)![0];
}
