import { otherApiKey } from '../../src/sandbox/seed.js';
import { CalComEventTypesService } from '../../src/cal-com/cal-com-event-types.service.js';
import { BookingAttachmentsService } from '../../src/scheduling/bookings/sync/booking-attachments.service.js';
import {
  BOOKING_SYNC_TIMINGS,
  type BookingSyncTimings,
} from '../../src/scheduling/bookings/sync/booking-sync-timings.js';
import { ReconcileBookingsJob } from '../../src/scheduling/bookings/sync/reconcile-bookings.job.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../support/bookings.js';
import { until } from '../support/until.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

describe('a pass over what changed at Cal.com', () => {
  let test: BookingsTest;

  beforeEach(async () => {
    test = await startBookings();
  });
  afterEach(() => test.stop());

  const timings = () => test.app.get<BookingSyncTimings>(BOOKING_SYNC_TIMINGS);
  const askedSince = () =>
    test.sandbox.requests
      .map(({ path }) => new URL(path, test.sandbox.url).searchParams.get('afterUpdatedAt'))
      .filter((since) => since !== null)
      .map((since) => Date.parse(since));
  /** Until the next pass. */
  const waitSeconds = async () => {
    const [row] = await test.db.query<{ wait: number }[]>(
      'select extract(epoch from bookings_due_at - clock_timestamp())::float8 wait from cal_com_configs where org_id = $1',
      [test.acme.orgId],
    );
    return row!.wait;
  };
  const agoMs = (instant: number | undefined) => Date.now() - instant!;
  const bookAll = async (candidates: readonly LinkedCandidate[]) => {
    const bookings = [];
    for (const candidate of candidates) {
      bookings.push(await test.bookOnPage(candidate));
    }
    return bookings;
  };
  const storedOf = (uids: readonly string[]) => Promise.all(uids.map((uid) => test.stored(uid)));

  it('looks back to the first link, and from then on to the last change with an overlap', async () => {
    const [first, second] = await test.candidates(2);
    await test.db.query(`update booking_links set created_at = now() - interval '9 days' where ref = $1`, [first!.ref]);
    await test.sync.reconcile(test.acme);
    expect(agoMs(askedSince()[0])).toBeGreaterThan(9 * dayMs);
    expect(agoMs(askedSince()[0])).toBeLessThan(9 * dayMs + 20 * minuteMs);

    const booking = await test.bookOnPage(second!);
    await test.sync.reconcile(test.acme);
    await test.sync.reconcile(test.acme);
    expect(askedSince().at(-1)).toBe(Date.parse(booking.updatedAt) - timings().overlapMs);
  });

  it('looks back a month at most, and not at all before there is a link', async () => {
    await test.sync.reconcile(test.acme);
    expect(agoMs(askedSince()[0])).toBeLessThan(20 * minuteMs);

    await test.candidates(1);
    await test.db.query(`update booking_links set created_at = now() - interval '90 days'`);
    await test.db.query('update cal_com_configs set bookings_cursor = null');
    await test.sync.reconcile(test.acme);
    expect(Math.round(agoMs(askedSince().at(-1)) / dayMs)).toBe(30);
  });

  it('begins anew after another account was connected', async () => {
    await test.candidates(1);
    await test.sync.reconcile(test.acme);
    const cursors = () => test.db.query<object[]>('select bookings_cursor, bookings_synced_at from cal_com_configs');
    expect(await cursors()).not.toEqual([{ bookings_cursor: null, bookings_synced_at: null }]);
    const form = { apiKey: otherApiKey, apiUrl: test.sandbox.apiUrl };
    await test.asha.agent.post('/app/settings/cal-com').type('form').send(form).expect(303);
    expect(await cursors()).toEqual([{ bookings_cursor: null, bookings_synced_at: null }]);
  });

  it('reads all pages, also of changes within one millisecond', async () => {
    Object.assign(timings(), { pageSize: 2 });
    const bookings = await bookAll(await test.candidates(7));
    const moment = new Date().toISOString();
    bookings.slice(1, 6).forEach((booking) => (booking.updatedAt = moment));
    expect(await test.sync.reconcile(test.acme)).toEqual({ kind: 'done', read: 7 });
    expect(await storedOf(bookings.map(({ uid }) => uid))).not.toContain(null);
  });

  it('misses nobody when the list shifts while it is read', async () => {
    Object.assign(timings(), { pageSize: 2 });
    const bookings = await bookAll(await test.candidates(6));
    let lists = 0;
    test.sandbox.fail('500', {
      only: ({ method, path }) => {
        lists += method === 'GET' && path === '/v2/bookings' ? 1 : 0;
        if (lists === 2) {
          bookings[0]!.updatedAt = new Date().toISOString();
          lists += 1;
        }
        return false;
      },
    });
    await test.sync.reconcile(test.acme);
    expect(lists).toBeGreaterThan(2);
    expect(await storedOf(bookings.map(({ uid }) => uid))).not.toContain(null);
  });

  it('says how many bookings cannot be read, and takes the others', async () => {
    const [broken, whole] = await bookAll(await test.candidates(2));
    Object.assign(broken!, { start: 'soon', end: 'later' });
    expect(await test.sync.reconcile(test.acme)).toMatchObject({ kind: 'done' });
    expect((await test.sync.state(test.acme)).problem).toBe('One booking at Cal.com cannot be read.');
    expect(await storedOf([broken!.uid, whole!.uid])).toEqual([null, expect.objectContaining({ status: 'confirmed' })]);
  });

  it('goes past a moved booking whose former one cannot be read', async () => {
    const [moves, stays] = await test.candidates(2);
    const first = await test.bookOnPage(moves!);
    const change = { start: test.freeStart(), reason: null, rescheduledBy: null };
    const moved = await test.sandbox.desk.reschedule(first.uid, change, test.sandbox.state.hosts[0]!);
    const second = await test.bookOnPage(stays!);
    Object.assign(first, { updatedAt: new Date(Date.now() - 40 * dayMs).toISOString() });
    test.sandbox.fail('500', { times: 50, only: ({ path }) => path.includes(first.uid) });
    expect(await test.sync.reconcile(test.acme)).toMatchObject({ kind: 'done' });
    expect(await storedOf([moved.uid, second.uid])).toEqual([
      expect.objectContaining({ status: 'confirmed', invitationId: moves!.invitationId }),
      expect.objectContaining({ status: 'confirmed' }),
    ]);
  });

  it('looks at what ended, though one that ended before cannot be read', async () => {
    const candidates = await test.candidates(2);
    const [broken, missed] = await bookAll(candidates);
    await test.sync.reconcile(test.acme);
    for (const [hours, booking] of [
      [3, broken!],
      [2, missed!],
    ] as const) {
      const end = Date.now() - hours * 60 * minuteMs;
      const times = { start: new Date(end - 30 * minuteMs).toISOString(), end: new Date(end).toISOString() };
      Object.assign(booking, times);
      await test.db.query(
        `update cal_com_bookings set start_time = $2, end_time = $3, read_at = $3::timestamptz - $4 * interval '1 hour'
          where booking_id = $1`,
        [booking.uid, times.start, times.end, hours],
      );
    }
    const absent = { attendees: [{ email: candidates[1]!.email, absent: true }] };
    await test.sandbox.desk.markAbsent(missed!.uid, absent, test.sandbox.state.hosts[0]!);
    await test.db.query(`update cal_com_configs set bookings_cursor = now() + interval '1 hour'`);
    Object.assign(timings(), { rechecksPerPass: 1 });
    test.sandbox.fail('500', { times: 50, only: ({ path }) => path.includes(broken!.uid) });
    await test.sync.reconcile(test.acme);
    await test.sync.reconcile(test.acme);
    expect((await test.stored(missed!.uid))!.status).toBe('no_show');
  });

  it('runs by itself for every connected organization that is due', async () => {
    const [booking] = await bookAll(await test.candidates(1));
    Object.assign(timings(), { runsByItself: true });
    await test.app.get(ReconcileBookingsJob).schedule();
    const state = () => test.sync.state(test.acme);
    await until(state, ({ syncedAt }) => syncedAt !== null, 20_000);
    expect(await test.stored(booking!.uid)).not.toBeNull();
    expect(await waitSeconds()).toBeGreaterThan(60);
    const before = askedSince().length;
    await test.app.get(ReconcileBookingsJob).schedule();
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(askedSince().length).toBe(before);
  });

  it('leaves a refused key alone for a while', async () => {
    await test.db.query('update cal_com_configs set user_id = 1');
    Object.assign(test.sandbox.state.hosts[0]!, { apiKey: 'cal_another' });
    expect(await test.sync.reconcile(test.acme)).toEqual({ kind: 'failed', failure: { kind: 'unauthorized' } });
    expect((await test.sync.state(test.acme)).problem).toBe('Cal.com does not accept this key.');
    expect(await waitSeconds()).toBeGreaterThan(500);
  });

  describe('over an account that two organizations share', () => {
    const connectGlobex = async () => {
      const form = { apiKey: test.sandbox.apiKey, apiUrl: test.sandbox.apiUrl };
      await test.cleo.agent.post('/app/settings/cal-com').type('form').send(form).expect(303);
      await test.app.get(CalComEventTypesService).list(test.globex);
    };
    const both = async (uid: string) => [await test.stored(uid), await test.stored(uid, test.globex)];
    const reconcileBoth = async () => {
      await test.sync.reconcile(test.acme);
      await test.sync.reconcile(test.globex);
    };

    it('stores for each only its own', async () => {
      await connectGlobex();
      const [mina, asks] = [...(await test.candidates(1)), ...(await test.candidates(1, { eventTypeId: 5 }))];
      const byLink = await test.bookOnPage(mina!);
      const unheard = await test.bookOnPage(asks!, { ref: null });
      const anybodys = await test.bookOnPage(mina!, { ref: null });
      await reconcileBoth();
      expect(await both(byLink.uid)).toEqual([expect.objectContaining({ matchedBy: 'ref' }), null]);
      expect(await both(unheard.uid)).toEqual([expect.objectContaining({ matchedBy: null }), null]);
      expect(await both(anybodys.uid)).toEqual([
        expect.objectContaining({ matchedBy: null }),
        expect.objectContaining({ matchedBy: null, invitationId: null }),
      ]);
    });

    it('drops what was moved on from another organization, even when its ref got lost', async () => {
      await connectGlobex();
      const [mina] = await test.candidates(1);
      const first = await test.bookOnPage(mina!);
      const change = { start: test.freeStart(), reason: null, rescheduledBy: null };
      const moved = await test.sandbox.desk.reschedule(first.uid, change, test.sandbox.state.hosts[0]!);
      Object.assign(moved, { metadata: {} });
      await reconcileBoth();
      expect(await both(moved.uid)).toEqual([expect.objectContaining({ matchedBy: 'chain' }), null]);
      expect(await both(first.uid)).toEqual([expect.objectContaining({ matchedBy: 'ref' }), null]);
    });

    it('suggests nobody by address', async () => {
      const [mina] = await test.candidates(1);
      const booking = await test.bookOnPage(mina!, { ref: null });
      await test.sync.reconcile(test.acme);
      const stored = (await test.stored(booking.uid))!;
      const attachments = test.app.get(BookingAttachmentsService);
      expect(await attachments.suggestions(test.acme, stored)).toHaveLength(1);
      await connectGlobex();
      expect(await attachments.suggestions(test.acme, stored)).toEqual([]);
    });
  });
});
