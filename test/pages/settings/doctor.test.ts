import { load } from 'cheerio';
import { randomBytes } from 'node:crypto';
import { Vault } from '../../../src/encryption/vault.service.js';
import { DOCTOR_TOOLS, type DoctorTools } from '../../../src/health/doctor/doctor-tools.js';
import { Doctor, type Line } from '../../../src/health/doctor/doctor.service.js';
import type { Colour } from '../../../src/health/doctor/finding.js';
import { exitCodeOf } from '../../../src/health/doctor/verdict.js';
import { startHealthyApp, type HealthyApp } from '../../support/healthy-app.js';
import { until } from '../../support/until.js';

const path = '/app/settings/doctor';
const ofCalCom = ['Cal.com key', 'Event types', 'Connected calendars', 'Webhook of Cal.com', 'Bookings read'];

interface Break {
  readonly line: string;
  readonly how: string;
  readonly colour: Colour;
  readonly says: string;
  readonly act: () => Promise<unknown> | unknown;
  readonly mend: () => Promise<unknown> | unknown;
  /** Lines that cannot be looked at then. */
  readonly grey?: readonly string[];
}

describe('the doctor', () => {
  let test: HealthyApp;

  beforeAll(async () => {
    test = await startHealthyApp();
    await until(queueDepth, (depth) => depth === 0);
  });
  afterAll(() => test?.stop());

  const sql = (statement: string, parameters: unknown[] = []) => test.db.query(statement, parameters);
  const set = (assignments: string) => () => sql(`update cal_com_configs set ${assignments}`);
  const tools = () => test.app.get<DoctorTools>(DOCTOR_TOOLS);
  const examine = () => test.app.get(Doctor).examine([{ id: test.acme.orgId, name: 'Acme' }]);
  const host = (facts: object) => Object.assign(test.sandbox.state.hosts[0]!, facts);
  const clockOffBy = (ms: number) => () => Object.assign(tools(), { now: () => new Date(Date.now() + ms) });
  const calendars = [{ email: 'interviews@acme.example' }];
  async function queueDepth(): Promise<number> {
    const [row] = await test.db.query<{ depth: number }[]>(
      `select count(*)::int depth from pgboss.job where state < 'active' and start_after <= now()`,
    );
    return row!.depth;
  }

  it('finds everything green where nothing is missing', async () => {
    const lines = await examine();
    expect(lines.filter(({ colour }) => colour !== 'green')).toEqual([]);
    expect(lines.map(({ title }) => title)).toEqual([
      'Database and migrations',
      'Encryption keys',
      ...ofCalCom,
      'Mail',
      'Public address',
      'Job queue',
      'Clock',
      'Time-zone data',
      'Version',
    ]);
    expect(textOf(lines, 'Cal.com key')).toBe(
      '127.0.0.1:' + new URL(test.sandbox.url).port + ' accepts the key: Acme Interviews, Europe/Berlin.',
    );
    expect(exitCodeOf(lines)).toBe(0);
  });

  const breaks: readonly Break[] = [
    {
      line: 'Database and migrations',
      how: 'a migration has not run',
      colour: 'red',
      says: 'older than this version',
      act: () =>
        sql(`create table kept as select * from migrations;
             delete from migrations where id = (select max(id) from migrations)`),
      mend: () => sql(`delete from migrations; insert into migrations select * from kept; drop table kept`),
    },
    {
      line: 'Encryption keys',
      how: 'no key opens what is stored',
      colour: 'red',
      says: 'No encryption key opens what is stored (one secret).',
      act: set(`api_key = replace(api_key, 'test.', 'lost.')`),
      mend: set(`api_key = replace(api_key, 'lost.', 'test.')`),
      grey: ofCalCom,
    },
    {
      line: 'Encryption keys',
      how: 'an older key is still needed',
      colour: 'amber',
      says: 'An older key is still needed (2 secrets).',
      act: () => vaultKeys([{ id: 'newer', secret: randomBytes(32) }, ...test.settings.encryptionKeys]),
      mend: () => vaultKeys(test.settings.encryptionKeys),
    },
    {
      line: 'Cal.com key',
      how: 'Cal.com refuses it',
      colour: 'red',
      says: 'Cal.com does not accept this key.',
      act: () => host({ apiKey: 'cal_another' }),
      mend: () => host({ apiKey: test.sandbox.apiKey }),
      grey: ['Connected calendars'],
    },
    {
      line: 'Event types',
      how: 'the default is gone',
      colour: 'red',
      says: 'The default one is gone from Cal.com.',
      act: set('default_event_type_id = 99'),
      mend: set('default_event_type_id = 1'),
    },
    {
      line: 'Event types',
      how: 'they are old',
      colour: 'amber',
      says: 'They were fetched 40 days ago.',
      act: set(`event_types_fetched_at = now() - interval '40 days'`),
      mend: set('event_types_fetched_at = now()'),
    },
    {
      line: 'Connected calendars',
      how: 'Cal.com cannot read one',
      colour: 'red',
      says: 'Cal.com cannot read Google Calendar',
      act: () => host({ calendars: [...calendars, { email: 'two@acme.example', broken: true }] }),
      mend: () => host({ calendars }),
    },
    {
      line: 'Connected calendars',
      how: 'there is none',
      colour: 'amber',
      says: 'No calendar blocks times',
      act: () => host({ calendars: [] }),
      mend: () => host({ calendars }),
    },
    {
      line: 'Webhook of Cal.com',
      how: 'it could not be registered',
      colour: 'amber',
      says: 'so bookings show late. Cal.com asked for a pause.',
      act: set(`webhook_problem = 'Cal.com asked for a pause.', webhook_leftover = webhook_id, webhook_id = null`),
      mend: set('webhook_problem = null, webhook_id = webhook_leftover, webhook_leftover = null'),
    },
    {
      line: 'Webhook of Cal.com',
      how: 'it told nothing of a booking',
      colour: 'amber',
      says: 'A booking changed 20 minutes ago, and Cal.com told nothing of it.',
      act: async () => {
        await set(`webhook_registered_at = now() - interval '1 hour'`)();
        await sql(
          `insert into cal_com_bookings (org_id, booking_id, event_type_id, booking_url, status, start_time, end_time, cal_updated_at)
           values ($1, 'untold', 1, 'https://cal.com/booking/untold', 'confirmed', now(), now(), now() - interval '20 minutes')`,
          [test.acme.orgId],
        );
      },
      mend: () => sql('delete from cal_com_bookings'),
    },
    {
      line: 'Bookings read',
      how: 'nobody has read them for an hour',
      colour: 'amber',
      says: 'They were last read from Cal.com 1 hour ago.',
      act: set(`bookings_synced_at = now() - interval '1 hour'`),
      mend: set('bookings_synced_at = now()'),
    },
    {
      line: 'Bookings read',
      how: 'nobody has read them for days',
      colour: 'red',
      says: 'They were last read from Cal.com 3 days ago.',
      act: set(`bookings_synced_at = now() - interval '3 days'`),
      mend: set('bookings_synced_at = now()'),
    },
    {
      line: 'Mail',
      how: 'the domain is not verified',
      colour: 'red',
      says: 'Resend has not verified acme.example.',
      act: () => (test.resend.domains = [{ name: 'acme.example', status: 'pending' }]),
      mend: () => (test.resend.domains = [{ name: 'acme.example', status: 'verified' }]),
    },
    {
      line: 'Mail',
      how: 'Resend refuses the key',
      colour: 'red',
      says: 'Resend does not accept the key.',
      act: () => (test.resend.apiKeys = []),
      mend: () => (test.resend.apiKeys = ['re_test']),
    },
    {
      line: 'Mail',
      how: 'sending pauses',
      colour: 'amber',
      says: 'Sending pauses. The quota is used up.',
      act: () =>
        sql(
          `update email_rate_gates set paused_until = now() + interval '1 hour', pause_code = 'quota', pause_reason = 'The quota is used up.'`,
        ),
      mend: () => sql('update email_rate_gates set paused_until = null, pause_code = null, pause_reason = null'),
    },
    {
      line: 'Public address',
      how: 'the proxy has no app behind it',
      colour: 'red',
      says: 'Something else answers at https://localhost',
      act: () => test.proxyAnswers({ status: 502 }),
      mend: () => test.proxyAnswers(null),
    },
    {
      line: 'Public address',
      how: 'it redirects',
      colour: 'red',
      says: 'leads to another address',
      act: () => test.proxyAnswers({ status: 302, headers: { Location: `${test.url}/healthz` } }),
      mend: () => test.proxyAnswers(null),
    },
    {
      line: 'Job queue',
      how: 'a job waits for long',
      colour: 'red',
      says: 'One job waits, the oldest since 20 minutes ago.',
      act: () =>
        sql(`select pgboss.create_queue('nobody', '{"policy":"standard"}');
             insert into pgboss.job (name, start_after) values ('nobody', now() - interval '20 minutes 5 seconds')`),
      mend: () => sql(`delete from pgboss.job where name = 'nobody'; select pgboss.delete_queue('nobody')`),
    },
    {
      line: 'Clock',
      how: 'it is ten seconds off',
      colour: 'amber',
      says: 'This server and the database are 10 s apart.',
      act: clockOffBy(-10_000),
      mend: clockOffBy(0),
    },
    {
      line: 'Clock',
      how: 'it is two minutes off',
      colour: 'red',
      says: 'This server and the database are 120 s apart.',
      act: clockOffBy(120_000),
      mend: clockOffBy(0),
    },
    {
      line: 'Time-zone data',
      how: 'they are of last year',
      colour: 'red',
      says: 'Version 2025c is older than 2026b',
      act: () => Object.assign(tools(), { timeZoneData: '2025c' }),
      mend: () => Object.assign(tools(), { timeZoneData: process.versions.tz }),
    },
    {
      line: 'Version',
      how: 'a newer one has migrated',
      colour: 'amber',
      says: 'The database was changed by another version.',
      act: () => sql(`insert into migrations (timestamp, name) values (1895000000000, 'FromTheFuture1895000000000')`),
      mend: () => sql(`delete from migrations where name = 'FromTheFuture1895000000000'`),
    },
  ];

  it.each(breaks)('$line: $how', async ({ line, colour, says, act, mend, grey = [] }) => {
    await act();
    try {
      const lines = await examine();
      const changed = lines.filter((each) => each.colour !== 'green');
      expect(changed.map(({ title, colour }) => [title, colour]).toSorted()).toEqual(
        [[line, colour], ...grey.map((title) => [title, 'grey'])].toSorted(),
      );
      expect(textOf(lines, line)).toContain(says);
      expect(lines.find(({ title }) => title === line)!.todo).toMatch(/^[A-Z].*\.$/);
      expect(exitCodeOf(lines)).toBe(colour === 'red' ? 2 : 1);
    } finally {
      await mend();
    }
    expect(exitCodeOf(await examine())).toBe(0);
  });

  it('takes a key of Resend that may only send for a good one, and says what it cannot tell', async () => {
    test.resend.keysMayOnlySend = true;
    const lines = await examine();
    test.resend.keysMayOnlySend = false;
    expect(exitCodeOf(lines)).toBe(0);
    expect(textOf(lines, 'Mail')).toContain('It may only send, so whether acme.example is verified cannot be told');
  });

  it('gives up on what takes too long, and tells the rest', async () => {
    test.sandbox.fail('slow', { only: ({ path }) => path.endsWith('/me') });
    const startedAt = Date.now();
    const lines = await examine();
    expect(Date.now() - startedAt).toBeLessThan(8_000);
    expect(lines.filter(({ colour }) => colour !== 'green')).toMatchObject([
      { title: 'Cal.com key', colour: 'red', text: 'There was no answer within 5 s.' },
    ]);
  });

  it('is not broken by a check that breaks', async () => {
    const { mail } = tools();
    Object.assign(tools(), { mail: null });
    const lines = await examine();
    Object.assign(tools(), { mail });
    expect(lines.filter(({ colour }) => colour !== 'green')).toMatchObject([
      { title: 'Mail', colour: 'red', text: 'It could not be looked at.' },
    ]);
  });

  describe('its page', () => {
    it('tells each line in words, with an icon', async () => {
      host({ calendars: [] });
      const $ = load((await test.asha.agent.get(path).expect(200)).text);
      host({ calendars });
      const rows = $('tbody tr').toArray();
      expect(rows).toHaveLength(13);
      expect(rows.every((row) => $(row).find('.badge svg').length === 1)).toBe(true);
      const row = $('tbody tr:contains("Connected calendars")');
      expect(row.find('.badge').text()).toBe('Amber');
      expect(row.find('td').last().text()).toContain('Connect a calendar in Cal.com');
      expect($('.notice').text()).toContain('Look at this. 1 amber, of 13.');
      expect($('nav[aria-label=Settings] [aria-current=page]').text()).toBe('Doctor');
    });

    it('says so when everything works', async () => {
      expect(load((await test.asha.agent.get(path).expect(200)).text)('.notice').text()).toContain('Everything works.');
    });

    it('tells nothing of another organization', async () => {
      await set(`api_key = replace(api_key, 'test.', 'lost.')`)();
      const page = await test.cleo.agent.get(path).expect(200);
      await set(`api_key = replace(api_key, 'lost.', 'test.')`)();
      expect(page.text).not.toContain('Acme');
      const $ = load(page.text);
      expect($('tbody tr:contains("Encryption keys") .badge').text()).toBe('Green');
      expect($('tbody tr:has(th:contains("Cal.com key")) .badge').text()).toBe('Amber');
    });

    it.each(['ben', 'dana'] as const)('is not for %s', async (who) => {
      await test[who].agent.get(path).expect(403);
    });

    it('is for nobody who is not signed in', async () => {
      await test
        .visitor()
        .get(path)
        .expect(303)
        .expect('Location', /^\/sign-in/);
    });
  });

  function vaultKeys(keys: readonly { id: string; secret: Buffer }[]): void {
    Object.assign(test.app.get(Vault), { keys });
  }

  function textOf(lines: readonly Line[], title: string): string {
    return lines.find((line) => line.title === title)!.text;
  }
});
