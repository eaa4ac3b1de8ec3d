import type { Browser, Locator, Page } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;
const mostStops = 120;
const chosen = ["Brendan O'Connor", 'Elif Şahin', 'João Pedro Carvalho'];

describe('the main job by keyboard alone', () => {
  let browser: Browser;
  let test: SchedulingTest;

  beforeAll(async () => {
    [browser, test] = await Promise.all([launchChromium(), startScheduling()]);
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await test.stop();
  });

  it(
    'goes from the sign-in to the mails that were sent, and shows where the focus is',
    async () => {
      const asha = await Browsing.start(browser, { name: 'keyboard' });
      const { page } = asha;
      await page.goto(`${test.url}/sign-in`);
      await tabTo(page, page.getByLabel('E-mail'));
      await page.keyboard.type(test.asha.email);
      await tabTo(page, page.getByLabel('Password'));
      await page.keyboard.type(testPassword);
      await page.keyboard.press('Enter');
      await asha.heading('Scheduling');

      await filter(asha);
      await pick(asha);
      await useMenu(page);
      await makeLinks(asha);
      await send(asha);
      await readMail(asha);
      await asha.end();
    },
    flowMs,
  );

  async function filter({ page }: Browsing): Promise<void> {
    await page.reload();
    await tabTo(page, page.getByRole('link', { name: 'Skip to the content' }));
    await page.keyboard.press('Enter');
    await page.locator('#main:focus').waitFor();
    await tabTo(page, page.getByLabel('Assessment', { exact: true }), 3);
    await page.keyboard.type('Backend');
    await tabTo(page, page.getByLabel('Assessment status'));
    await page.keyboard.type('Handed');
    await tabTo(page, page.getByRole('button', { name: 'Apply' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/[?&]status=submitted/);
  }

  async function pick({ page }: Browsing): Promise<void> {
    for (const name of chosen) {
      await tabTo(page, page.getByLabel(`Select ${name}`));
      await page.keyboard.press('Space');
    }
    await page.getByText('3 selected').waitFor();
    await tabTo(page, page.getByLabel('Event type'));
    await page.keyboard.type('Technical');
  }

  /** Opens, closes with Escape, and leaves the focus where it was. */
  async function useMenu(page: Page): Promise<void> {
    const opener = page.locator('summary[aria-label="More for the selected candidates"]');
    const item = page.getByRole('button', { name: 'Replace links that exist…' });
    await tabTo(page, opener);
    await page.keyboard.press('Enter');
    await item.waitFor();
    await tabTo(page, item, 2);
    await page.keyboard.press('Escape');
    await item.waitFor({ state: 'hidden' });
    expect(await hasFocus(opener)).toBe(true);
    await page.keyboard.press('Shift+Tab');
  }

  async function makeLinks(asha: Browsing): Promise<void> {
    const { page } = asha;
    expect(await hasFocus(page.getByRole('button', { name: 'Generate booking links' }))).toBe(true);
    await page.keyboard.press('Enter');
    await asha.told('3 booking links are ready');
    await page.locator('#flash [role=status]:focus').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Preview & send' }));
    await page.keyboard.press('Enter');
    await asha.heading('Preview');
  }

  async function send(asha: Browsing): Promise<void> {
    const { page } = asha;
    await tabTo(page, page.getByLabel('Subject'));
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('Choose a time');
    await tabTo(page, page.getByRole('button', { name: 'Update the preview' }));
    await page.keyboard.press('Enter');
    await page.getByRole('definition').getByText('Choose a time', { exact: true }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Send 3 emails' }));
    await page.keyboard.press('Enter');
    await asha.heading(/^Send of/);
    await page.getByRole('link', { name: 'Accepted 3' }).waitFor();
  }

  async function readMail(asha: Browsing): Promise<void> {
    const { page } = asha;
    await tabTo(page, page.getByRole('link', { name: 'Read the email to Elif Şahin' }));
    await page.keyboard.press('Enter');
    await asha.heading('Mail to Elif Şahin');
  }
});

/** Presses Tab until the focus is there, in a bounded number of stops, each of which a person can see. */
async function tabTo(page: Page, wanted: Locator, stops = mostStops): Promise<void> {
  const way: Stop[] = [];
  for (let left = stops; left > 0; left -= 1) {
    await page.keyboard.press('Tab');
    way.push(await page.evaluate<Stop>(stopHere));
    if (await hasFocus(wanted)) {
      expect(way.filter((stop) => stop.faults.length > 0)).toEqual([]);
      return;
    }
  }
  const last = way.slice(-5).map((stop) => stop.element);
  throw new Error(`${stops} times Tab did not lead to ${String(wanted)}, but to ${last.join(', ')}`);
}

async function hasFocus(locator: Locator): Promise<boolean> {
  return (await locator.and(locator.page().locator(':focus')).count()) > 0;
}

interface Stop {
  readonly element: string;
  readonly faults: readonly string[];
}

/** In the page: the focus has an outline, and something of it is in sight and not covered. A frame shows its own. */
const stopHere = `(() => {
  const focused = document.activeElement;
  const element = focused.cloneNode().outerHTML;
  if (focused instanceof HTMLIFrameElement) {
    return { element, faults: [] };
  }
  const { outlineStyle, outlineWidth } = getComputedStyle(focused);
  const isMarked = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  const isInSight = parts.some((x) =>
    parts.some((y) => focused.contains(document.elementFromPoint(left + x * width, top + y * height))),
  );
  return { element, faults: [...(isMarked ? [] : ['no outline']), ...(isInSight ? [] : ['out of sight'])] };
})()`;
