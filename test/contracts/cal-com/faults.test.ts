import { deflateSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { CalComConnection } from '../../../src/cal-com/cal-com-connection.js';
import { type CalComFailure, unavailable } from '../../../src/cal-com/cal-com-failure.js';
import type { CalComService } from '../../../src/cal-com/cal-com.service.js';
import { makeOwnCertificate } from '../../support/own-certificate.js';
import { type Answer, LoopbackServer, json } from '../loopback-server.js';
import { buildGateway } from './gateway.js';

const unknownOutcome: CalComFailure = { kind: 'unknown-outcome' };
const html = { 'Content-Type': 'text/html' };
const start = new Date('2026-12-01T09:00:00Z');
const attendee = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Europe/London' };
const uid = 'r1ZxaHgTtMgtddsAbZBkY1';
const me = json(200, { status: 'success', data: { id: 101, email: 'host@example.com' } });
const booking = json(201, {
  status: 'success',
  data: { uid, status: 'accepted', start: '2026-12-01T09:00:00Z', duration: 30, eventTypeId: 7 },
});

const reset: Answer = (response) => response.socket?.destroy();
const silence: Answer = () => {};
const badGateway: Answer = (response) => response.writeHead(502, html).end('<h1>502 Bad Gateway</h1>');
const dripping: Answer = (response) => {
  const timer = setInterval(() => response.write(' '), 20);
  response.on('close', () => clearInterval(timer));
};
const truncated: Answer = (response) => {
  response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '500' });
  response.write('{"status":"success","data":{"id":10', () => response.socket?.destroy());
};

