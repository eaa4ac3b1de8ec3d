import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { CalComConfigsService } from '../../src/cal-com/cal-com-configs.service.js';
import { Jobs } from '../../src/jobs/jobs.service.js';
import { BookingAttachmentsService } from '../../src/scheduling/bookings/sync/booking-attachments.service.js';
import { BookingReconcilerService } from '../../src/scheduling/bookings/sync/booking-reconciler.service.js';
import { bookingHintQueue } from '../../src/webhooks/cal-com/booking-hint.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../support/bookings.js';
import { until } from '../support/until.js';

describe('what became of a booking', () => {
  let test: BookingsTest;

  beforeAll(async () => {
    test = await startBookings();
  });
  afterAll(() => test.stop());
  afterEach(() => test.sandbox.heal());

  const one = async (options?: Parameters<BookingsTest['candidates']>[1]): Promise<LinkedCandidate> =>
    (await test.candidates(1, options))[0]!;
  const booked = async (candidate?: LinkedCandidate) => {
    const who = candidate ?? (await one());
    const booking = await test.bookOnPage(who);
    await test.hint(booking.uid, 'BOOKING_CREATED');
    return { who, booking };
  };
  const host = () => test.sandbox.state.hosts[0]!;
  const state = (uid: string) => test.sandbox.state.booking(uid)!;
  const move = (uid: string) =>
    test.sandbox.desk.reschedule(uid, { start: test.freeStart(), reason: null, rescheduledBy: null }, host());
  const inThePast = (uid: string, hoursAgo: number) => {
    const end = Date.now() - hoursAgo * 3_600_000;
    const times = { start: new Date(end - 1_800_000).toISOString(), end: new Date(end).toISOString() };
    Object.assign(state(uid), times);
    return test.db.query('update cal_com_bookings set start_time = $2, end_time = $3 where booking_id = $1', [
      uid,
      times.start,
      times.end,
    ]);
  };
  const config = async () =>
    (
      await test.db.query<
        { bookings_cursor: Date | null; bookings_synced_at: Date | null; bookings_problem: string | null }[]
      >('select * from cal_com_configs where org_id = $1', [test.acme.orgId])
    )[0]!;

  it('shows a candidate as booked who booked on the page of Cal.com', async () => {
    const { who: mina, booking } = await booked();
    expect(await test.stored(booking.uid)).toMatchObject({
      invitationId: mina.invitationId,
      matchedBy: 'ref',
      status: 'confirmed',
      startTime: new Date(booking.start),
      title: booking.title,
      location: booking.location,
      hostName: 'Acme Interviews',
      attendeeEmail: mina.email,
      readAt: expect.any(Date) as Date,
      calCreatedAt: new Date(booking.createdAt),
    });
    expect(await test.schedulingStatus(mina)).toBe('booked');
  });

  it('reads a booking that a hint in the queue is about', async () => {
    const booking = await test.bookOnPage(await one());
    const hint = {
      orgId: test.acme.orgId,
      bookingId: booking.uid,
      trigger: 'BOOKING_CREATED',
      deliveryId: randomUUID(),
    };
    await test.app.get(Jobs).enqueue(test.db.manager, bookingHintQueue, hint, { key: `${hint.orgId}:${booking.uid}` });
    await until(
      () => test.stored(booking.uid),
      (stored) => stored?.status === 'confirmed',
    );
  });

  it('keeps the mails of a candidate who is booked now from leaving', async () => {
    const [books, waits] = await test.candidates(2);
    await test.db.query('update orgs set undo_window_seconds = 600');
    const body = { invitation_ids: [books!.invitationId, waits!.invitationId] };
    await test.dana.agent.post('/api/admin/scheduling/send-emails').send(body).expect(202);
    const booking = await test.bookOnPage(books!);
    await test.hint(booking.uid, 'BOOKING_CREATED');
    const mails = await test.db.query<object[]>(
      'select invitation_id, state, reason_code from emails where invitation_id = any($1) order by reason_code',
      [body.invitation_ids],
    );
    expect(mails).toEqual([
      { invitation_id: books!.invitationId, state: 'skipped', reason_code: 'booked' },
      { invitation_id: waits!.invitationId, state: 'queued', reason_code: null },
    ]);
  });

  it('tells a request from a confirmed time, and a refusal from both', async () => {
    const [asks, waits] = await test.candidates(2, { eventTypeId: 5 });
    const first = await test.bookOnPage(asks!);
    const second = await test.bookOnPage(waits!);
    await test.hint(first.uid, 'BOOKING_REQUESTED');
    await test.hint(second.uid, 'BOOKING_REQUESTED');
    expect((await test.stored(first.uid))!.status).toBe('pending');
    expect(await test.schedulingStatus(asks!)).toBe('booked');

    await test.sandbox.desk.confirm(first.uid, host());
    await test.sandbox.desk.decline(second.uid, 'No time', host());
    await test.hint(first.uid, 'BOOKING_CREATED');
    await test.hint(second.uid, 'BOOKING_REJECTED');
    expect((await test.stored(first.uid))!.status).toBe('confirmed');
    expect((await test.stored(second.uid))!.status).toBe('rejected');
    expect(await test.schedulingStatus(waits!)).toBe('cancelled');
  });

  it('believes a cancellation once the API says it, however early it was announced', async () => {
    const { who, booking } = await booked();
    const seen: string[] = [];
    const receiver = createServer((_request, response) => {
      void test
        .hint(booking.uid, 'BOOKING_CANCELLED')
        .then(async () => seen.push((await test.stored(booking.uid))!.status))
        .finally(() => response.end());
    }).listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    test.sandbox.state.webhooks.push({
      id: randomUUID(),
      userId: host().id,
      subscriberUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`,
      triggers: ['BOOKING_CANCELLED'],
      active: true,
      secret: null,
      payloadTemplate: null,
      createdAt: new Date().toISOString(),
    });
    await test.sandbox.desk.cancel(booking.uid, 'Ill', null);
    test.sandbox.state.webhooks.pop();
    receiver.close();

    expect(seen).toEqual(['confirmed']);
    await until(
      () => test.stored(booking.uid),
      (stored) => stored?.status === 'cancelled',
    );
    expect(await test.stored(booking.uid)).toMatchObject({ cancellationReason: 'Ill' });
    expect((await test.stored(booking.uid))!.wasMoved()).toBe(false);
    expect(await test.schedulingStatus(who)).toBe('cancelled');
  });

  it('gives the API the last word when it never says what was announced', async () => {
    const { booking } = await booked();
    const before = test.sandbox.requests.length;
    await test.hint(booking.uid, 'BOOKING_CANCELLED');
    const looks = () => test.sandbox.requests.slice(before).filter(({ path }) => path.includes(booking.uid)).length;
    await until(looks, (count) => count === 4, 15_000);
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    expect(looks()).toBe(4);
    expect((await test.stored(booking.uid))!.status).toBe('confirmed');
  });

  it('minds every webhook of late, though only one of them waits in the queue', async () => {
    const { booking } = await booked();
    await test.db.query(
      `insert into webhook_deliveries (provider, external_id, type, org_id, booking_id)
       values ('cal_com', $1, 'BOOKING_CANCELLED', $2, $1)`,
      [booking.uid, test.acme.orgId],
    );
    const looks = () => test.sandbox.requests.filter(({ path }) => path.includes(booking.uid)).length;
    const before = looks();
    await test.hint(booking.uid, 'BOOKING_CREATED');
    await until(looks, (count) => count > before + 1);
  });

  describe('that was moved', () => {
    it('stays with its candidate as a chain, of which the last is open', async () => {
      const { who, booking } = await booked();
      const second = await move(booking.uid);
      await test.hint(second.uid, 'BOOKING_RESCHEDULED');
      const former = (await test.stored(booking.uid))!;
      expect(former).toMatchObject({ status: 'cancelled', nextBookingId: second.uid });
      expect(former.wasMoved()).toBe(true);
      expect(await test.stored(second.uid)).toMatchObject({
        status: 'confirmed',
        previousBookingId: booking.uid,
        invitationId: who.invitationId,
      });
      expect(await test.schedulingStatus(who)).toBe('booked');
    });

    it('is found through every step of the chain when the last tells nothing of us', async () => {
      const who = await one();
      const first = await test.bookOnPage(who);
      const second = await move(first.uid);
      const third = await move(second.uid);
      Object.assign(state(second.uid), { metadata: {} });
      Object.assign(state(third.uid), { metadata: {} });
      await test.hint(third.uid, 'BOOKING_REQUESTED');
      const owner = { invitationId: who.invitationId };
      expect(await test.stored(third.uid)).toMatchObject({ ...owner, matchedBy: 'chain', status: 'confirmed' });
      expect(await test.stored(second.uid)).toMatchObject({ ...owner, matchedBy: 'chain', status: 'cancelled' });
      expect(await test.stored(first.uid)).toMatchObject({ ...owner, matchedBy: 'ref', status: 'cancelled' });
    });

    it('leads to where it went when only the former one is heard of', async () => {
      const { who, booking } = await booked();
      const second = await move(booking.uid);
      await test.hint(booking.uid, 'BOOKING_RESCHEDULED');
      expect(await test.stored(second.uid)).toMatchObject({ invitationId: who.invitationId, status: 'confirmed' });
    });

    it('counts as cancelled once the last of the chain is, whatever was read last', async () => {
      const { who, booking } = await booked();
      const second = await move(booking.uid);
      await test.hint(second.uid, 'BOOKING_RESCHEDULED');
      await inThePast(second.uid, 1);
      await test.sandbox.desk.markAbsent(second.uid, { attendees: [{ email: who.email, absent: true }] }, host());
      await test.hint(second.uid, 'BOOKING_NO_SHOW_UPDATED');
      await test.hint(booking.uid, 'BOOKING_CANCELLED');
      expect(await test.schedulingStatus(who)).toBe('no_show');
    });
  });

  describe('of nobody we know', () => {
    const attachments = () => test.app.get(BookingAttachmentsService);
    const unmatched = async () => {
      const who = await one();
      const booking = await test.bookOnPage(who, { ref: null });
      await test.hint(booking.uid, 'BOOKING_CREATED');
      return { who, booking, stored: (await test.stored(booking.uid))! };
    };

    it('waits for a person, who is told whose address it is', async () => {
      const { who, booking, stored } = await unmatched();
      expect(stored.isUnmatched()).toBe(true);
      expect((await test.sync.listUnmatched(test.acme)).map(({ bookingId }) => bookingId)).toContain(booking.uid);
      expect(await attachments().suggestions(test.acme, stored)).toEqual([
        expect.objectContaining({ invitationId: who.invitationId, email: who.email, hasOpenBooking: false }),
      ]);
      expect(await test.schedulingStatus(who)).not.toBe('booked');
    });

    it('is tied by a person, with the bookings it was moved to', async () => {
      const { who, booking } = await unmatched();
      const second = await move(booking.uid);
      await test.hint(second.uid, 'BOOKING_RESCHEDULED');
      expect(await test.stored(second.uid)).toMatchObject({ matchedBy: null });
      const attached = await attachments().attach(test.acme, second.uid, who.invitationId);
      expect(attached).toMatchObject({ invitationId: who.invitationId, matchedBy: 'person' });
      expect(await test.stored(booking.uid)).toMatchObject({ invitationId: who.invitationId, matchedBy: 'person' });
      expect(await test.schedulingStatus(who)).toBe('booked');

      const third = await move(second.uid);
      await test.hint(third.uid, 'BOOKING_RESCHEDULED');
      expect(await test.stored(third.uid)).toMatchObject({ invitationId: who.invitationId, matchedBy: 'chain' });
    });

    it('leaves the inbox when a person says so, and comes back when that was a mistake', async () => {
      const { who, booking } = await booked();
      await attachments().setAside(test.acme, booking.uid);
      await test.hint(booking.uid, 'MEETING_ENDED');
      expect((await test.stored(booking.uid))!.isSetAside()).toBe(true);
      const second = await move(booking.uid);
      await test.hint(second.uid, 'BOOKING_RESCHEDULED');
      expect((await test.stored(second.uid))!.invitationId).toBe(who.invitationId);

      await attachments().putBack(test.acme, booking.uid);
      await test.hint(booking.uid, 'MEETING_ENDED');
      expect(await test.stored(booking.uid)).toMatchObject({ invitationId: who.invitationId });
    });

    it('cannot be tied across organizations', async () => {
      const { booking } = await unmatched();
      const [stranger] = await test.db.query<{ id: string }[]>(
        `with a as (insert into assessments (org_id, title) values ($1, 'Typing') returning id)
         insert into invitations (org_id, assessment_id, name, email)
         select $1, a.id, 'Zoe', 'zoe@globex.example' from a returning id`,
        [test.globex.orgId],
      );
      expect(await attachments().attach(test.acme, booking.uid, stranger!.id)).toBeNull();
      expect(await attachments().attach(test.globex, booking.uid, stranger!.id)).toBeNull();
      expect((await test.stored(booking.uid))!.isUnmatched()).toBe(true);
    });

    it('is stored nowhere when the organization does not use its event type', async () => {
      const booking = await test.bookOnPage(await one(), { ref: null, eventTypeId: 3 });
      await test.hint(booking.uid, 'BOOKING_CREATED');
      expect(await test.stored(booking.uid)).toBeNull();
      const moved = await move(booking.uid);
      const before = test.sandbox.requests.length;
      await test.hint(moved.uid, 'BOOKING_RESCHEDULED');
      expect(await test.stored(moved.uid)).toBeNull();
      expect(test.sandbox.requests.length - before).toBe(1);
    });
  });

  it('keeps a second booking of the same kind as a conflict to settle', async () => {
    const { who, booking } = await booked();
    const second = await test.bookOnPage(who);
    await test.hint(second.uid, 'BOOKING_CREATED');
    const conflicts = () => test.sync.listConflicts(test.acme);
    const found = (await conflicts()).find(({ invitationId }) => invitationId === who.invitationId)!;
    expect(found.bookings.map(({ bookingId }) => bookingId).toSorted()).toEqual([booking.uid, second.uid].toSorted());

    await test.sandbox.desk.cancel(second.uid, 'One is enough', host());
    await test.hint(second.uid, 'BOOKING_CANCELLED');
    expect((await conflicts()).map(({ invitationId }) => invitationId)).not.toContain(who.invitationId);
    expect(await test.schedulingStatus(who)).toBe('booked');
  });

  describe('when Cal.com does not answer as it should', () => {
    it('keeps a booking that Cal.com does not know any more, and says so', async () => {
      const { booking } = await booked();
      const { bookings } = test.sandbox.state;
      const [gone] = bookings.splice(bookings.indexOf(state(booking.uid)), 1);
      const refreshed = await test.sync.refresh(test.acme, booking.uid);
      expect(refreshed).toEqual({ ok: false, failure: { kind: 'not-found', what: 'booking' } });
      expect(await test.stored(booking.uid)).toMatchObject({
        status: 'confirmed',
        missingSince: expect.any(Date) as Date,
      });

      bookings.push(gone!);
      expect(await test.sync.refresh(test.acme, booking.uid)).toMatchObject({ ok: true });
      expect((await test.stored(booking.uid))!.missingSince).toBeNull();
    });

    it.each(['500', '429', 'garbage', 'truncated', 'down'] as const)('tries again after %s', async (fault) => {
      // A 429 blocks the key for a minute, so that it has a server of its own.
      const own = fault === '429' ? await startBookings() : test;
      try {
        const [who] = await own.candidates(1);
        const booking = await own.bookOnPage(who!);
        own.sandbox.fail(fault, { times: 2, only: ({ path }) => path.endsWith(booking.uid) });
        await expect(own.hint(booking.uid, 'BOOKING_CREATED')).rejects.toThrow('A booking could not be read.');
        expect(await own.stored(booking.uid)).toBeNull();
        own.sandbox.heal();
        if (fault !== '429') {
          await own.hint(booking.uid, 'BOOKING_CREATED');
          expect((await own.stored(booking.uid))!.status).toBe('confirmed');
        }
      } finally {
        if (own !== test) {
          await own.stop();
        }
      }
    });

    it('keeps the place of a pass that failed, and says what was wrong', async () => {
      await test.sync.reconcile(test.acme);
      const before = await config();
      const who = await one();
      const booking = await test.bookOnPage(who);
      test.sandbox.fail('500', { times: 2, only: ({ path }) => path === '/v2/bookings' });
      expect(await test.sync.reconcile(test.acme)).toMatchObject({ kind: 'failed' });
      expect(await config()).toMatchObject({
        bookings_cursor: before.bookings_cursor,
        bookings_synced_at: before.bookings_synced_at,
        bookings_problem: 'Cal.com has trouble of its own right now.',
      });
      expect(await test.sync.state(test.acme)).toMatchObject({
        connected: true,
        problem: 'Cal.com has trouble of its own right now.',
      });

      test.sandbox.heal();
      expect(await test.sync.reconcile(test.acme)).toMatchObject({ kind: 'done' });
      expect((await config()).bookings_problem).toBeNull();
      expect((await test.stored(booking.uid))!.invitationId).toBe(who.invitationId);
    });
  });

  describe('of which no webhook told', () => {
    it('is found with everything that happened to it since', async () => {
      const candidates = await test.candidates(5);
      const bookings = [];
      for (const who of candidates) {
        bookings.push(await test.bookOnPage(who));
      }
      const [kept, cancelled, moved] = bookings;
      await test.sandbox.desk.cancel(cancelled!.uid, 'Ill', null);
      const next = await move(moved!.uid);
      await test.sync.reconcile(test.acme);
      expect((await test.stored(kept!.uid))!.status).toBe('confirmed');
      expect((await test.stored(cancelled!.uid))!.status).toBe('cancelled');
      expect((await test.stored(moved!.uid))!.nextBookingId).toBe(next.uid);
      expect(await test.stored(next.uid)).toMatchObject({ invitationId: candidates[2]!.invitationId });
      const { syncedAt, problem } = await test.sync.state(test.acme);
      expect(Date.now() - syncedAt!.getTime()).toBeLessThan(10_000);
      expect(problem).toBeNull();
    });

    it('is read by one replica at a time', async () => {
      await test.db.query('update cal_com_configs set bookings_due_at = null');
      const before = test.sandbox.requests.length;
      const reconciler = test.app.get(BookingReconcilerService);
      await Promise.all([1, 2, 3].map(() => reconciler.reconcileIfDue(test.acme)));
      const lists = test.sandbox.requests.slice(before).filter(({ path }) => path.includes('afterUpdatedAt'));
      const starts = new Set(
        lists.map(({ path }) => new URL(path, test.sandbox.url).searchParams.get('afterUpdatedAt')),
      );
      expect(lists.length).toBe(starts.size);
      await reconciler.reconcileIfDue(test.acme);
      expect(test.sandbox.requests.slice(before).filter(({ path }) => path.includes('afterUpdatedAt'))).toEqual(lists);
    });

    it('asks nothing for an organization without a connection', async () => {
      const before = test.sandbox.requests.length;
      expect(await test.sync.reconcile(test.globex)).toEqual({ kind: 'not-configured' });
      expect(test.sandbox.requests.length).toBe(before);
      expect(await test.app.get(CalComConfigsService).listConnected()).toEqual([test.acme.orgId]);
    });

    it('is looked at once a day while it is ahead, so that one that Cal.com lost shows', async () => {
      const { booking } = await booked();
      await test.sync.reconcile(test.acme);
      test.sandbox.state.bookings.splice(test.sandbox.state.bookings.indexOf(state(booking.uid)), 1);
      await test.sync.reconcile(test.acme);
      expect((await test.stored(booking.uid))!.missingSince).toBeNull();
      await test.db.query(`update cal_com_bookings set read_at = now() - interval '25 hours' where booking_id = $1`, [
        booking.uid,
      ]);
      await test.sync.reconcile(test.acme);
      expect((await test.stored(booking.uid))!.missingSince).not.toBeNull();
    });

    it('is missed by nobody: an interview that nobody came to shows, though no time stamp moved', async () => {
      const { who, booking } = await booked();
      await test.sync.reconcile(test.acme);
      await inThePast(booking.uid, 2);
      const { updatedAt } = state(booking.uid);
      await test.sandbox.desk.markAbsent(booking.uid, { attendees: [{ email: who.email, absent: true }] }, host());
      expect(state(booking.uid).updatedAt).toBe(updatedAt);

      await test.db.query(`update cal_com_bookings set read_at = now() - interval '3 hours' where booking_id = $1`, [
        booking.uid,
      ]);
      await test.db.query(`update cal_com_configs set bookings_cursor = now() + interval '1 hour'`);
      await test.sync.reconcile(test.acme);
      expect((await test.stored(booking.uid))!.status).toBe('no_show');
      expect(await test.schedulingStatus(who)).toBe('no_show');

      const looks = () => test.sandbox.requests.filter(({ path }) => path.includes(`/bookings/${booking.uid}`)).length;
      const before = looks();
      await test.sync.reconcile(test.acme);
      expect(looks()).toBe(before);
    });
  });
});
