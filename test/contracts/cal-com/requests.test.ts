import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CalComConnection } from '../../../src/cal-com/cal-com-connection.js';
import { LoopbackServer, json } from '../loopback-server.js';
import { OpenApiChecker } from '../openapi-checker.js';
import { buildGateway } from './gateway.js';

const documents = ['community', 'hosted'].map((name) => ({ name, checker: new OpenApiChecker(readDocument(name)) }));
const start = new Date('2026-12-01T09:00:00Z');
const end = new Date('2026-12-08T09:00:00Z');
const attendee = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Europe/London' };
const calCom = buildGateway();

const calls: Readonly<Record<string, (connection: CalComConnection) => Promise<unknown>>> = {
  fetchMe: (connection) => calCom.fetchMe(connection),
  listCalendars: (connection) => calCom.listCalendars(connection),
  listEventTypes: (connection) => calCom.listEventTypes(connection),
  'listSlots of an event type with one length': (connection) =>
    calCom.listSlots(connection, { eventTypeId: 7, start, end, timeZone: 'Asia/Kolkata' }),
  'listSlots of a chosen length': (connection) =>
    calCom.listSlots(connection, { eventTypeId: 7, start, end, timeZone: 'UTC', lengthInMinutes: 45 }),
  'createBooking with the least': (connection) => calCom.createBooking(connection, { eventTypeId: 7, start, attendee }),
  'createBooking with everything': (connection) =>
    calCom.createBooking(connection, {
      eventTypeId: 7,
      start,
      attendee,
      lengthInMinutes: 60,
      metadata: { interlude: 'a1b2c3' },
    }),
  getBooking: (connection) => calCom.getBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1'),
  'listBookings without a filter': (connection) => calCom.listBookings(connection, {}),
  'listBookings with every filter': (connection) =>
    calCom.listBookings(connection, {
      status: ['upcoming', 'unconfirmed'],
      attendeeEmail: 'ann+test@example.org',
      bookingUid: 'r1ZxaHgTtMgtddsAbZBkY1',
      eventTypeIds: [7, 8],
      afterStart: start,
      beforeEnd: end,
      afterCreatedAt: start,
      afterUpdatedAt: start,
      sort: { by: 'updatedAt', direction: 'asc' },
      take: 250,
      skip: 500,
    }),
  'listBookings by start': (connection) =>
    calCom.listBookings(connection, { sort: { by: 'start', direction: 'desc' } }),
  'listBookings by creation': (connection) =>
    calCom.listBookings(connection, { sort: { by: 'created', direction: 'asc' } }),
  cancelBooking: (connection) => calCom.cancelBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1', 'The role was filled'),
  rescheduleBooking: (connection) =>
    calCom.rescheduleBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1', { start, reason: 'The host is ill' }),
  'rescheduleBooking in the name of the host': (connection) =>
    calCom.rescheduleBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1', {
      start,
      reason: 'The host is ill',
      rescheduledBy: 'host@example.com',
    }),
  confirmBooking: (connection) => calCom.confirmBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1'),
  declineBooking: (connection) => calCom.declineBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1', 'The panel is full'),
  'declineBooking without a reason': (connection) => calCom.declineBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1', ' '),
  markAbsent: (connection) => calCom.markAbsent(connection, 'r1ZxaHgTtMgtddsAbZBkY1', ['ann@example.org']),
  listWebhooks: (connection) => calCom.listWebhooks(connection),
  createWebhook: (connection) =>
    calCom.createWebhook(connection, {
      subscriberUrl: 'https://interlude.example/webhooks/cal-com/kq3h',
      triggers: ['BOOKING_CREATED', 'MEETING_ENDED'],
      secret: 's3cret',
    }),
  deleteWebhook: (connection) => calCom.deleteWebhook(connection, '0b94aec2-072e-4382-94b0-470285faa6d3'),
};

