import { Client } from 'pg';
import { defaultTemplates } from '../../src/email/default-templates.js';
import { frozenMail } from '../../src/email/delivery/frozen-mail.js';
import type { ListedBooking } from '../../src/scheduling/bookings/list/booking-list.service.js';
import { bookingRows } from '../../src/scheduling/bookings/list/booking-row.view.js';
import { meetingDate } from '../../src/scheduling/confirmations/meeting-date.js';
import type { LinkRow } from '../../src/scheduling/links/candidate-link.service.js';
import { bookedView } from '../../src/scheduling/links/candidate-link.view.js';
import { fullTime } from '../../src/shared/zoned-time.js';
import { parseMailTemplate } from '../../src/templating/mail/parse-mail-template.js';
import { renderMail } from '../../src/templating/mail/render-mail.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { Dice } from '../torture/dice.js';

const zones = [
  'Africa/Cairo',
  'Africa/Casablanca',
  'America/Havana',
  'America/Los_Angeles',
  'America/New_York',
  'America/Santiago',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Vancouver',
  'Asia/Kathmandu',
  'Asia/Kolkata',
  'Asia/Tehran',
  'Asia/Tokyo',
  'Atlantic/Azores',
  'Australia/Lord_Howe',
  'Europe/Berlin',
  'Europe/Dublin',
  'Pacific/Apia',
  'Pacific/Auckland',
  'Pacific/Chatham',
];
const generated = 10_000;
/** Known since time-zone data 2026c, which Node carries and the bundled Postgres does not yet. */
const moroccoStaysAtUtc = new Date('2026-09-20T01:00:00Z');
const halfHourMs = 30 * 60_000;
/** Far enough away for every time to be said with its year. */
const now = new Date('2020-02-02T12:00:00Z');

/** What Postgres makes of an instant and of half an hour later. */
interface Local {
  readonly zone: string;
  readonly at: Date;
  readonly weekday: string;
  readonly day: string;
  readonly month: string;
  readonly year: string;
  readonly clock: string;
  readonly endClock: string;
  readonly offset: string;
}

const parsed = parseMailTemplate(defaultTemplates.booking_confirmation, defaultTemplates.booking_confirmation.needs);
const confirmation = (parsed as Extract<typeof parsed, { ok: true }>).template;

describe('the local time of an interview', () => {
  let database: TestDatabase;
  let client: Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  it('is the one of Postgres in list, mail and candidate page, for 10,000 instants in 20 zones', async () => {
    const dice = new Dice(20261101);
    const from = Date.UTC(2026, 0, 1);
    const instants = Array.from({ length: generated }, (_, index) => ({
      zone: zones[index % zones.length]!,
      at: new Date(from + Math.floor(dice.between(0, 2 * 365 * 24 * 60)) * 60_000),
    }));
    expectSame(await inPostgres(instants));
  });

  it('is the one of Postgres on both sides of every clock change of 2026', async () => {
    const changes = await clockChanges();
    expect(new Set(changes.map(({ zone }) => zone)).size).toBeGreaterThan(12);
    const around = changes.flatMap(({ zone, at }) =>
      [-halfHourMs, -60_000, 0, 60_000, halfHourMs].map((ms) => ({ zone, at: new Date(at.getTime() + ms) })),
    );
    expectSame(await inPostgres(around));
  });

  it.each([
    ['America/Vancouver', '2026-10-31T20:00:00Z', 'Sat 31 Oct 2026, 13:00', 'UTC-7'],
    ['America/Vancouver', '2026-11-11T00:00:00Z', 'Tue 10 Nov 2026, 17:00', 'UTC-7'],
    ['America/Vancouver', '2027-01-15T17:30:00Z', 'Fri 15 Jan 2027, 10:30', 'UTC-7'],
    ['Australia/Lord_Howe', '2026-04-04T14:59:00Z', 'Sun 5 Apr 2026, 01:59', 'UTC+11'],
    ['Australia/Lord_Howe', '2026-04-04T15:00:00Z', 'Sun 5 Apr 2026, 01:30', 'UTC+10:30'],
    ['Europe/Dublin', '2026-03-29T00:59:00Z', 'Sun 29 Mar 2026, 00:59', 'UTC+0'],
    ['Europe/Dublin', '2026-03-29T01:00:00Z', 'Sun 29 Mar 2026, 02:00', 'UTC+1'],
    ['Africa/Casablanca', '2026-02-20T12:00:00Z', 'Fri 20 Feb 2026, 12:00', 'UTC+0'],
    ['Africa/Casablanca', '2026-03-30T12:00:00Z', 'Mon 30 Mar 2026, 13:00', 'UTC+1'],
    ['Africa/Casablanca', '2026-09-20T00:59:00Z', 'Sun 20 Sept 2026, 01:59', 'UTC+1'],
    ['Africa/Casablanca', '2026-09-20T01:00:00Z', 'Sun 20 Sept 2026, 01:00', 'UTC+0'],
    ['Africa/Casablanca', '2026-11-24T12:00:00Z', 'Tue 24 Nov 2026, 12:00', 'UTC+0'],
    ['Asia/Kathmandu', '2026-11-24T09:15:00Z', 'Tue 24 Nov 2026, 15:00', 'UTC+5:45'],
  ])('%s at %s is %s', async (zone, instant, words, offset) => {
    const at = new Date(instant);
    expect(fullTime(at, zone, now).startsWith(words)).toBe(true);
    const [local] = await inPostgres([{ zone, at }]);
    expect(`${dateOf(local!)}, ${local!.clock}`).toBe(words);
    expect(local!.offset).toBe(offset);
  });

  /** Every half hour of the year after which a zone's clock stands otherwise; all changes are on one. */
  async function clockChanges(): Promise<{ zone: string; at: Date }[]> {
    const { rows } = await client.query<{ zone: string; at: Date }>(
      `select zone, at from (
         select zone, at, at at time zone zone - at at time zone 'UTC' is distinct from
                lag(at at time zone zone - at at time zone 'UTC') over (partition by zone order by at) changed,
                lag(at) over (partition by zone order by at) before
           from unnest($1::text[]) zone,
                generate_series('2026-01-01Z'::timestamptz, '2027-01-01Z', interval '30 minutes') at) each
        where changed and before is not null`,
      [zones],
    );
    return rows;
  }

  async function inPostgres(instants: readonly { zone: string; at: Date }[]): Promise<Local[]> {
    const { rows } = await client.query<Local>(
      `select zone, at, trim(to_char(local, 'Day')) weekday, to_char(local, 'FMDD') "day",
              trim(to_char(local, 'Month')) "month", to_char(local, 'YYYY') "year",
              to_char(local, 'HH24:MI') clock,
              to_char((at + interval '30 minutes') at time zone newest, 'HH24:MI') "endClock",
              'UTC' || case when minutes < 0 then '-' else '+' end || abs(minutes) / 60
           || case when minutes % 60 = 0 then '' else ':' || lpad((abs(minutes) % 60)::text, 2, '0') end "offset"
         from unnest($1::text[], $2::timestamptz[]) asked (zone, at)
        cross join lateral (
           select case when zone = 'Africa/Casablanca' and at >= $3 then 'UTC' else zone end newest) told
        cross join lateral (
           select at at time zone newest local,
                  (extract(epoch from at at time zone newest - at at time zone 'UTC') / 60)::int minutes) there`,
      [instants.map(({ zone }) => zone), instants.map(({ at }) => at), moroccoStaysAtUtc],
    );
    return rows;
  }

  function expectSame(locals: readonly Local[]): void {
    const wrong = locals
      .map((local) => ({ zone: local.zone, at: local.at.toISOString(), said: said(local), right: right(local) }))
      .filter((each) => JSON.stringify(each.said) !== JSON.stringify(each.right));
    expect(wrong.slice(0, 5)).toEqual([]);
  }
});

