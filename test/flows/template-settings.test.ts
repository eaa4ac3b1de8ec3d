import type { Browser, Page } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { linkedCandidate } from '../support/candidate-page.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;

describe('the templates and the organization in a browser', () => {
  let browser: Browser;
  let test: SchedulingTest;

  beforeAll(async () => {
    [browser, test] = await Promise.all([launchChromium(), startScheduling()]);
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  const settings = (page: Page, name: string) =>
    page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name });
  const signIn = async ({ page }: Browsing) => {
    await page.goto(`${test.url}/sign-in`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Scheduling' }).waitFor();
  };

  it.each([true, false])(
    'lead from a slip of the pen to a mail that says what it should (scripts: %s)',
    async (javaScript) => {
      const asha = await Browsing.start(browser, { name: `templates-${javaScript}`, javaScript });
      const { page } = asha;
      await signIn(asha);
      await page.goto(`${test.url}/app/settings/cal-com`);
      await settings(page, 'Templates').click();
      await page.getByRole('heading', { name: 'New template' }).waitFor();
      await asha.look('list');
      const title = javaScript ? 'Second interview' : 'Third interview';
      await page.getByLabel('Name').fill(title);
      await page.getByRole('button', { name: 'Add' }).click();
      await asha.heading(title);
      await asha.told(`${title} is there.`);
      await asha.look('fresh');

      await page.getByLabel('Message').fill('Dear {{candidat_name}},\n\n[Choose]({{booking_link}})');
      if (javaScript) {
        await page.locator('[data-check-result]').getByText('Did you mean `{{candidate_name}}`?').waitFor();
        await asha.look('checked');
      }
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: /candidat_name.* on line 1/ }).click();
      await page.locator('#message:focus').waitFor();
      expect(asha.takeComplaints().filter((complaint) => !complaint.endsWith('/check'))).toEqual([
        `422 POST ${new URL(page.url()).pathname}`,
      ]);
      expect(await page.getByLabel('Message').inputValue()).toContain('{{candidat_name}}');
      await asha.look('refused');

      await page.getByLabel('Message').fill('Dear ,\n\n[Choose]({{booking_link}})');
      if (javaScript) {
        await page.getByLabel('Message').press('Control+Home');
        for (let letter = 0; letter < 'Dear '.length; letter += 1) {
          await page.getByLabel('Message').press('ArrowRight');
        }
        await page.getByRole('button', { name: '{{candidate_name}}' }).click();
        expect(await page.getByLabel('Message').inputValue()).toMatch(/^Dear \{\{candidate_name\}\},/);
        await page.getByLabel('Subject').fill('About ');
        await page.getByRole('button', { name: '{{assessment_title}}' }).click();
        expect(await page.getByLabel('Subject').inputValue()).toBe('About {{assessment_title}}');
      } else {
        await page.getByLabel('Message').fill('Dear {{candidate_name}},\n\n[Choose]({{booking_link}})');
      }
      const [person] = await test.db.query<{ name: string; email: string }[]>(
        'select name, email from invitations order by name limit 1',
      );
      await page.getByLabel('Preview as').fill(person!.email);
      await page.getByRole('button', { name: 'Update the preview' }).click();
      await page.getByRole('heading', { name: `As ${person!.name} gets it` }).waitFor();
      await page.frameLocator('iframe').getByText(`Dear ${person!.name},`).waitFor();
      await asha.look('preview');
      await page.getByText('Text part').click();
      await page.getByLabel('Text part of the mail').getByText(`Dear ${person!.name},`).waitFor();

      await page.getByRole('button', { name: 'Save' }).click();
      await asha.told('Version 2 is in force.');
      await page.getByRole('link', { name: 'Version 1' }).click();
      await asha.heading(`${title}, version 1`);
      await asha.look('version');
      await page.getByRole('button', { name: 'Restore' }).click();
      await asha.told('Version 3 is in force.');
      await page.getByRole('button', { name: 'Archive' }).click();
      await asha.told(`${title} is archived.`);
      await page.getByRole('link', { name: /^Archived/ }).click();
      await page.getByRole('link', { name: title }).click();
      await page.getByRole('button', { name: 'Take back' }).click();
      await asha.told('in use again');
      await asha.end();
    },
    flowMs,
  );

  it.each([true, false])(
    'dress the candidates’ pages in a colour that can be read (scripts: %s)',
    async (javaScript) => {
      await test.db.query(`update orgs set brand_color = null, time_zone = 'Europe/Berlin'`);
      const asha = await Browsing.start(browser, { name: `organization-${javaScript}`, javaScript });
      const { page } = asha;
      await signIn(asha);
      await page.goto(`${test.url}/app/settings/cal-com`);
      await settings(page, 'Organization').click();
      await page.getByRole('heading', { name: 'Your organization' }).waitFor();
      await asha.look('organization');
      const color = page.getByRole('textbox', { name: 'Colour of the candidates’ pages' });
      await color.fill('yellow');
      await page.getByLabel('Time zone').fill('europe/lisbon');
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByRole('link', { name: /six hex digits/ }).click();
      await page.locator('#brandColor:focus').waitFor();
      expect(asha.takeComplaints()).toEqual(['422 POST /app/settings/organization']);
      const picker = page.getByLabel('Pick a colour');
      expect(await picker.isVisible()).toBe(javaScript);
      await (javaScript ? picker : color).fill('#ffd400');
      expect(await color.inputValue()).toBe('#ffd400');
      await page.getByRole('button', { name: 'Save' }).click();
      await asha.told(/Hours are now told in Lisbon/);
      await asha.look('coloured');

      const { path } = await linkedCandidate(test);
      await page.goto(test.url + path);
      await asha.heading(/Choose a time/);
      await asha.look('candidate');
      if (javaScript) {
        const button = page.getByRole('link', { name: 'Choose a time' });
        expect(await button.evaluate(colorsOf)).toEqual(['rgb(255, 212, 0)', 'rgb(0, 0, 0)']);
      }
      await asha.end();
    },
    flowMs,
  );
});

/** Runs in the page, whose names the tests do not know. */
function colorsOf(element: unknown): string[] {
  const { getComputedStyle } = globalThis as unknown as {
    getComputedStyle(of: unknown): { backgroundColor: string; color: string };
  };
  const { backgroundColor, color } = getComputedStyle(element);
  return [backgroundColor, color];
}