describe('what the gateway makes of faults', () => {
  let server: LoopbackServer;
  let connection: CalComConnection;
  let calCom: CalComService;

  beforeAll(async () => {
    server = await new LoopbackServer().start();
    connection = { apiUrl: `${server.url}/v2`, apiKey: 'cal_live_0123456789abcdef' };
    calCom = buildGateway();
  });
  afterAll(() => server.stop());

  const faults: readonly (readonly [string, Answer, read: CalComFailure, write: CalComFailure])[] = [
    ['a reset', reset, unavailable('unreachable'), unknownOutcome],
    ['silence', silence, unavailable('tooSlow'), unknownOutcome],
    ['an answer that never ends', dripping, unavailable('tooSlow'), unknownOutcome],
    ['a truncated answer', truncated, unavailable('unreachable'), unknownOutcome],
    ['a 502 page', badGateway, unavailable('ownTrouble'), unknownOutcome],
    ['a 500 without an envelope', json(500, { statusCode: 500 }), unavailable('ownTrouble'), unknownOutcome],
    ['an empty 200', (out) => out.writeHead(200).end(), unavailable('unreadable'), unknownOutcome],
    ['a 204', (out) => out.writeHead(204).end(), unavailable('unreadable'), unknownOutcome],
    ['a 200 page', (out) => out.writeHead(200, html).end('<p>Welcome</p>'), unavailable('unreadable'), unknownOutcome],
    ['6 MB', (out) => out.writeHead(200).end('x'.repeat(6_000_000)), unavailable('tooLarge'), unknownOutcome],
    ['6 MB packed into few bytes', (out) => deflated(out, 6_000_000), unavailable('tooLarge'), unknownOutcome],
    ['what only claims to be gzip', (out) => notGzip(out), unavailable('unreadable'), unknownOutcome],
    ['what is not HTTP', (out) => out.socket?.end('Hello\r\n\r\n'), unavailable('unreadable'), unknownOutcome],
    [
      'data of the wrong type',
      json(200, { status: 'success', data: 'yes' }),
      unavailable('unreadable'),
      unknownOutcome,
    ],
    ['no data', json(200, { status: 'success' }), unavailable('unreadable'), unknownOutcome],
    ['a JSON null', json(200, null), unavailable('unreadable'), unknownOutcome],
    ['an error called 200', json(200, { status: 'error', data: [] }), unavailable('unreadable'), unknownOutcome],
    ['a redirect', (out) => redirect(out), unavailable('redirected'), unavailable('redirected')],
    [
      'a 403 page',
      (out) => out.writeHead(403, html).end('<p>No'),
      unavailable('unreadable'),
      unavailable('unreadable'),
    ],
    [
      'a 404 page',
      (out) => out.writeHead(404, html).end('<p>?'),
      unavailable('wrongAddress'),
      unavailable('wrongAddress'),
    ],
  ];

  it.each(faults)('%s', async (_name, answer, failureOfRead, failureOfWrite) => {
    const waitsInVain = answer === silence || answer === dripping;
    const calCom = buildGateway(waitsInVain ? { requestTimeoutMs: 300 } : {});
    server.answerWith(answer);
    expect(await calCom.fetchMe(connection)).toEqual({ ok: false, failure: failureOfRead });

    server.answerWith(answer);
    const created = await calCom.createBooking(connection, { eventTypeId: 7, start, attendee });
    expect(created).toEqual({ ok: false, failure: failureOfWrite });
    expect(server.requests).toHaveLength(1);
  });

  it.each([
    'createBooking',
    'cancelBooking',
    'rescheduleBooking',
    'confirmBooking',
    'declineBooking',
    'markAbsent',
  ] as const)('never repeats %s', async (method) => {
    const writes = {
      createBooking: () => calCom.createBooking(connection, { eventTypeId: 7, start, attendee }),
      cancelBooking: () => calCom.cancelBooking(connection, uid, 'called off'),
      confirmBooking: () => calCom.confirmBooking(connection, uid),
      declineBooking: () => calCom.declineBooking(connection, uid, 'full'),
      markAbsent: () => calCom.markAbsent(connection, uid, ['ann@example.org']),
      rescheduleBooking: () => calCom.rescheduleBooking(connection, uid, { start, reason: 'ill' }),
    };
    server.answerInTurn(badGateway, booking);
    expect(await writes[method]()).toEqual({ ok: false, failure: unknownOutcome });
    expect(server.requests).toHaveLength(1);
  });

  it('repeats a read twice, and takes the answer that comes', async () => {
    server.answerInTurn(reset, badGateway, me);
    expect(await calCom.fetchMe(connection)).toMatchObject({ ok: true, value: { id: 101 } });
    expect(server.requests).toHaveLength(3);
  });

  it('repeats a read no more than twice', async () => {
    server.answerWith(badGateway);
    await calCom.fetchMe(connection);
    expect(server.requests).toHaveLength(3);
  });

  it('does not repeat a read that was refused', async () => {
    server.answerWith(json(401, { status: 'error', error: { code: 'UnauthorizedException', message: 'no' } }));
    expect(await calCom.fetchMe(connection)).toEqual({ ok: false, failure: { kind: 'unauthorized' } });
    expect(server.requests).toHaveLength(1);
  });

  it('says that a write did not happen when there was nobody to talk to', async () => {
    const gone = await new LoopbackServer().start();
    const nobody = { ...connection, apiUrl: `${gone.url}/v2` };
    await gone.stop();
    const created = await calCom.createBooking(nobody, { eventTypeId: 7, start, attendee });
    expect(created).toEqual({ ok: false, failure: unavailable('unreachable') });
  });

  it('does not follow a redirect with the key', async () => {
    const elsewhere = await new LoopbackServer().start();
    server.answerWith((out) => out.writeHead(307, { Location: `${elsewhere.url}/v2/me` }).end());
    await calCom.fetchMe(connection);
    expect(elsewhere.requests).toEqual([]);
    await elsewhere.stop();
  });

  it('shows the key to nobody whose certificate nobody vouches for', async () => {
    const { key, certificate } = makeOwnCertificate();
    let asked = 0;
    const impostor = createServer({ key, cert: certificate }, (_request, response) => {
      asked += 1;
      response.end();
    });
    await new Promise<void>((resolve) => impostor.listen(0, '127.0.0.1', resolve));
    const { port } = impostor.address() as AddressInfo;
    const answer = await calCom.fetchMe({ ...connection, apiUrl: `https://localhost:${port}/v2` });
    expect(answer).toEqual({ ok: false, failure: unavailable('unreachable') });
    expect(asked).toBe(0);
    await new Promise((resolve) => impostor.close(resolve));
  });

  it.each(['nonsense', 'ftp://127.0.0.1/v2', 'http://asha:secret@127.0.0.1/v2', ''])(
    'asks nothing of the address %j',
    async (apiUrl) => {
      const outcome = await calCom.fetchMe({ ...connection, apiUrl });
      expect(outcome).toEqual({ ok: false, failure: unavailable('wrongAddress') });
    },
  );

  it.each(['', 'two words', 'line\r\nbreak', 'ключ'])('sends no key that cannot be one: %j', async (apiKey) => {
    server.answerWith(me);
    expect(await calCom.fetchMe({ ...connection, apiKey })).toEqual({ ok: false, failure: { kind: 'unauthorized' } });
    expect(server.requests).toEqual([]);
  });

  it('reads a booking without an end from its duration', async () => {
    server.answerWith(booking);
    const created = await calCom.createBooking(connection, { eventTypeId: 7, start, attendee });
    expect(created).toMatchObject({ ok: true, value: { end: new Date('2026-12-01T09:30:00Z'), attendees: [] } });
  });

  it('leaves out the bookings of a list it cannot read, and says how many', async () => {
    const good = { uid, status: 'ACCEPTED', start: '2026-12-01T09:00:00+00:00', end: '2026-12-01T09:30:00Z' };
    server.answerWith(json(200, { status: 'success', data: [good, null, { ...good, status: 'odd' }, 7] }));
    expect(await calCom.listBookings(connection, { take: 4 })).toMatchObject({
      ok: true,
      value: { bookings: [{ uid, status: 'accepted', start }], unreadable: 3, hasNextPage: true },
    });
  });
});

