import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type Page } from 'playwright-core';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { projectRoot } from '../../../src/shared/project-root.js';
import { launchChromium } from '../../support/chromium.js';

const axe = readFileSync(join(projectRoot, 'node_modules', 'axe-core', 'axe.min.js'), 'utf8');
const phone = { width: 390, height: 844 };

describe('the booking pages in a browser', () => {
  let sandbox: Sandbox;
  let browser: Browser;

  beforeAll(async () => {
    [sandbox, browser] = await Promise.all([startSandbox(), launchChromium()]);
  });
  afterAll(async () => {
    await browser.close();
    await sandbox.stop();
  });

  it.each(['light', 'dark'] as const)(
    'are free of faults that axe finds, in %s, on a phone',
    async (colorScheme) => {
      // axe itself needs to get past the policy; the pages are tested against it without a browser.
      const context = await browser.newContext({ viewport: phone, colorScheme, bypassCSP: true });
      const page = await context.newPage();
      await page.goto(`${sandbox.url}/acme-interviews/flexible?name=Amara&email=amara%40example.org`);
      await expectNoFaults(page);
      await page.locator('.times a').last().click();
      await page.fill('#name', '');
      await page.click('button[type=submit]');
      await expectNoFaults(page);
      await page.fill('#name', 'Amara Diallo');
      await page.click('button[type=submit]');
      await expectNoFaults(page);
      await page.click('text=Change time');
      await expectNoFaults(page);
      await page.locator('.times a').first().click();
      await expectNoFaults(page);
      await page.click('button[type=submit]');
      await page.click('text=Cancel');
      await expectNoFaults(page);
      await page.click('button[type=submit]');
      await expectNoFaults(page);
      await context.close();
    },
    60_000,
  );
});

async function expectNoFaults(page: Page): Promise<void> {
  await page.evaluate(axe);
  const faults: unknown = await page.evaluate(
    '(async () => (await axe.run()).violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]))()',
  );
  expect([page.url(), faults]).toEqual([page.url(), []]);
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(phone.width);
}
