import * as cheerio from 'cheerio';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type request from 'supertest';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { otherApiKey } from '../../src/sandbox/seed.js';
import { BuiltApp, productionEnvironment } from '../support/built-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { ResendServer } from '../support/resend-server.js';
import { until } from '../support/until.js';
import { LoopbackServer } from './loopback-server.js';
import { OpenApiChecker, type ArrivedRequest } from './openapi-checker.js';

type Browser = ReturnType<typeof request.agent>;

interface MadeBooking {
  readonly status: string;
  readonly booking_url: string;
  readonly booking_id: string;
  readonly start_time: string;
}

const api = '/api/admin/scheduling';
const interview = 1;
const flexible = 4;
const settleMs = 20_000;
const names = ['Ann Lee', 'Bo Ek', 'Cyd Ray', 'Dee Poe', 'Eli Fox', 'Fay Orr', 'Gus Ito', 'Hal Ash'];
const candidates = [
  'name,email,assessment,status,time_zone',
  ...names.map((name) => `${name},${name.split(' ')[0]!.toLowerCase()}@people.example,Logic,submitted,Asia/Tokyo`),
].join('\n');

/** Everything the built app asks of others, while an admin does with it whatever can be done. */
describe('the built app towards Cal.com and Resend', () => {
  let database: TestDatabase;
  let sandbox: Sandbox;
  let calCom: LoopbackServer;
  let resend: ResendServer;
  let app: BuiltApp;
  let admin: Browser;
  let people: Record<string, string>;
  let starts: string[];

  beforeAll(async () => {
    database = await createTestDatabase();
    sandbox = await startSandbox();
    calCom = await new LoopbackServer().start();
    passOn(calCom, sandbox);
    resend = await ResendServer.start();
    const surroundings = {
      databaseUrl: database.url,
      resendUrl: resend.url,
      calComUrl: `${calCom.url}/v2`,
      calComKey: sandbox.apiKey,
    };
    app = await BuiltApp.start({
      ...productionEnvironment(surroundings),
      CAL_COM_REQUESTS_PER_MINUTE: '2000',
      CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
    });
    resend.apiKeys = [app.environment['RESEND_API_KEY']!];
    admin = await app.admin();
  });

  afterAll(async () => {
    await app?.stop();
    await resend?.stop();
    await calCom?.stop();
    await sandbox?.stop();
    await database?.drop();
  });

  it('is connected, tested and reads the event types in the settings', async () => {
    await admin.get('/app/settings/cal-com').expect(200);
    await settings('/test').expect(303);
    await settings('/event-types').expect(303);
    await settings('', { apiKey: otherApiKey, apiUrl: `${calCom.url}/v2` }).expect(303);
    await settings('', { apiKey: sandbox.apiKey, apiUrl: `${calCom.url}/v2` }).expect(303);
    await settings('/event-types').expect(303);
    await settings('/default-event-type', { eventTypeId: `${interview}` }).expect(303);
    await settings('', { apiKey: 'cal_live_nobody', apiUrl: `${calCom.url}/v2` }).expect(422);
  });

  it('has one webhook at Cal.com, for the connection in force', async () => {
    const webhooks = await until(
      () => sandbox.state.webhooks,
      (now) => now.length === 1 && now[0]!.userId === 101,
      settleMs,
    );
    expect(webhooks[0]!.subscriberUrl).toMatch(new RegExp(`^${app.url}/webhooks/cal-com/[\\w-]{22}$`));
  });

  it('takes candidates from a file', async () => {
    const file = { filename: 'candidates.csv', contentType: 'text/csv' };
    await admin.post('/app/candidates/import').attach('file', Buffer.from(candidates), file).expect(303);
    const { body } = await admin.get(`${api}/candidates`).expect(200);
    const rows = (body as { data: { name: string; invitation_id: string }[] }).data;
    people = Object.fromEntries(rows.map((row) => [row.name, row.invitation_id]));
    expect(Object.keys(people)).toEqual(names);
  });

  it('makes links, shows a draft, sends a test, sends, and tries again what failed', async () => {
    await admin.get('/app/scheduling').expect(200);
    const before = calCom.requests.length;
    const ids = [people['Ann Lee'], people['Bo Ek'], people['Cyd Ray']];
    const selection = { invitation_ids: ids, event_type_id: `${interview}` };
    await admin.post('/app/scheduling/booking-links').type('form').send(selection).expect(303);
    const begun = await admin.post('/app/scheduling/sends').type('form').send(selection).expect(303);
    const send = begun.headers['location']!;
    const draft = cheerio.load((await admin.get(send).expect(200)).text);
    const revision = draft('#message-form input[name=revision]').attr('value');
    await admin.post(`${send}/test`).type('form').send({ revision }).expect(303);
    await until(
      () => resend.mailsTo,
      (mails) => mails['asha@acme.example'] === 1,
      settleMs,
    );
    resend.badAddresses.add('bo@people.example');
    await admin.post(`${send}/dispatch`).type('form').send({ revision }).expect(303);
    expect(await settled(send)).toEqual({ accepted: 2, failed: 1 });
    resend.badAddresses.clear();
    await admin.post(`${send}/retry`).expect(303);
    expect(await settled(send)).toEqual({ accepted: 3 });
    expect(Object.keys(resend.mailsTo).toSorted()).toEqual(
      ['ann', 'bo', 'cyd']
        .map((name) => `${name}@people.example`)
        .concat('asha@acme.example')
        .toSorted(),
    );
    expect(calCom.requests.slice(before).filter(isNotByTheClock)).toEqual([]);
  });

  it('leads a candidate to the booking page without asking anybody', async () => {
    const before = calCom.requests.length;
    const [link] = await book({ invitation_ids: [people['Ann Lee']] });
    const page = cheerio.load((await app.visitor().get(new URL(link!.booking_url).pathname).expect(200)).text);
    const hrefs = page('a')
      .toArray()
      .map((anchor) => anchor.attribs['href'] ?? '');
    expect(hrefs.some((href) => href.startsWith(`${sandbox.url}/acme-interviews/interview`))).toBe(true);
    expect(calCom.requests.slice(before).filter(isNotByTheClock)).toEqual([]);
  });

  it('answers programs: event types, times, links, bookings, cancellations', async () => {
    await admin.get(`${api}/cal-com/event-types`).expect(200);
    starts = await freeTimes({ event_type_id: interview });
    expect(starts.length).toBeGreaterThan(10);
    await freeTimes({ event_type_id: flexible, length_in_minutes: 60 });
    const links = await book({ invitation_ids: [people['Dee Poe'], people['Eli Fox']] });
    expect(links.map(({ status }) => status)).toEqual(['linked', 'linked']);

    const dee = [people['Dee Poe']];
    const [booked] = await book({ invitation_ids: dee, start: starts[0] });
    expect(booked).toMatchObject({ status: 'booked', start_time: new Date(starts[0]!).toISOString() });
    expect(await book({ invitation_ids: dee, start: starts[1] })).toMatchObject([{ status: 'reused' }]);
    const [moved] = await book({ invitation_ids: dee, start: starts[2], on_existing: 'replace' });
    expect(moved).toMatchObject({ status: 'booked', start_time: new Date(starts[2]!).toISOString() });
    await admin.get(`${api}/cal-com/bookings/${booked!.booking_id}`).expect(200);
    const cancelled = await admin
      .delete(`${api}/cal-com/bookings/${moved!.booking_id}`)
      .send({ reason: 'Role filled' });
    expect(cancelled.body).toMatchObject({ status: 'cancelled', cancellation_reason: 'Role filled' });
    expect(sandbox.state.bookings.map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);

    const length = { event_type_id: flexible, length_in_minutes: 60, start: starts[3], time_zone: 'Europe/Paris' };
    expect(await book({ invitation_ids: [people['Eli Fox']], ...length })).toMatchObject([{ status: 'booked' }]);
    expect(
      await book({ invitation_ids: [people['Eli Fox']], event_type_id: flexible, on_existing: 'replace' }),
    ).toMatchObject([{ status: 'linked', booking_id: null }]);
  });

  it('finds a booking again whose answer was lost, and does not book twice', async () => {
    sandbox.fail('lost', { only: ({ method, path }) => method === 'POST' && path.endsWith('/bookings') });
    const [booked] = await book({ invitation_ids: [people['Fay Orr']], start: starts[4] });
    expect(booked).toMatchObject({ status: 'booked', start_time: new Date(starts[4]!).toISOString() });
    sandbox.heal();
    const open = sandbox.state.bookings.filter(({ status }) => status === 'accepted');
    expect(open.map(({ uid }) => uid)).toEqual([booked!.booking_id]);
  });

  it('hears of every booking by webhook', () => {
    expect(distinct(sandbox.deliveries.map(({ trigger, status }) => `${trigger} ${status}`))).toEqual([
      'BOOKING_CANCELLED 200',
      'BOOKING_CREATED 200',
    ]);
  });

  it('sends mails for programs', async () => {
    const ids = [people['Gus Ito'], people['Hal Ash']];
    const content = { subject: 'Łódź {{assessment_title}}', message: 'Hi {{candidate_name}}: {{booking_link}}' };
    const { body } = await admin
      .post(`${api}/send-emails`)
      .send({ invitation_ids: ids, ...content })
      .expect(202);
    expect(body).toMatchObject({ queued: 2, skipped: [] });
    expect(await settled(`/app/sends/${(body as { send_id: string }).send_id}`)).toEqual({ accepted: 2 });
  });

  describe('all in all', () => {
    it.each(['community', 'hosted'])('asks Cal.com only what the %s document describes', (name) => {
      const checker = checkerOf('cal-com', 'openapi', `${name}.json`);
      expect(calCom.requests.flatMap((request) => checker.requestProblems(request))).toEqual([]);
    });

    it('asks Cal.com by exactly these operations, each with the version of its group', () => {
      expect(distinct(calCom.requests.map(calComOperation)).filter((line) => !line.includes('sortUpdatedAt'))).toEqual([
        'DELETE /v2/webhooks/{id}, version 2024-08-13',
        'GET /v2/bookings ?afterCreatedAt&eventTypeIds&skip&sortCreated&status&take, version 2024-08-13',
        'GET /v2/bookings/{uid}, version 2024-08-13',
        'GET /v2/calendars, version 2024-08-13',
        'GET /v2/event-types, version 2024-06-14',
        'GET /v2/me, version 2024-08-13',
        'GET /v2/slots ?duration&end&eventTypeId&start&timeZone, version 2024-09-04',
        'GET /v2/slots ?end&eventTypeId&start&timeZone, version 2024-09-04',
        'GET /v2/webhooks ?take, version 2024-08-13',
        'POST /v2/bookings {attendee eventTypeId lengthInMinutes metadata start}, version 2024-08-13',
        'POST /v2/bookings {attendee eventTypeId metadata start}, version 2024-08-13',
        'POST /v2/bookings/{uid}/cancel {cancellationReason}, version 2024-08-13',
        'POST /v2/webhooks {active secret subscriberUrl triggers}, version 2024-08-13',
      ]);
    });

    it('shows Cal.com its key as a bearer, and a wrong key only where one was typed', () => {
      const shown = calCom.requests.map(({ headers }) => headers.authorization);
      const typed = [sandbox.apiKey, otherApiKey].map((key) => `Bearer ${key}`);
      expect(shown.filter((value) => !typed.includes(`${value}`))).toEqual(['Bearer cal_live_nobody']);
      expect(distinct(calCom.requests.map(({ headers }) => `${headers['user-agent']}`))).toEqual(['Interlude']);
    });

    it('asks Resend only what its document describes, and sends by one operation', () => {
      const checker = checkerOf('resend', 'openapi.json');
      const arrived = [...resend.looks, ...resend.requests].map(({ method, path, headers, text }) => ({
        method,
        target: path,
        headers,
        body: text,
      }));
      expect(arrived.flatMap((request) => checker.requestProblems(request))).toEqual([]);
      expect(distinct(arrived.map(({ method, target }) => `${method} ${target}`))).toEqual([
        'GET /domains?limit=100',
        'POST /emails/batch',
      ]);
      expect(distinct(resend.requests.flatMap(({ text }) => mailsIn(text).map(fieldsOf)))).toEqual([
        'from headers html reply_to subject tags text to',
      ]);
    });

    it('tells Resend who asks, with which key, and by which key to know a repetition', () => {
      for (const { headers } of [...resend.looks, ...resend.requests]) {
        expect(headers['authorization']).toBe(`Bearer ${app.environment['RESEND_API_KEY']}`);
        expect(headers['user-agent']).toMatch(/^resend-node:\d/);
      }
      for (const { headers, text } of resend.requests) {
        expect(headers['idempotency-key']).toMatch(/^[\w-]{1,256}$/);
        expect(mailsIn(text).length).toBeLessThanOrEqual(100);
      }
      const keys = resend.requests.map(({ headers }) => headers['idempotency-key']);
      expect(new Set(keys).size).toBe(keys.length);
    });

    it('opens connections to its database, Cal.com and Resend, and to nobody else', () => {
      const expected = [databaseAddress(database.url), new URL(calCom.url).host, new URL(resend.url).host];
      expect(app.destinations.toSorted()).toEqual(expected.toSorted());
    });
  });

  function settings(path: string, form: object = {}): request.Test {
    return admin.post(`/app/settings/cal-com${path}`).type('form').send(form);
  }

  async function book(payload: object): Promise<MadeBooking[]> {
    const { body } = await admin.post(`${api}/cal-com/bookings`).send(payload).expect(201);
    return (body as { data: MadeBooking[] }).data;
  }

  async function freeTimes(query: object): Promise<string[]> {
    const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
    const asked = { from: day(2), to: day(9), time_zone: 'Asia/Tokyo', ...query };
    const { body } = await admin.get(`${api}/cal-com/slots`).query(asked).expect(200);
    return (body as { data: { start_time: string }[] }).data.map((slot) => slot.start_time);
  }

  async function settled(send: string): Promise<Record<string, number>> {
    const look = async () => {
      const { body } = await admin.get(`${api}/sends/${send.split('/').at(-1)}`).expect(200);
      return (body as { counts: Record<string, number> }).counts;
    };
    return until(look, (counts) => !['draft', 'queued', 'sending'].some((state) => counts[state]), settleMs);
  }
});