/** What a person reads: in the list, in a mail, on the candidate's page. */
function said({ zone, at }: Local): object {
  const end = new Date(at.getTime() + halfHourMs);
  const [row] = bookingRows([{ startTime: at, endTime: end, status: 'confirmed' } as ListedBooking], zone, now);
  const booking = { startTime: at.toISOString(), endTime: end.toISOString(), bookingUrl: 'https://cal.example' };
  const page = bookedView({
    timeZone: zone,
    orgTimeZone: zone,
    orgName: 'Acme',
    token: 'token',
    booking,
  } as unknown as LinkRow);
  return {
    list: [row!.day, withoutLetters(row!.when)],
    mail: mailedTimes(at, zone),
    page: [page.day, page.time, withoutLetters(page.zone)],
  };
}

/** In the subject, the text and the HTML of the confirmation, as it is handed to the mail service. */
function mailedTimes(at: Date, zone: string): string[] {
  const templateValues = {
    candidate_name: 'Mina',
    booking_link: 'https://interviews.acme.example/i/token',
    assessment_title: 'Logic',
    org_name: 'Acme',
    meeting_date: meetingDate(at, [null, zone, 'UTC'], now),
  };
  const email = {
    id: 'e1',
    kind: 'confirmation' as const,
    toAddress: 'mina@people.example',
    replyTo: null,
    senderName: null,
  };
  const mail = renderMail(confirmation, templateValues);
  const { subject, text, html } = frozenMail({ ...email, templateValues }, mail, 'Acme <interviews@acme.example>');
  return [
    /^Your interview: (.*)$/.exec(subject),
    /is booked for:\n\n(.*)\n/.exec(text),
    /<strong>(\w{3} \d.*?)<\/strong>/.exec(html),
  ].map((found) => withoutLetters(found?.[1] ?? 'not there'));
}

function right({ zone, weekday, day, month, year, clock, endClock, offset }: Local): object {
  const date = dateOf({ weekday, day, month, year });
  return {
    list: [date, `${clock}–${endClock} ${offset}`],
    mail: Array.from({ length: 3 }, () => `${date}, ${clock} ${offset}`),
    page: [
      `${weekday} ${day} ${month} ${year}`,
      `${clock}–${endClock}`,
      `${zone.split('/').at(-1)!.replaceAll('_', ' ')}, ${offset}`,
    ],
  };
}

/** `Sun 20 Sept 2026`, as it is written in British English. */
function dateOf({ weekday, day, month, year }: Pick<Local, 'weekday' | 'day' | 'month' | 'year'>): string {
  return `${weekday.slice(0, 3)} ${day} ${month === 'September' ? 'Sept' : month.slice(0, 3)} ${year}`;
}

/** `CET (UTC+1)` and `UTC+1` alike: the letters are a matter of taste, the offset is not. */
function withoutLetters(text: string): string {
  return text.replace(/\S+ \((UTC[^)]*)\)/, '$1');
}