describe('what the gateway asks Cal.com', () => {
  let server: LoopbackServer;
  let connection: CalComConnection;

  beforeAll(async () => {
    server = await new LoopbackServer().start();
    connection = { apiUrl: `${server.url}/v2`, apiKey: 'cal_live_0123456789abcdef' };
  });
  beforeEach(() => server.answerWith(json(200, { status: 'success', data: [] })));
  afterAll(() => server.stop());

  describe.each(documents)('by the $name document', ({ checker }) => {
    it.each(Object.keys(calls))('%s is a documented request', async (name) => {
      await calls[name]?.(connection);
      expect(server.requests).toHaveLength(1);
      expect(server.requests.flatMap((request) => checker.requestProblems(request))).toEqual([]);
    });
  });

  it.each([
    ['fetchMe', 'GET /v2/me', '2024-08-13'],
    ['listEventTypes', 'GET /v2/event-types', '2024-06-14'],
    [
      'listSlots of a chosen length',
      'GET /v2/slots?eventTypeId=7&start=2026-12-01T09%3A00%3A00.000Z&end=2026-12-08T09%3A00%3A00.000Z&timeZone=UTC&duration=45',
      '2024-09-04',
    ],
    ['createBooking with the least', 'POST /v2/bookings', '2024-08-13'],
    ['getBooking', 'GET /v2/bookings/r1ZxaHgTtMgtddsAbZBkY1', '2024-08-13'],
    ['cancelBooking', 'POST /v2/bookings/r1ZxaHgTtMgtddsAbZBkY1/cancel', '2024-08-13'],
    ['confirmBooking', 'POST /v2/bookings/r1ZxaHgTtMgtddsAbZBkY1/confirm', '2024-08-13'],
    ['declineBooking', 'POST /v2/bookings/r1ZxaHgTtMgtddsAbZBkY1/decline', '2024-08-13'],
    ['markAbsent', 'POST /v2/bookings/r1ZxaHgTtMgtddsAbZBkY1/mark-absent', '2024-08-13'],
    ['listWebhooks', 'GET /v2/webhooks?take=250', '2024-08-13'],
    ['createWebhook', 'POST /v2/webhooks', '2024-08-13'],
    ['deleteWebhook', 'DELETE /v2/webhooks/0b94aec2-072e-4382-94b0-470285faa6d3', '2024-08-13'],
    ['rescheduleBooking', 'POST /v2/bookings/r1ZxaHgTtMgtddsAbZBkY1/reschedule', '2024-08-13'],
  ])('%s is %s, version %s, with the key as a bearer', async (name, line, version) => {
    await calls[name]?.(connection);
    const request = server.requests[0];
    expect(`${request?.method} ${request?.target}`).toBe(line);
    expect(request?.headers['cal-api-version']).toBe(version);
    expect(request?.headers.authorization).toBe('Bearer cal_live_0123456789abcdef');
  });

  it('cancels with a reason even where none was given, and never asks for more than the one booking', async () => {
    await calCom.cancelBooking(connection, 'r1ZxaHgTtMgtddsAbZBkY1', '  ');
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({ cancellationReason: 'Cancelled by the hiring team.' });
  });

  it('keeps a plus sign and an offset whole in a query', async () => {
    await calCom.listBookings(connection, { attendeeEmail: 'ann+test@example.org', afterUpdatedAt: start });
    const query = new URL(server.requests[0]?.target ?? '', server.url).searchParams;
    expect(query.get('attendeeEmail')).toBe('ann+test@example.org');
    expect(query.get('afterUpdatedAt')).toBe('2026-12-01T09:00:00.000Z');
  });

  it('asks nothing for a list of no event types, which Cal.com would take for all', async () => {
    expect(await calCom.listBookings(connection, { eventTypeIds: [] })).toEqual({
      ok: true,
      value: { bookings: [], unreadable: 0, hasNextPage: false },
    });
    expect(server.requests).toEqual([]);
  });

  it.each(['../me', '..', 'a/b', 'a?b', '', 'x'.repeat(101)])('asks nothing about %j, which is no uid', async (uid) => {
    const outcome = await calCom.cancelBooking(connection, uid, 'x');
    expect(outcome).toEqual({ ok: false, failure: { kind: 'not-found', what: 'booking' } });
    expect(server.requests).toEqual([]);
  });

  it.each(['../me', 'a/b', ''])('asks nothing about %j, which is no id of a webhook', async (id) => {
    const outcome = await calCom.deleteWebhook(connection, id);
    expect(outcome).toEqual({ ok: false, failure: { kind: 'not-found', what: 'webhook' } });
    expect(server.requests).toEqual([]);
  });

  it('takes an address with a slash at its end', async () => {
    await calCom.fetchMe({ ...connection, apiUrl: `${connection.apiUrl}/` });
    expect(server.requests[0]?.target).toBe('/v2/me');
  });
});

describe('the checker itself', () => {
  const checker = new OpenApiChecker(readDocument('community'));
  const headers = { authorization: 'Bearer x', 'cal-api-version': '2024-08-13', 'content-type': 'application/json' };
  const booking = { eventTypeId: 7, start: start.toISOString(), attendee };
  const post = (body: object) => ({ method: 'POST', target: '/v2/bookings', headers, body: JSON.stringify(body) });
  const get = (target: string) => ({ method: 'GET', target, headers, body: '' });

  it.each([
    ['an unknown path', get('/v2/booking'), 'is not in the document'],
    ['an unknown query name', get('/v2/bookings?foo=1'), 'the query name foo is not in the document'],
    ['a query value of the wrong type', get('/v2/bookings?take=many'), 'must be number'],
    ['a status that is none', get('/v2/bookings?status=open'), 'must be equal to one of the allowed values'],
    ['a missing query name', get('/v2/slots?start=2026-12-01'), 'the query name end is missing'],
    ['the version of another group', get('/v2/event-types'), 'is 2024-08-13, not 2024-06-14'],
    ['an unknown field', post({ ...booking, foo: 1 }), 'must NOT have additional properties foo'],
    ['an unknown field further down', post({ ...booking, attendee: { ...attendee, foo: 1 } }), 'foo'],
    ['a missing field', post({ eventTypeId: 7, attendee }), "must have required property 'start'"],
    ['a field of the wrong type', post({ ...booking, eventTypeId: '7' }), '/eventTypeId must be number'],
    ['a missing key', { ...get('/v2/me'), headers: {} }, 'the header Authorization is missing'],
  ])('sees %s', (_what, request, problem) => {
    expect(checker.requestProblems(request).join('\n')).toContain(problem);
  });

  it('sees what an answer says otherwise than the document', () => {
    const data = { id: 'x', username: 'asha' };
    expect(checker.answerProblems('GET', '/v2/me', 200, { status: 'success', data })).toEqual(
      expect.arrayContaining(["/data must have required property 'timeZone'", '/data/id must be number']),
    );
    expect(checker.answerProblems('GET', '/v2/me', 204, {})).toEqual(['GET /v2/me: 204 is not in the document']);
  });

  it('sees nothing wrong with an answer of a real server', () => {
    const file = join(import.meta.dirname, 'recordings', '001-me-good-key.json');
    const { response } = JSON.parse(readFileSync(file, 'utf8')) as { response: { body: string } };
    expect(checker.answerProblems('GET', '/v2/me', 200, JSON.parse(response.body))).toEqual([]);
  });
});

function readDocument(name: string): object {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'openapi', `${name}.json`), 'utf8')) as object;
}
