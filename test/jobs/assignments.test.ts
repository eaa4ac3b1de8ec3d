import * as cheerio from 'cheerio';
import { CalComService } from '../../src/cal-com/cal-com.service.js';
import { parseBookingInput } from '../../src/sandbox/booking-input.js';
import { BookAssignedTimesJob } from '../../src/scheduling/bookings/assignments/book-assigned-times.job.js';
import { BookingLookupService } from '../../src/scheduling/bookings/booking-lookup.service.js';
import { AssignmentPages, prepare, rowOf, startsOf } from '../support/assignments.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../support/bookings.js';
import { until } from '../support/until.js';

describe('the job that books assigned times', () => {
  let test: BookingsTest;
  let pages: AssignmentPages;

  beforeEach(async () => {
    test = await startBookings();
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
    await prepare(test);
    pages = new AssignmentPages(test);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await test.stop();
  });

  const isCreate = ({ method, path }: { method: string; path: string }) =>
    method === 'POST' && path.endsWith('/bookings');
  const creates = () => test.sandbox.requests.filter(isCreate);
  const openCounts = (people: readonly LinkedCandidate[]) => people.map((person) => pages.openOf(person).length);
  const retry = (progress: string) => pages.post({}, test.dana.agent, `${progress}/retry`).expect(303);
  const jobOf = (progress: string) => ({ orgId: test.acme.orgId, listId: progress.split('/').at(-1)! });
  const statesOf = (progress: string) =>
    test.db.query<{ state: string }[]>(
      'select state from booking_assignment_rows where assignment_id = $1 order by position',
      [jobOf(progress).listId],
    );
  /** As if so much time had passed since the worker was last heard of. */
  const forget = async () => {
    await test.db.query(
      `update booking_assignment_rows set state_at = state_at - interval '10 minutes' where state = 'working'`,
    );
    await test.db.query(`update booking_claims set held_until = held_until - interval '10 minutes'`);
  };
  const takeTime = (start: string) => {
    const attendee = { name: 'Somebody else', email: 'else@example.org', timeZone: 'Europe/Berlin' };
    return test.sandbox.desk.book(parseBookingInput({ start, eventTypeId: 1, attendee }, test.sandbox.state));
  };

  it('books 20 although two calls fail, and the two when they are tried again', async () => {
    const people = await test.candidates(20);
    let count = 0;
    test.sandbox.fail('500', { times: 2, only: (request) => isCreate(request) && [4, 12].includes((count += 1)) });
    const $ = await pages.tick(people);
    const progress = await pages.book($);
    const page = await pages.settled(progress);
    expect(page('#progress-title').text()).toBe('18 of 20 booked, 2 failed');
    expect(page('tbody').text()).toContain('Interlude looks for the booking');
    expect(creates().length).toBe(20);
    await retry(progress);
    expect((await pages.settled(progress))('#progress-title').text()).toBe('20 of 20 booked');
    expect(openCounts(people)).toEqual(Array(20).fill(1));
    const shown = startsOf($);
    for (const person of people) {
      expect(pages.openOf(person)[0]!.start).toBe(shown.get(person.invitationId));
    }
  });

  it('finds what it made when the answer was lost, and makes no second one', async () => {
    const people = await test.candidates(3);
    test.sandbox.fail('lost', { times: 2, only: isCreate });
    const page = await pages.settled(await pages.book(await pages.tick(people)));
    expect(page('#progress-title').text()).toBe('3 of 3 booked');
    expect(openCounts(people)).toEqual([1, 1, 1]);
    expect(creates().length).toBe(3);
  });

  it.each([
    ['a new booking', false],
    ['one that replaces another', true],
  ])('takes over from a worker that died between making %s and hearing of it', async (_, isReplacing) => {
    const people = await test.candidates(2);
    const former: string[] = [];
    for (const person of isReplacing ? people : []) {
      const { uid } = await test.bookOnPage(person);
      await test.hint(uid, 'BOOKING_CREATED');
      former.push(uid);
    }
    const shown = await pages.tick(people);
    const $ = await pages.check(
      pages.fieldsOf(shown, { step: 'look', on_existing: isReplacing ? 'replace' : 'reuse' }),
    );
    const calCom = test.app.get(CalComService);
    const create = calCom.createBooking.bind(calCom);
    let rise: () => void = () => undefined;
    const dead = new Promise<void>((resolve) => (rise = resolve));
    jest.spyOn(calCom, 'createBooking').mockImplementationOnce(async (connection, booking) => {
      const made = await create(connection, booking);
      await dead;
      return made;
    });
    const progress = await pages.book($);
    await until(
      () => creates().length,
      (made) => made === 1,
    );
    await until(
      () => pages.openOf(people[0]!).concat(pages.openOf(people[1]!)).length,
      (open) => open === (isReplacing ? 2 : 1),
    );
    await test.app.get(BookAssignedTimesJob).work(jobOf(progress));
    expect((await statesOf(progress)).map(({ state }) => state)).toEqual(['working', 'done']);
    await forget();
    await test.app.get(BookAssignedTimesJob).work(jobOf(progress));
    expect((await statesOf(progress)).map(({ state }) => state)).toEqual(['done', 'done']);
    expect(openCounts(people)).toEqual([1, 1]);
    expect(creates().length).toBe(2);
    expect(former.map((uid) => test.sandbox.state.booking(uid)!.status)).toEqual(former.map(() => 'cancelled'));
    rise();
    const page = await pages.settled(progress);
    expect(page('#progress-title').text()).toBe('2 of 2 booked');
    expect(openCounts(people)).toEqual([1, 1]);
  });

  it('looks again once the claim of a worker that may have died runs out', async () => {
    const people = await test.candidates(2);
    test.sandbox.fail('slow', { delayMs: 1_000, only: isCreate });
    const progress = await pages.book(await pages.tick(people));
    await until(
      () => statesOf(progress),
      (rows) => rows.some(({ state }) => state === 'working'),
    );
    await test.app.get(BookAssignedTimesJob).work(jobOf(progress));
    const [job] = await test.db.query<{ wait: number }[]>(
      `select extract(epoch from start_after - clock_timestamp())::float8 wait from pgboss.job
        where name = 'book-assigned-times' and singleton_key = $1 and state = 'created'`,
      [jobOf(progress).listId],
    );
    expect(job!.wait).toBeGreaterThan(180);
    expect(job!.wait).toBeLessThan(215);
    expect((await pages.settled(progress))('#progress-title').text()).toBe('2 of 2 booked');
  });

  it('books no other time when one is gone: that is for a person to check', async () => {
    const people = await test.candidates(3);
    const $ = await pages.tick(people);
    const start = startsOf($).get(people[1]!.invitationId)!;
    await takeTime(start);
    const progress = await pages.book($);
    const page = await pages.settled(progress);
    expect(page('#progress-title').text()).toBe('2 of 3 booked, 1 failed');
    expect(rowOf(page, people[1]!)).toContain('This time is taken');
    await retry(progress);
    expect((await pages.settled(progress))('#progress-title').text()).toBe('2 of 3 booked, 1 failed');
    expect(pages.openOf(people[1]!)).toEqual([]);
    const asked = cheerio.load((await test.dana.agent.get(progress).expect(200)).text);
    const again = asked('a:contains("Assign new times")').attr('href')!;
    const next = cheerio.load((await test.dana.agent.get(again).expect(200)).text);
    expect([...startsOf(next).keys()]).toEqual([people[1]!.invitationId]);
    expect(startsOf(next).get(people[1]!.invitationId)).not.toBe(start);
    const second = await pages.settled(await pages.book(next));
    expect(second('#progress-title').text()).toBe('1 of 1 booked');
    expect(openCounts(people)).toEqual([1, 1, 1]);
  });

  it('keeps what a candidate booked meanwhile, and gives up nothing that nobody saw', async () => {
    const people = await test.candidates(3);
    const { uid } = await test.bookOnPage(people[2]!);
    await test.hint(uid, 'BOOKING_CREATED');
    const $ = await pages.tick(people);
    const both = await pages.check(pages.fieldsOf($, { step: 'look', on_existing: 'replace' }));
    const meanwhile = await test.bookOnPage(people[0]!);
    const moved = await test.sandbox.desk.reschedule(
      uid,
      { start: test.freeStart(), reason: 'x', rescheduledBy: null },
      null,
    );
    const page = await pages.settled(await pages.book(both));
    expect(page('#progress-title').text()).toBe('3 of 3 booked');
    expect(rowOf(page, people[0]!)).toContain('meanwhile: that is kept');
    expect(rowOf(page, people[2]!)).toContain('meanwhile: that is kept');
    expect(pages.openOf(people[0]!).map((booking) => booking.uid)).toEqual([meanwhile.uid]);
    expect(pages.openOf(people[2]!).map((booking) => booking.uid)).toEqual([moved.uid]);
  });

  it('books nobody who declined while the row waited', async () => {
    const people = await test.candidates(2);
    test.sandbox.fail('slow', { delayMs: 1_000, only: isCreate });
    const progress = await pages.book(await pages.tick(people));
    await test.db.query('update invitations set declined_at = now() where id = $1', [people[1]!.invitationId]);
    const page = await pages.settled(progress);
    expect(rowOf(page, people[1]!)).toContain('no longer wants an interview');
    expect(openCounts(people)).toEqual([1, 0]);
  });

  it('stops what has not begun', async () => {
    const people = await test.candidates(4);
    test.sandbox.fail('slow', { delayMs: 1_500, only: isCreate });
    const progress = await pages.book(await pages.tick(people));
    await until(
      () => pages.show(progress),
      ($) => $('tbody').text().includes('Under way'),
    );
    await pages.post({}, test.dana.agent, `${progress}/cancellation`).expect(303);
    const page = await pages.settled(progress);
    expect(page('#progress-title').text()).toBe('1 of 4 booked');
    expect(page('tbody .badge:contains("Stopped")').length).toBe(3);
    expect(openCounts(people)).toEqual([1, 0, 0, 0]);
  });

  it('waits while Cal.com asks for a pause, and fails nothing', async () => {
    const people = await test.candidates(3);
    const $ = await pages.tick(people);
    test.sandbox.fail('429', { only: isCreate });
    const progress = await pages.book($);
    await until(
      () => pages.show(progress),
      (page) => page('tbody').text().includes('Cal.com asks for a pause'),
    );
    const page = await pages.show(progress);
    expect(page('tbody .badge:contains("Failed")').length).toBe(0);
    expect(page('main').attr('data-refresh-seconds')).toBe('2');
    expect(openCounts(people)).toEqual([0, 0, 0]);
    const [job] = await test.db.query<{ wait: number }[]>(
      `select extract(epoch from start_after - clock_timestamp())::float8 wait from pgboss.job
        where name = 'book-assigned-times' and singleton_key = $1 and state = 'created'`,
      [jobOf(progress).listId],
    );
    expect(job!.wait).toBeGreaterThan(30);
  });
});
