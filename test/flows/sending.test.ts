import * as cheerio from 'cheerio';
import type { Browser } from 'playwright-core';
import { testPassword } from '../support/app.js';
import { launchChromium } from '../support/chromium.js';
import { failure, ResendServer } from '../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { until } from '../support/until.js';
import { Browsing } from './browsing.js';

const flowMs = 180_000;
const refreshes = 60;
const refreshMs = 250;
const twenty = 20;

describe('sending in a browser', () => {
  let browser: Browser;
  let resend: ResendServer;
  let test: SchedulingTest;
  let ids: string[];

  beforeAll(async () => {
    browser = await launchChromium();
  }, flowMs);
  afterAll(() => browser.close());
  beforeEach(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '20',
    });
    await test.db.query('update orgs set recent_mail_days = 0, undo_window_seconds = 60');
    ids = await test.ids(twenty);
  });
  afterEach(async () => {
    await test.stop();
    await resend.stop();
  });

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'undoes, stops in the middle and retries one alone, %s',
    async (name, javaScript) => {
      const asha = await Browsing.start(browser, { name: `sending-${name.replace(' ', '-')}`, javaScript });
      await signIn(asha);
      await sendAndUndo(asha);
      await test.db.query('update orgs set undo_window_seconds = 0');
      await sendAndStop(asha, javaScript);
      await sendAndRetryOne(asha);
      await asha.end();
    },
    flowMs,
  );

  it(
    'waits where the provider takes nothing, and asks before a mail may arrive twice',
    async () => {
      const asha = await Browsing.start(browser, { name: 'sending-trouble' });
      await signIn(asha);
      await test.db.query('update orgs set undo_window_seconds = 0');
      await sendIntoPause(asha);
      await sendAgainAnyway(asha);
      await lookAtAll(asha);
      await asha.end();
    },
    flowMs,
  );

  async function signIn({ page }: Browsing): Promise<void> {
    await page.goto(`${test.url}/sign-in`);
    await page.getByLabel('E-mail').fill(test.asha.email);
    await page.getByLabel('Password').fill(testPassword);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('heading', { level: 1, name: 'Scheduling' }).waitFor();
  }

  async function draft(count: number): Promise<string> {
    const scheduling = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    const answer = await test.asha.agent
      .post('/app/scheduling/sends')
      .type('form')
      .send({ invitation_ids: ids.slice(0, count), event_type_id: scheduling('#event_type_id option').attr('value') })
      .expect(303);
    return answer.headers['location']!.split('/').at(-1)!;
  }

  async function send({ page }: Browsing, count = twenty): Promise<string> {
    const id = await draft(count);
    await page.goto(`${test.url}/app/sends/${id}`);
    await page.getByRole('button', { name: count === 1 ? 'Send 1 email' : `Send ${count} emails` }).click();
    await page.getByRole('heading', { level: 1, name: /^Send of/ }).waitFor();
    return id;
  }

  async function sendAndUndo(asha: Browsing): Promise<void> {
    const { page } = asha;
    const id = await send(asha);
    await page.getByRole('heading', { name: '20 emails will leave at' }).waitFor();
    await page.getByText(/Nothing has been sent\. As of \d\d:\d\d:\d\d, \d+ seconds are left/).waitFor();
    await asha.look('undo-window');
    await page.reload();
    await page.getByRole('button', { name: 'Undo, send nothing' }).click();
    await asha.told('20 emails will not leave. Nothing was sent.');
    await page.getByRole('heading', { name: 'Cancelled: nothing has left' }).waitFor();
    await asha.look('undone');
    expect(await test.settled(id)).toEqual({ cancelled: 20 });
    expect(resend.requests).toHaveLength(0);
  }

  /** One address spoils the request for all, so they leave one by one; after seven of them the provider is busy. */
  async function sendAndStop(asha: Browsing, javaScript: boolean): Promise<void> {
    const { page } = asha;
    resend.strict = true;
    resend.badAddresses.add('nobody@refused.example');
    await test.db.query(`update invitations set email = 'nobody@refused.example' where id = $1`, [ids[0]]);
    resend.fault = (_, nth) => (nth > 8 ? busy : null);
    const id = await send(asha);
    await until(leasedBatches, (leased) => leased === 0 && resend.requests.length > 8);
    await page.getByRole('link', { name: 'Refresh' }).click();
    await untilReads(asha, /^[78] of 20 done$/);
    await page.getByText(/^The mail service asked us to wait until \d\d:\d\d:\d\d\.$/).waitFor();
    await asha.look('in-the-middle');
    if (javaScript) {
      await seeOnlyNumbersMove(asha);
    }
    await page.getByRole('button', { name: /^Stop the rest \(1[23]\)$/ }).click();
    await asha.told(/^1[23] emails will not leave\. \d+ had left before\.$/);
    await page.getByRole('heading', { name: /^Stopped: 1[23] of 20 did not leave$/ }).waitFor();
    await asha.look('stopped');
    resend.strict = false;
    resend.fault = () => null;
    await test.db.query('update email_rate_gates set held_until = null');
    const { cancelled = 0, accepted = 0, failed = 0, ...others } = await test.settled(id);
    expect({ sum: cancelled + accepted + failed, others }).toEqual({ sum: 20, others: {} });
    expect(await mailsThatLeft(id)).toBe(accepted);
  }

  async function leasedBatches(): Promise<number> {
    const [row] = await test.db.query<{ count: number }[]>(
      'select count(*)::int count from email_batches where settled_at is null and lease_until is not null',
    );
    return row!.count;
  }

  async function seeOnlyNumbersMove({ page }: Browsing): Promise<void> {
    const asOf = page.getByText(/^As of/);
    const before = (await asOf.textContent())!;
    await page.locator('.side-foot summary').click();
    const last = page.getByRole('link', { name: /^Read the email to/ }).last();
    await last.focus();
    const place = await last.boundingBox();
    await asOf.filter({ hasNotText: before.trim() }).waitFor();
    expect(await page.locator('a:focus').getAttribute('href')).toBe(await last.getAttribute('href'));
    expect(await last.boundingBox()).toEqual(place);
    expect(await page.locator('.side-foot details').getAttribute('open')).not.toBeNull();
  }

  async function sendAndRetryOne(asha: Browsing): Promise<void> {
    const { page } = asha;
    const [first] = await test.db.query<{ name: string }[]>('select name from invitations where id = $1', [ids[0]]);
    const id = await send(asha);
    await untilReads(asha, '20 of 20 done');
    await page.getByRole('heading', { name: '1 needs you' }).waitFor();
    await asha.look('one-failed');
    resend.badAddresses.clear();
    await page.getByRole('button', { name: new RegExp(`^Retry ?, ${first!.name}`) }).click();
    await asha.told(`The mail to ${first!.name} will be tried again.`);
    await page
      .getByRole('link', { name: 'Accepted 20' })
      .or(page.getByRole('link', { name: 'Refresh' }))
      .first()
      .waitFor();
    await untilReads(asha, '20 of 20 done');
    expect(await test.settled(id)).toEqual({ accepted: 20 });
    await page.goto(`${test.url}/app/sends/${id}`);
    expect(await page.getByRole('button', { name: /^Retry/ }).count()).toBe(0);
    await asha.look('all-arrived');
    expect(await mailsThatLeft(id)).toBe(20);
  }

  async function sendIntoPause(asha: Browsing): Promise<void> {
    const { page } = asha;
    resend.fault = () => failure(403, 'invalid_api_key', 'API key is invalid');
    const id = await send(asha, 3);
    await untilReads(asha, 'Paused at 0 of 3');
    await page.getByRole('alert').getByText('Resend does not accept the API key.').waitFor();
    await page.getByRole('alert').getByText('RESEND_API_KEY').waitFor();
    await asha.look('key-refused');
    resend.fault = () => null;
    await test.db.query('update email_rate_gates set paused_until = now()');
    await untilReads(asha, '3 of 3 done');
    expect(await mailsThatLeft(id)).toBe(3);
  }

  async function sendAgainAnyway(asha: Browsing): Promise<void> {
    const { page } = asha;
    resend.failNext(failure(409, 'invalid_idempotent_request', 'This key was used with another body'));
    const id = await send(asha, 1);
    await untilReads(asha, '1 of 1 done');
    await page.getByRole('heading', { name: '1 needs you' }).waitFor();
    await asha.look('unknown');
    await page.getByRole('link', { name: /^Send again anyway/ }).click();
    await page.getByText('Nobody can tell whether this mail went out.').waitFor();
    await asha.look('warning');
    await page.getByLabel(/gets this mail twice/).check();
    await page.getByRole('button', { name: 'Send again anyway' }).click();
    await asha.told(/will be sent again\.$/);
    expect(await test.settled(id)).toEqual({ accepted: 1 });
    await page
      .getByRole('link', { name: /^Read the email to/ })
      .first()
      .click();
    await page.getByRole('cell', { name: 'Sent again anyway By Asha Menon.' }).waitFor();
  }

  async function lookAtAll(asha: Browsing): Promise<void> {
    await draft(2);
    await asha.page.goto(`${test.url}/app/sends`);
    await asha.heading('Sends');
    await asha.look('sends');
    await asha.page.getByRole('link', { name: 'Drafts' }).click();
    await asha.page.waitForURL('**/app/sends?show=drafts');
    await asha.page.locator('.pills [aria-current]').getByText('Drafts').waitFor();
    expect(await asha.page.getByRole('row').count()).toBe(2);
  }

  /** The page reads itself again while something moves; without scripts, a person does. */
  async function untilReads({ page }: Browsing, heading: string | RegExp): Promise<void> {
    const wanted = page.getByRole('heading', { level: 2, name: heading });
    for (let left = refreshes; left > 0 && !(await wanted.isVisible()); left -= 1) {
      await page.waitForTimeout(refreshMs);
      await page.getByRole('link', { name: 'Refresh' }).click();
    }
    await wanted.waitFor();
  }

  /** The most that anybody got of a send is one. */
  async function mailsThatLeft(sendId: string): Promise<number> {
    const emails = await test.db.query<{ id: string }[]>('select id from emails where send_id = $1', [sendId]);
    const counts = emails.map(({ id }) => resend.sent.filter((mail) => mail.emailId === id).length);
    expect(Math.max(...counts)).toBeLessThanOrEqual(1);
    return counts.reduce((sum, count) => sum + count, 0);
  }
});

const busy = {
  ...failure(429, 'rate_limit_exceeded', 'Too many requests'),
  headers: { 'retry-after': '900' },
};
