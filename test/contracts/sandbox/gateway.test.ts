import type { CalComConnection } from '../../../src/cal-com/cal-com-connection.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { buildGateway } from '../cal-com/gateway.js';
import * as say from '../cal-com/outcome-in-words.js';

const start = new Date('2026-11-24T09:00:00Z');
const later = new Date('2026-11-25T10:00:00Z');
const attendee = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Asia/Seoul' };

describe('the gateway at the sandbox', () => {
  const calCom = buildGateway({ readRetryDelaysMs: [] });
  let sandbox: Sandbox;
  let connection: CalComConnection;

  beforeEach(async () => {
    sandbox = await startSandbox({ now: () => new Date('2026-11-23T09:00:00Z') });
    connection = { apiUrl: sandbox.apiUrl, apiKey: sandbox.apiKey };
  });
  afterEach(() => sandbox.stop());

  it('finds the host, the event types and the free times', async () => {
    expect(say.inWords(await calCom.fetchMe(connection), say.accountInWords)).toBe(
      '101 Acme Interviews <interviews@acme.example> Europe/Berlin',
    );
    expect(say.inWords(await calCom.listEventTypes(connection), say.eventTypesInWords)).toBe(
      '1 interview 30 min; 2 technical-interview 60 min; 3 team-chat 45 min; 4 flexible 30/15/30/60 min; 5 final-conversation 60 min, needs-confirmation; 6 hiring-manager-call 30 min, hidden',
    );
    const query = { eventTypeId: 2, start, end: new Date('2026-11-24T23:00:00Z'), timeZone: 'Asia/Seoul' };
    expect(say.inWords(await calCom.listSlots(connection, query), say.slotsInWords)).toBe(
      '7 from 2026-11-24T09:00 to 2026-11-24T15:00',
    );
  });

  it('books, moves, lists and cancels', async () => {
    const made = await calCom.createBooking(connection, { eventTypeId: 1, start, attendee, metadata: { ref: 'r' } });
    const uid = made.ok ? made.value.uid : '';
    const moved = await calCom.rescheduleBooking(connection, uid, { start: later, reason: 'ill' });
    const nextUid = moved.ok ? moved.value.uid : '';
    expect(say.inWords(moved, say.bookingInWords)).toBe(
      `${nextUid.slice(0, 4)} accepted 2026-11-25T10:00 30 min, type 1, ann@example.org, ref=r, from ${uid.slice(0, 4)}`,
    );
    expect(say.inWords(await calCom.listBookings(connection, {}), say.pageInWords)).toBe(
      `${uid.slice(0, 4)} cancelled, ${nextUid.slice(0, 4)} accepted`,
    );
    expect(say.inWords(await calCom.cancelBooking(connection, nextUid, 'off'), say.bookingInWords)).toContain(
      'because "off"',
    );
  });

  it('confirms, declines and marks who did not come', async () => {
    const book = async (at: Date) => {
      const made = await calCom.createBooking(connection, { eventTypeId: 5, start: at, attendee });
      return made.ok ? made.value.uid : '';
    };
    const [first, second] = [await book(start), await book(later)];
    expect(say.inWords(await calCom.confirmBooking(connection, first), say.bookingInWords)).toContain(' accepted ');
    expect(say.inWords(await calCom.confirmBooking(connection, first), say.bookingInWords)).toBe(
      'rejected: already-confirmed',
    );
    expect(say.inWords(await calCom.declineBooking(connection, second, 'full'), say.bookingInWords)).toContain(
      ' rejected ',
    );
    expect(say.inWords(await calCom.markAbsent(connection, first, [attendee.email]), say.bookingInWords)).toBe(
      'rejected: not-started',
    );
    Object.assign(sandbox.state.booking(first)!, { start: '2026-11-22T09:00:00.000Z' });
    const marked = await calCom.markAbsent(connection, first, [attendee.email]);
    expect(marked.ok && marked.value.attendees.every(({ absent }) => absent)).toBe(true);
  });

  it.each([
    ['a taken time', start, 'rejected: slot-taken'],
    ['the past', new Date('2026-11-20T09:00:00Z'), 'rejected: in-the-past'],
    ['too soon', new Date('2026-11-23T10:00:00Z'), 'rejected: outside-booking-window'],
  ])('is refused %s', async (_case, wanted, outcome) => {
    await calCom.createBooking(connection, { eventTypeId: 1, start, attendee });
    const answer = await calCom.createBooking(connection, { eventTypeId: 1, start: wanted, attendee });
    expect(say.inWords(answer, say.bookingInWords)).toBe(outcome);
  });

  it('is told of a key that nobody knows', async () => {
    const answer = await calCom.fetchMe({ ...connection, apiKey: 'cal_unknown' });
    expect(say.inWords(answer, say.accountInWords)).toBe('unauthorized');
  });

  it.each([
    ['500', /^unavailable/],
    ['down', /^unavailable/],
    ['garbage', /^unavailable/],
    ['truncated', /^unavailable/],
    ['429', /^rate-limited: (59|60) s$/],
  ] as const)('meets %s on a read', async (kind, outcome) => {
    sandbox.fail(kind);
    expect(say.inWords(await calCom.fetchMe(connection), say.accountInWords)).toMatch(outcome);
  });

  it('does not know what became of a booking whose answer was lost', async () => {
    sandbox.fail('lost');
    const answer = await calCom.createBooking(connection, { eventTypeId: 1, start, attendee });
    expect(say.inWords(answer, say.bookingInWords)).toMatch(/^unknown/);
    expect(sandbox.state.bookings).toHaveLength(1);
  });
});
