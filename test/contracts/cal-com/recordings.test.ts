import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CalComConnection } from '../../../src/cal-com/cal-com-connection.js';
import type { CalComService } from '../../../src/cal-com/cal-com.service.js';
import { LoopbackServer } from '../loopback-server.js';
import { buildGateway } from './gateway.js';
import * as say from './outcome-in-words.js';
import { type AskedMethod, expectedOutcomes } from './recorded-outcomes.js';

interface Recording {
  readonly request: { readonly target: string; readonly body: string | null };
  readonly response: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
}

type Ask = (calCom: CalComService, connection: CalComConnection, uid: string) => Promise<string>;

const start = new Date('2026-12-01T09:00:00Z');
const attendee = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Europe/London' };
const newWebhook = { subscriberUrl: 'https://interlude.example/webhooks/cal-com/x', triggers: [], secret: 's' };
const folder = join(import.meta.dirname, 'recordings');

const asks: Readonly<Record<AskedMethod, Ask>> = {
  fetchMe: async (calCom, to) => say.inWords(await calCom.fetchMe(to), say.accountInWords),
  listEventTypes: async (calCom, to) => say.inWords(await calCom.listEventTypes(to), say.eventTypesInWords),
  listSlots: async (calCom, to) =>
    say.inWords(await calCom.listSlots(to, { eventTypeId: 1, start, end: start, timeZone: 'UTC' }), say.slotsInWords),
  createBooking: async (calCom, to) =>
    say.inWords(await calCom.createBooking(to, { eventTypeId: 1, start, attendee }), say.bookingInWords),
  getBooking: async (calCom, to, uid) => say.inWords(await calCom.getBooking(to, uid), say.bookingInWords),
  listBookings: async (calCom, to) => say.inWords(await calCom.listBookings(to, {}), say.pageInWords),
  cancelBooking: async (calCom, to, uid) =>
    say.inWords(await calCom.cancelBooking(to, uid, 'called off'), say.bookingInWords),
  rescheduleBooking: async (calCom, to, uid) =>
    say.inWords(await calCom.rescheduleBooking(to, uid, { start, reason: 'ill' }), say.bookingInWords),
  confirmBooking: async (calCom, to, uid) => say.inWords(await calCom.confirmBooking(to, uid), say.bookingInWords),
  declineBooking: async (calCom, to, uid) =>
    say.inWords(await calCom.declineBooking(to, uid, 'full'), say.bookingInWords),
  markAbsent: async (calCom, to, uid) =>
    say.inWords(await calCom.markAbsent(to, uid, ['a@b.example']), say.bookingInWords),
  listWebhooks: async (calCom, to) => say.inWords(await calCom.listWebhooks(to), say.webhooksInWords),
  createWebhook: async (calCom, to) => say.inWords(await calCom.createWebhook(to, newWebhook), say.webhookInWords),
  deleteWebhook: async (calCom, to, id) => say.inWords(await calCom.deleteWebhook(to, id), () => 'deleted'),
};

/** A loopback server repeats, byte by byte, what a server of the community edition answered. */
describe('what the gateway makes of the answers of a real server', () => {
  let server: LoopbackServer;
  let connection: CalComConnection;

  beforeAll(async () => {
    server = await new LoopbackServer().start();
    connection = { apiUrl: `${server.url}/v2`, apiKey: 'cal_live_0123456789abcdef' };
  });
  afterAll(() => server.stop());

  describe.each(Object.entries(expectedOutcomes))('%s', (method, expected) => {
    it.each(Object.entries(expected))('%s: %s', async (name, outcome) => {
      const { request, response } = recordingOf(name);
      server.answerWith((outgoing) => outgoing.writeHead(response.status, response.headers).end(response.body));
      const uid = request.target.split(/[/?]/)[3] ?? '';
      expect(await asks[method as AskedMethod](buildGateway(), connection, uid)).toBe(outcome);
    });
  });

  it('has an expectation for every recording', () => {
    const expected = Object.values(expectedOutcomes).flatMap((byName) => Object.keys(byName));
    expect(expected.toSorted()).toEqual(readdirSync(folder).map((file) => file.replace('.json', '')));
  });
});

function recordingOf(name: string): Recording {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as Recording;
}
