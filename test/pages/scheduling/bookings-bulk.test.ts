import * as cheerio from 'cheerio';
import { BookingLookupService } from '../../../src/scheduling/bookings/booking-lookup.service.js';
import { startBookings, type BookingsTest } from '../../support/bookings.js';
import { until } from '../../support/until.js';

describe('many bookings at once', () => {
  let test: BookingsTest;

  beforeAll(async () => {
    test = await startBookings();
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
  });
  beforeEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const bulk = '/app/bookings/bulk-actions';
  const post = (path: string, body: object = {}, agent = test.dana.agent) => agent.post(path).type('form').send(body);
  const booked = async (count: number) => {
    const found: { uid: string; id: string; name: string; invitationId: string }[] = [];
    for (const person of await test.candidates(count)) {
      const { uid } = await test.bookOnPage(person);
      await test.hint(uid, 'BOOKING_CREATED');
      found.push({ uid, id: (await test.stored(uid))!.id, name: person.name, invitationId: person.invitationId });
    }
    return found;
  };
  const idsOf = (bookings: readonly { id: string }[]) => bookings.map(({ id }) => id);
  const begin = async (kind: string, ids: readonly string[], body: object = {}) => {
    const given = { kind, asked: 'yes', cancellation_reason: 'The role was filled', booking_ids: ids, ...body };
    return (await post(bulk, given).expect(303)).headers['location']!;
  };
  const show = async (path: string) => cheerio.load((await test.ben.agent.get(path).expect(200)).text);
  const settled = (path: string) =>
    until(
      () => show(path),
      ($) => $('main').attr('data-refresh-seconds') === undefined,
      20_000,
    );
  const statusOf = ({ uid }: { uid: string }) => test.sandbox.state.booking(uid)!.status;

  it('asks first, with the reason to give, and says who is skipped', async () => {
    const bookings = await booked(2);
    const [open, closed] = [bookings[0]!, bookings[1]!];
    await test.sandbox.desk.cancel(closed.uid, 'ill', null);
    await test.sync.refresh(test.acme, closed.uid);
    const list = cheerio.load((await test.dana.agent.get('/app/bookings')).text);
    expect(list(`input[name="booking_ids[]"][value="${open.id}"]`).attr('form')).toBe('bulk');
    const $ = cheerio.load(
      (await post(bulk, { kind: 'cancel', 'booking_ids[]': [open.id, closed.id] }).expect(422)).text,
    );
    expect($('h1').text()).toBe('Cancel these bookings?');
    expect($('button[type=submit].btn-primary').text()).toBe('Cancel 1 booking');
    expect($('tbody').text()).toContain('Skipped: Is not open any more');
    expect($('#cancellation_reason').text().trim()).toBe('Cancelled by the hiring team.');
    expect(statusOf(open)).toBe('accepted');
  });

  it('needs a reason, and keeps what was ticked', async () => {
    const [open] = await booked(1);
    const body = { kind: 'cancel', asked: 'yes', cancellation_reason: ' ', booking_ids: [open!.id] };
    const $ = cheerio.load((await post(bulk, body).expect(422)).text);
    expect($('#errors a').attr('href')).toBe('#cancellation_reason');
    expect($(`input[name="booking_ids[]"]`).attr('value')).toBe(open!.id);
    expect(statusOf(open!)).toBe('accepted');
  });

  it('cancels each, tells which failed and why, and retries those', async () => {
    const bookings = await booked(6);
    const [first, , third] = bookings;
    test.sandbox.fail('500', { times: 1, only: ({ path }) => path.includes(first!.uid) && path.endsWith('/cancel') });
    test.sandbox.fail('down', { times: 1, only: ({ path }) => path.includes(third!.uid) && path.endsWith('/cancel') });
    const path = await begin('cancel', idsOf(bookings));
    const $ = await settled(path);
    expect($('#progress-title').text()).toBe('4 of 6 done, 2 failed');
    const row = $(`tr:has(a[href="/app/bookings/${first!.id}"])`);
    expect(row.text()).toContain('Cal.com did not answer clearly');
    expect(bookings.map(statusOf).filter((status) => status === 'cancelled').length).toBe(4);
    const asked = cheerio.load((await test.dana.agent.get(path)).text);
    expect(asked('form[action$="/retry"] button').text()).toBe('Retry 2 failed');
    await post(`${path}/retry`).expect(303);
    expect((await settled(path))('#progress-title').text()).toBe('6 of 6 done');
    expect(bookings.map(statusOf)).toEqual(Array(6).fill('cancelled'));
    const calls = test.sandbox.requests.filter(({ path: called }) => called.endsWith('/cancel'));
    expect(calls.filter(({ path: called }) => called.includes(bookings[1]!.uid)).length).toBe(1);
    expect(calls.at(-1)!.body).toEqual({ cancellationReason: 'The role was filled' });
  });

  it('does not call a booking cancelled that was moved meanwhile', async () => {
    const [one] = await booked(1);
    const start = test.freeStart();
    const moved = await test.sandbox.desk.reschedule(one!.uid, { start, reason: 'x', rescheduledBy: null }, null);
    const $ = await settled(await begin('cancel', [one!.id]));
    expect($('#progress-title').text()).toBe('0 of 1 done, 1 failed');
    expect($('tbody').text()).toContain('moved to another time');
    expect(statusOf(moved)).toBe('accepted');
  });

  it('stops what has not begun', async () => {
    const bookings = await booked(4);
    test.sandbox.fail('slow', { times: 1, delayMs: 1_500, only: ({ path }) => path.endsWith('/cancel') });
    const path = await begin('cancel', idsOf(bookings));
    await until(
      () => show(path),
      ($) => $('tbody').text().includes('Under way'),
    );
    await post(`${path}/cancellation`).expect(303);
    const $ = await settled(path);
    expect($('#progress-title').text()).toBe('1 of 4 done');
    expect($('tbody .badge:contains("Stopped")').length).toBe(3);
    expect(bookings.map(statusOf).filter((status) => status === 'cancelled').length).toBe(1);
  });

  it('marks no-shows, and invites them again by one draft', async () => {
    const bookings = await booked(2);
    const [start, end] = [-10, 20].map((minutes) => new Date(Date.now() + minutes * 60_000).toISOString());
    for (const { uid } of bookings) {
      Object.assign(test.sandbox.state.booking(uid)!, { start, end });
      await test.sync.refresh(test.acme, uid);
    }
    const $ = await settled(await begin('no_show', idsOf(bookings)));
    expect($('#progress-title').text()).toBe('2 of 2 done');
    expect(bookings.map(({ uid }) => test.sandbox.state.booking(uid)!.attendees[0]!.absent)).toEqual([true, true]);
    const answer = await post(bulk, { kind: 'invite', booking_ids: idsOf(bookings) }).expect(303);
    const draft = cheerio.load((await test.dana.agent.get(answer.headers['location']!).expect(200)).text);
    expect(draft('#result').text()).toBe('2 will be sent');
  });

  it('takes nothing from a viewer, a stranger or a foreign page, and no stranger’s booking', async () => {
    const bookings = await booked(2);
    const body = { kind: 'cancel', asked: 'yes', cancellation_reason: 'x', booking_ids: idsOf(bookings) };
    await post(bulk, body, test.ben.agent).expect(403);
    await post(bulk, body, test.cleo.agent).expect(404);
    await post(bulk, { ...body, booking_ids: [bookings[0]!.id, test.globex.orgId] }).expect(404);
    await post(bulk, { ...body, booking_ids: ['x'] }).expect(404);
    await post(bulk, { ...body, kind: 'delete' }).expect(404);
    await post(bulk, body).set('Origin', 'https://evil.example').expect(403);
    await post(bulk, { kind: 'cancel' }).expect(303);
    expect(bookings.map(statusOf)).toEqual(['accepted', 'accepted']);
    const path = await begin('cancel', idsOf(bookings));
    await settled(path);
    await test.cleo.agent.get(path).expect(404);
    for (const action of ['retry', 'cancellation']) {
      await post(`${path}/${action}`, {}, test.cleo.agent).expect(404);
      await post(`${path}/${action}`, {}, test.ben.agent).expect(403);
      await post(`${path}/${action}`).set('Origin', 'https://evil.example').expect(403);
      await post(`${bulk}/42/${action}`).expect(404);
    }
  });

  /** The last of all: a key that asked too much is left alone for a minute. */
  it('waits while Cal.com asks for a pause, and fails nothing', async () => {
    const bookings = await booked(3);
    test.sandbox.fail('429', { only: ({ path }) => path.endsWith('/cancel') });
    const path = await begin('cancel', idsOf(bookings));
    await until(
      () => show(path),
      ($) => $('tbody').text().includes('Cal.com asks for a pause'),
    );
    const $ = await show(path);
    expect($('tbody .badge:contains("Failed")').length).toBe(0);
    expect($('main').attr('data-refresh-seconds')).toBe('2');
  });
});