describe('the limit of Cal.com', () => {
  let server: LoopbackServer;
  let connection: CalComConnection;
  beforeAll(async () => {
    server = await new LoopbackServer().start();
    connection = { apiUrl: `${server.url}/v2`, apiKey: 'cal_live_0123456789abcdef' };
  });
  afterAll(() => server.stop());

  it('is waited for: the next calls with that key are answered without asking', async () => {
    const calCom = buildGateway();
    server.answerWith(tooMany('40'));
    const first = await calCom.fetchMe(connection);
    expect(secondsUntil(first)).toBeCloseTo(40, 0);
    const second = await calCom.createBooking(connection, { eventTypeId: 7, start, attendee });
    expect(secondsUntil(second)).toBeCloseTo(40, 0);
    expect(server.requests).toHaveLength(1);

    await calCom.fetchMe({ ...connection, apiKey: 'cal_live_another' });
    expect(server.requests).toHaveLength(2);
  });

  it('is kept before it is broken: the last call that was allowed is the last one sent', async () => {
    const calCom = buildGateway();
    const last = { 'X-RateLimit-Remaining-Default': '0', 'X-RateLimit-Reset-Default': '25' };
    server.answerWith(json(200, { status: 'success', data: { id: 101 } }, last));
    expect(await calCom.fetchMe(connection)).toMatchObject({ ok: true });
    expect(secondsUntil(await calCom.fetchMe(connection))).toBeCloseTo(25, 0);
    expect(server.requests).toHaveLength(1);
  });

  it('spreads many calls at once by itself', async () => {
    const calCom = buildGateway({ requestsPerMinute: 600 });
    server.answerWith(me);
    const startedAtMs = Date.now();
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => calCom.fetchMe(connection)));
    const sent = outcomes.filter((outcome) => outcome.ok).length;
    expect(server.requests).toHaveLength(sent);
    expect(sent).toBeGreaterThanOrEqual(41);
    expect(sent).toBeLessThan(45);
    expect(outcomes.filter((outcome) => !outcome.ok && outcome.failure.kind === 'rate-limited')).toHaveLength(
      60 - sent,
    );
    expect(Date.now() - startedAtMs).toBeGreaterThanOrEqual(2_900);
  });
});

function tooMany(resetAfter: string): Answer {
  return json(429, { error: { message: 'Too many requests' } }, { 'X-RateLimit-Reset-Default': resetAfter });
}

function secondsUntil(outcome: Awaited<ReturnType<CalComService['fetchMe' | 'createBooking']>>): number {
  if (outcome.ok || outcome.failure.kind !== 'rate-limited') throw new Error('not rate-limited');
  return (outcome.failure.until.getTime() - Date.now()) / 1000;
}

function redirect(response: ServerResponse): void {
  response.writeHead(302, { Location: 'http://127.0.0.1:9/v2/me' }).end();
}

function deflated(response: ServerResponse, bytes: number): void {
  response.writeHead(200, { 'Content-Encoding': 'deflate' }).end(deflateSync(Buffer.alloc(bytes, ' ')));
}

function notGzip(response: ServerResponse): void {
  response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('garbage');
}
