import type { Browser } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { Browsing } from './browsing.js';
import { tabTo } from './tab-to.js';

const flowMs = 120_000;
const many = 248;
const all = many + 60;
/** One page holds 50: one is on the first, one on the second. */
const leftOut = ['Person 002', 'Person 051'] as const;
const pageOfStops = 300;

describe('all that match but two, in a browser', () => {
  let browser: Browser;
  let test: SchedulingTest;

  beforeAll(async () => {
    browser = await launchChromium();
  }, flowMs);
  afterAll(() => browser.close());
  beforeEach(async () => {
    test = await startScheduling();
    await test.db.query('update orgs set undo_window_seconds = 0');
    await test.db.query(
      `with assessment as (insert into assessments (org_id, title) values ($1, 'Logic') returning id)
       insert into invitations (org_id, assessment_id, name, email, status)
       select $1, id, 'Person ' || to_char(n, 'FM000'), 'person' || n || '@many.example', 'submitted'
         from assessment, generate_series(1, $2::int) n`,
      [test.acme.orgId, many],
    );
  });
  afterEach(() => test.stop());

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'get a mail, and the two none, %s',
    async (name, javaScript) => {
      const asha = await signIn({ name: `select-all-${name.replace(' ', '-')}`, javaScript });
      const { page } = asha;
      await page.getByLabel('Name or e-mail').fill('@many.example');
      await page.getByRole('button', { name: 'Apply' }).click();
      await page.getByRole('button', { name: `Select all ${many} that match` }).click();
      await page.getByText(`${many} selected of ${all}`).waitFor();
      await page.getByLabel(`Select ${leftOut[0]}`).uncheck();
      await asha.look('first-page');
      await page.getByRole('button', { name: 'Next' }).click();
      await page.getByText(`${many - 1} selected of ${all}`).waitFor();
      await page.getByLabel(`Select ${leftOut[1]}`).uncheck();
      if (javaScript) {
        await page.getByText(`${many - 2} selected of ${all}`).waitFor();
      }
      await asha.look('second-page');
      await page.getByRole('button', { name: 'Preview & send' }).click();
      await page.getByRole('heading', { name: `${many - 2} will be sent` }).waitFor();
      await asha.look('draft');
      await page.getByRole('button', { name: `Send ${many - 2} emails` }).click();
      await sentToAllBut(asha);
    },
    flowMs,
  );

  it(
    'get a mail, and the two none, by keyboard alone',
    async () => {
      const asha = await signIn({ name: 'select-all-keyboard' });
      const { page } = asha;
      await page.reload();
      await tabTo(page, page.getByLabel('Name or e-mail'));
      await page.keyboard.type('@many.example');
      await page.keyboard.press('Enter');
      await page.waitForURL(/[?&]q=/);
      await tabTo(page, page.getByRole('button', { name: `Select all ${many} that match` }), pageOfStops);
      await page.keyboard.press('Enter');
      await page.locator('#flash [role=status]:focus').waitFor();
      await page.getByText(`${many} selected of ${all}`).waitFor();
      await tabTo(page, page.getByLabel(`Select ${leftOut[0]}`));
      await page.keyboard.press('Space');
      await tabTo(page, page.getByRole('button', { name: 'Next' }), pageOfStops);
      await page.keyboard.press('Enter');
      await page.getByText(`${many - 1} selected of ${all}`).waitFor();
      await page.locator('h1:focus').waitFor();
      await tabTo(page, page.getByLabel(`Select ${leftOut[1]}`));
      await page.keyboard.press('Space');
      await tabTo(page, page.getByRole('button', { name: 'Preview & send' }), pageOfStops);
      await page.keyboard.press('Enter');
      await asha.heading('Preview');
      await tabTo(page, page.getByRole('button', { name: `Send ${many - 2} emails` }));
      await page.keyboard.press('Enter');
      await sentToAllBut(asha);
    },
    flowMs,
  );

  async function signIn(options: { name: string; javaScript?: boolean }): Promise<Browsing> {
    const asha = await Browsing.start(browser, options);
    const { page } = asha;
    await page.goto(`${test.url}/sign-in`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await asha.heading('Scheduling');
    return asha;
  }

  async function sentToAllBut(asha: Browsing): Promise<void> {
    await asha.heading(/^Send of/);
    const sendId = new URL(asha.page.url()).pathname.split('/').at(-1)!;
    expect(await test.settled(sendId)).toEqual({ accepted: many - 2 });
    const without = await test.db.query<{ name: string }[]>(
      `select name from invitations i where name like 'Person%'
          and not exists (select 1 from emails e where e.invitation_id = i.id) order by name`,
    );
    expect(without.map(({ name }) => name)).toEqual(leftOut);
    await asha.end();
  }
});
