import type { Browser, Locator } from 'playwright-core';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { closedAssessment } from '../support/closed-assessment.js';
import { Browsing } from './browsing.js';
import { tabTo } from './tab-to.js';

const flowMs = 120_000;

describe('the retention settings in a browser', () => {
  let browser: Browser;
  let app: TestApp;

  beforeAll(async () => {
    [browser, app] = await Promise.all([launchChromium(), startApp()]);
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await app.stop();
  });
  beforeEach(async () => {
    await app.db.query('delete from assessments');
    await app.db.query('delete from retention_rules');
    for (const [place, closedDaysAgo] of [400, 200, 30].entries()) {
      const title = ['Backend engineer, autumn intake of the year before last', 'Designer', 'Support'][place]!;
      const people = Array.from({ length: 12 * (place + 1) }, (_, n) => `Person ${n} of${place}`);
      await closedAssessment(app, app.acme, { title, closedDaysAgo, people });
    }
    // Of every status some, so that their links stand in rows of their own on a phone.
    await app.db.query(
      `update invitations set status = (array['invited', 'started', 'submitted', 'reviewed', 'closed'])[
         1 + substring(name from '\\d+')::int % 5]`,
    );
    await app.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       select i.org_id, i.id, 'uid-' || i.id, '', 'confirmed', now() + interval '1 day', now() + interval '25 hours'
         from invitations i join assessments a on a.id = i.assessment_id where a.title = 'Designer' limit 2`,
    );
  });

  it.each([true, false])(
    'go by keyboard alone from a preview to an assessment that is kept longer (scripts: %s)',
    async (javaScript) => {
      const asha = await Browsing.start(browser, { name: `retention-${javaScript}`, javaScript });
      const { page } = asha;
      const press = async (wanted: Locator) => {
        await tabTo(page, wanted);
        await page.keyboard.press('Enter');
      };
      await page.goto(`${app.url}/sign-in`);
      await page.getByLabel('E-mail').fill(app.asha.email);
      await page.getByLabel('Password').fill(testPassword);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await asha.heading('Scheduling');
      await page.goto(`${app.url}/app/settings/organization`);
      await press(page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Retention' }));
      await page.getByText('Off: Interlude erases nobody by itself.').waitFor();
      await asha.look('off');

      await tabTo(page, page.getByLabel('Erase candidates after their assessment closes'));
      await page.keyboard.type('a year');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: /whole days/ }).waitFor();
      await press(page.getByRole('link', { name: /whole days/ }));
      await page.locator('#eraseAfterDays:focus').waitFor();
      expect(asha.takeComplaints()).toEqual(['422 POST /app/settings/retention/preview']);
      await page.keyboard.press('ControlOrMeta+a');
      await page.keyboard.type('180');
      await page.keyboard.press('Enter');
      await asha.heading('Erase candidates 180 days after their assessment closes?');
      await page.getByText('36 candidates of 2 assessments').waitFor();
      await asha.look('preview');
      await press(page.getByRole('button', { name: 'Turn it on' }));
      await asha.told('Saved.');
      await page.getByText('36 candidates of 2 assessments will be erased.').waitFor();
      await asha.look('announced');

      await page.goto(`${app.url}/app/assessments`);
      await asha.look('assessments');
      await press(page.getByRole('link', { name: 'Keep Designer longer' }));
      await asha.heading('Keep Designer');
      await tabTo(page, page.getByLabel('Keep until the end of'));
      await page.keyboard.type('01012020');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: /Enter a day after/ }).waitFor();
      expect(asha.takeComplaints()).toEqual([expect.stringMatching(/^422 POST .*\/keeping$/)]);
      await asha.look('refused');
      await page.getByLabel('Keep until the end of').fill(`${new Date().getUTCFullYear() + 2}-06-30`);
      await page.keyboard.press('Enter');
      await asha.told('Designer is kept');
      await page.getByText('Kept until 30 June').waitFor();
      await asha.look('kept');
      await press(page.getByRole('link', { name: 'Keep Designer longer' }));
      await page.getByText('as somebody asked for').waitFor();
      await asha.look('keep');
      await asha.end();
    },
    flowMs,
  );
});
