import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { startApp, testPassword, type TestApp } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { Browsing } from './browsing.js';
import { tabTo } from './tab-to.js';

const flowMs = 120_000;
const lines = [
  'Kandidat;E-Mail;Kurs;Zeitzone',
  'Amara Diallo;amara@example.com;Portfolio;Africa/Dakar',
  'Lin O’Hara;lin.example.com;Portfolio;Europe/Dublin',
  'Bo Berg;bo@example.com;Portfolio;Europe/Atlantis',
];

describe('importing a file in a browser', () => {
  let browser: Browser;
  let test: TestApp;

  beforeAll(async () => {
    [browser, test] = await Promise.all([launchChromium(), startApp()]);
  }, flowMs);
  afterAll(async () => {
    await browser?.close();
    await test?.stop();
  });
  beforeEach(async () => {
    await test.db.query('delete from assessments');
    await test.db.query('delete from import_columns');
  });

  it.each([true, false])(
    'maps the columns, checks, imports, and takes the corrected rows in (scripts: %s)',
    async (javaScript) => {
      const dana = await Browsing.start(browser, { name: `import-${javaScript}`, javaScript });
      const { page } = dana;
      await signIn(dana);
      await page.goto(`${test.url}/app/candidates/import`);
      await dana.look('choose');
      await choose(dana, lines.join('\n'));
      await dana.heading('Choose the columns');
      await dana.look('columns');
      await page.getByRole('button', { name: 'Check with these columns' }).click();
      await page.getByRole('link', { name: 'Choose the column for: name, assessment.' }).waitFor();
      expect(dana.takeComplaints()).toEqual([expect.stringMatching(/^422 POST .*\/columns$/)]);
      await page.getByLabel('Kandidat').selectOption('Name (required)');
      await page.getByLabel('Kurs').selectOption('Assessment (required)');
      await page.getByLabel('Zeitzone').selectOption('Time zone');
      await page.getByRole('button', { name: 'Check with these columns' }).click();
      await dana.heading('Check before the import');
      await page.getByRole('row', { name: /^New 1/ }).waitFor();
      await page.getByRole('row', { name: /^Line 3 Lin O’Hara/ }).waitFor();
      await dana.look('check');

      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name: 'Download the faulty rows' }).click(),
      ]);
      const faulty = await readFile(await download.path(), 'utf8');
      expect(faulty).toContain('"Kandidat","E-Mail","Kurs","Zeitzone","reason"');
      await page.getByRole('button', { name: 'Import 1 candidate' }).click();
      await dana.heading('The file is imported');
      await dana.look('done');

      await page.getByRole('link', { name: 'choose that file' }).click();
      await dana.heading('Import candidates');
      await choose(
        dana,
        faulty.replace('lin.example.com', 'lin@example.com').replace('Europe/Atlantis', 'Europe/Oslo'),
      );
      await dana.heading('Check before the import');
      await page.getByRole('row', { name: /^Faulty 0/ }).waitFor();
      await page.getByRole('button', { name: 'Import 2 candidates' }).click();
      await dana.heading('The file is imported');
      expect(await names()).toEqual(['Amara Diallo', 'Bo Berg', 'Lin O’Hara']);
      await dana.end();
    },
    flowMs,
  );

  it(
    'goes by keyboard alone, and shows where the focus is',
    async () => {
      const dana = await Browsing.start(browser, { name: 'import-keyboard' });
      const { page } = dana;
      await signIn(dana);
      await page.goto(`${test.url}/app/candidates/import`);
      await tabTo(page, page.getByLabel('CSV file'));
      // What the system's own dialog does.
      const buffer = Buffer.from(lines.slice(0, 2).join('\n'));
      await page.getByLabel('CSV file').setInputFiles({ name: 'c.csv', mimeType: 'text/csv', buffer });
      await tabTo(page, page.getByRole('button', { name: 'Check the file' }));
      await page.keyboard.press('Enter');
      await dana.heading('Choose the columns');
      for (const [column, letter] of [
        ['Kandidat', 'Name'],
        ['Kurs', 'Assess'],
        ['Zeitzone', 'Time'],
      ] as const) {
        await tabTo(page, page.getByLabel(column));
        await page.keyboard.type(letter);
      }
      await tabTo(page, page.getByRole('button', { name: 'Check with these columns' }));
      await page.keyboard.press('Enter');
      await dana.heading('Check before the import');
      await page.reload();
      await tabTo(page, page.getByRole('button', { name: 'Import 1 candidate' }));
      await page.keyboard.press('Enter');
      await dana.heading('The file is imported');
      expect(await names()).toEqual(['Amara Diallo']);
      await dana.end();
    },
    flowMs,
  );

  async function signIn({ page }: Browsing): Promise<void> {
    await page.goto(`${test.url}/sign-in`);
    await page.getByLabel('E-mail').fill(test.dana.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Scheduling' }).waitFor();
  }

  async function choose({ page }: Browsing, text: string): Promise<void> {
    const file = { name: 'candidates.csv', mimeType: 'text/csv', buffer: Buffer.from(text) };
    await page.getByLabel('CSV file').setInputFiles(file);
    await page.getByRole('button', { name: 'Check the file' }).click();
  }

  async function names(): Promise<string[]> {
    const rows = await test.db.query<{ name: string }[]>('select name from invitations order by name');
    return rows.map(({ name }) => name);
  }
});
