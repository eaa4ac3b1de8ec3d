import type { NestExpressApplication } from '@nestjs/platform-express';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import type { Browser } from 'playwright-core';
import { readSettings } from '../../src/config/read-settings.js';
import { createApp } from '../../src/create-app.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { createTestDatabase } from '../support/database.js';
import { Browsing } from './browsing.js';

const flowMs = 120_000;
/** Two mistakes included; seven seconds for each are less than three minutes. */
const mostActions = 24;
const wrongKey = 'cal_sandbox_of_somebody_else';
const header = 'name,email,assessment,status,time_zone';
const amara = 'Amara Diallo,amara@example.com,Portfolio exercise,submitted,Africa/Dakar';
const lin = ["Lin O'Hara", 'lin@example.com', 'Portfolio exercise', 'reviewed'];

describe('the first run in a browser', () => {
  let browser: Browser;
  let sandbox: Sandbox;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let app: NestExpressApplication;
  let url: string;
  let token: string;

  beforeAll(async () => {
    [browser, sandbox, database] = await Promise.all([launchChromium(), startSandbox(), createTestDatabase()]);
    const printed = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    app = await createApp(settingsFor(sandbox), database.url);
    await app.listen(0, '127.0.0.1');
    token = /setup\?token=(\S+)/.exec(printed.mock.calls.join('\n'))![1]!;
    printed.mockRestore();
    url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  }, flowMs);
  afterAll(async () => {
    await browser.close();
    await app.close();
    await sandbox.stop();
    await database.drop();
  });

  it(
    'leads from the printed token to the first mail, in few steps',
    async () => {
      const asha = await Browsing.start(browser, { name: 'first-run' });
      const actions = await actionsOf(asha);
      await setUp(asha);
      await connect(asha);
      await importCandidates(asha);
      await sendToBoth(asha);
      expect(actions.length).toBeGreaterThan(10);
      expect(actions.length).toBeLessThanOrEqual(mostActions);
      await asha.end();
    },
    flowMs,
  );

  async function setUp(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.goto(`${url}/setup?token=${token}`);
    await asha.heading('Set up Interlude');
    await asha.look('setup');
    await page.getByLabel('Organization').fill('Acme');
    await page.getByLabel('Time zone').selectOption('Europe/Berlin');
    await page.getByLabel('Your name').fill('Asha Menon');
    await page.getByLabel('Your e-mail').fill('asha@acme.example');
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Create the organization' }).click();
    await asha.told('Welcome to Interlude.');
    await page.getByText('Not connected').waitFor();
    await asha.look('empty');
  }

  async function connect(asha: Browsing): Promise<void> {
    const { page } = asha;
    const save = page.getByRole('button', { name: 'Save' });
    await page.getByRole('link', { name: 'Open the Cal.com settings' }).click();
    await asha.heading('Settings');
    await asha.look('settings');

    await page.getByLabel('API address').fill(sandbox.apiUrl);
    await page.getByLabel('API key').fill(wrongKey);
    await save.click();
    await page.getByText('Cal.com does not accept this key.').first().waitFor();
    expect(asha.takeComplaints()).toEqual(['422 POST /app/settings/cal-com']);
    expect(await page.getByLabel('API address').inputValue()).toBe(sandbox.apiUrl);
    expect(await page.content()).not.toContain(wrongKey);
    await asha.look('wrong-key');

    await page.getByLabel('API key').fill(sandbox.apiKey);
    await save.click();
    await asha.told(/The connection works, signed in as Acme Interviews/);
    await page.getByRole('row', { name: 'Technical interview' }).waitFor();
    await asha.look('connected');
  }

  async function importCandidates(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Scheduling' }).click();
    await page.getByRole('link', { name: 'Import a CSV file' }).click();
    await asha.heading('Import candidates');
    await asha.look('import');

    await upload(asha, [header, amara, [...lin, 'Europe/Atlantis'].join(',')]);
    await page.getByRole('row', { name: `Line 3 ${lin[0]}` }).waitFor();
    await asha.look('refused-row');

    await page.getByRole('link', { name: 'choose that file' }).click();
    await asha.heading('Import candidates');
    await upload(asha, [header, amara, [...lin, 'Europe/Dublin'].join(',')]);
    await page.getByRole('button', { name: 'Import 2 candidates' }).click();
    await asha.heading('The file is imported');
    await page.getByRole('link', { name: 'Go to Scheduling' }).click();
    await asha.heading('Scheduling');
    await page.getByRole('row', { name: 'Amara Diallo' }).getByText('Not invited').waitFor();
    await page.getByRole('row', { name: lin[0]! }).getByText('Not invited').waitFor();
    await asha.look('ready');
  }

  async function sendToBoth(asha: Browsing): Promise<void> {
    const { page } = asha;
    await page.getByLabel('Select all on this page').check();
    await page.getByRole('button', { name: 'Preview & send' }).click();
    await page.getByRole('heading', { name: '2 will be sent' }).waitFor();
    await page.getByRole('button', { name: 'Send 2 emails' }).click();
    await asha.heading(/^Send of/);
    for (const name of ['Amara Diallo', lin[0]!]) {
      await page.getByRole('row', { name }).getByText('Accepted').waitFor();
    }
    await asha.look('sent');
  }

  /** What somebody at the browser does: clicks, and fields that are filled in or chosen from. */
  async function actionsOf({ page }: Browsing): Promise<readonly string[]> {
    const actions: string[] = [];
    await page.exposeFunction('noteAction', (action: string) => actions.push(action));
    await page.addInitScript({ content: noteActions });
    return actions;
  }

  async function upload({ page }: Browsing, lines: readonly string[]): Promise<void> {
    const buffer = Buffer.from(`${lines.join('\n')}\n`);
    await page.getByLabel('CSV file').setInputFiles({ name: 'candidates.csv', mimeType: 'text/csv', buffer });
    await page.getByRole('button', { name: 'Check the file' }).click();
  }
});

const noteActions = `
  const note = ({ type, target }) => noteAction(type + ' ' + target.outerHTML.slice(0, 80));
  addEventListener('change', note, true);
  addEventListener('click', (event) => event.target.closest('a, button') && note(event), true);
`;

function settingsFor(sandbox: Sandbox) {
  return readSettings({
    PORT: '0',
    LOG_LEVEL: 'silent',
    UNDO_WINDOW_SECONDS: '2',
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    SESSION_SECRET: randomBytes(32).toString('base64url'),
    CAL_COM_ALLOWED_HOSTS: new URL(sandbox.apiUrl).host,
  });
}