/** Raw, as it came, for the record; then on to the sandbox. */
function passOn(server: LoopbackServer, sandbox: Sandbox): void {
  server.answerWith((response, { method, target, headers, body }) => {
    const { host: _host, connection: _connection, 'content-length': _length, ...others } = headers;
    fetch(`${sandbox.listensAt}${target}`, {
      method,
      headers: others as Record<string, string>,
      ...(body && { body }),
    }).then(
      async (answer) =>
        response
          .writeHead(
            answer.status,
            Object.fromEntries([...answer.headers].filter(([name]) => name !== 'transfer-encoding')),
          )
          .end(Buffer.from(await answer.arrayBuffer())),
      () => response.destroy(),
    );
  });
}

function checkerOf(...path: string[]): OpenApiChecker {
  return new OpenApiChecker(JSON.parse(readFileSync(join(import.meta.dirname, ...path), 'utf8')) as object);
}

/** Jobs look for changed bookings and for free times by themselves, whatever anybody does meanwhile. */
function isNotByTheClock({ target }: ArrivedRequest): boolean {
  return !/^\/v2\/(bookings\?.*sortUpdatedAt|slots\?)/.test(target);
}

/** Method, path, names in query and body, and the version: all that tells one kind of call from another. */
function calComOperation({ method, target, headers, body }: ArrivedRequest): string {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  const path = pathname.replace(/^(\/v2\/bookings\/)[^/]+/, '$1{uid}').replace(/^(\/v2\/webhooks\/)[^/]+/, '$1{id}');
  const query = searchParams.size > 0 ? ` ?${distinct([...searchParams.keys()]).join('&')}` : '';
  const fields = body ? ` {${fieldsOf(JSON.parse(body) as object)}}` : '';
  return `${method} ${path}${query}${fields}, version ${headers['cal-api-version']}`;
}

function mailsIn(text: string): object[] {
  return JSON.parse(text) as object[];
}

function fieldsOf(body: object): string {
  return Object.keys(body).toSorted().join(' ');
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)].toSorted();
}

/** A unix socket, where the address names its folder. */
function databaseAddress(url: string): string {
  const { host, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  return folder?.startsWith('/') ? join(folder, `.s.PGSQL.${port || 5432}`) : host;
}
