import * as cheerio from 'cheerio';
import { SuppressionsService } from '../../src/email/suppressions.service.js';
import { BookingAttachmentsService } from '../../src/scheduling/bookings/sync/booking-attachments.service.js';
import { fullTime } from '../../src/shared/zoned-time.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../support/bookings.js';
import { ResendServer } from '../support/resend-server.js';
import { until } from '../support/until.js';

interface Confirmation {
  readonly id: string;
  readonly state: string;
  readonly code: string | null;
  readonly to: string;
  readonly attempts: number;
}

const needsConfirmation = 5;
const settings = { undoWindowSeconds: '0', recentMailDays: '3', dailyMailCap: '' };

describe('the confirmation mail', () => {
  let resend: ResendServer;
  let test: BookingsTest;
  let release: (() => Promise<void>) | null = null;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startBookings({
      EMAIL_TRANSPORT: 'resend',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '100',
      EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
    });
  });
  beforeEach(async () => {
    resend.reset();
    test.sandbox.heal();
    await turnOn();
  });
  afterEach(async () => {
    await release?.();
    await test.db.query(`update email_rate_gates set calls = '{}', held_until = null, paused_until = null`);
  });
  afterAll(async () => {
    await test.stop();
    await resend.stop();
  });

  const save = (form: object, agent = test.asha.agent) => agent.post('/app/settings/email').type('form').send(form);
  const turnOn = () => save({ ...settings, confirmationMails: 'on' }).expect(303);
  const turnOff = () => save(settings).expect(303);
  const one = async (options?: Parameters<BookingsTest['candidates']>[1]): Promise<LinkedCandidate> =>
    (await test.candidates(1, options))[0]!;
  const book = async (options: Parameters<BookingsTest['candidates']>[1] = {}) => {
    const who = await one(options);
    const { uid } = await test.bookOnPage(who);
    await test.hint(uid, 'BOOKING_CREATED');
    return { who, uid };
  };
  const host = () => test.sandbox.state.hosts[0]!;
  const move = async (uid: string) => {
    const to = { start: test.freeStart(), reason: null, rescheduledBy: null };
    const moved = await test.sandbox.desk.reschedule(uid, to, host());
    await test.hint(moved.uid, 'BOOKING_RESCHEDULED');
    return moved.uid;
  };
  const cancel = async (uid: string) => {
    await test.sandbox.desk.cancel(uid, 'Ill', host());
    await test.hint(uid, 'BOOKING_CANCELLED');
  };
  const mailsFor = (uid: string) =>
    test.db.query<Confirmation[]>(
      `select e.id, e.state, e.reason_code code, e.to_address "to", e.attempts
         from emails e join cal_com_bookings b on b.id = e.booking_id where b.booking_id = $1`,
      [uid],
    );
  const mailFor = async (uid: string) => (await mailsFor(uid))[0] ?? null;
  const accepted = (uid: string) =>
    until(
      () => mailFor(uid),
      (mail) => mail?.state === 'accepted',
    );
  const sentTo = ({ email }: LinkedCandidate) => resend.sent.filter(({ to }) => to === email);
  /** No mail is chosen to leave until this is over. */
  const hold = async () => {
    const runner = test.db.createQueryRunner();
    await runner.startTransaction();
    await runner.query(`select pg_advisory_xact_lock(hashtextextended('choose mails', 0))`);
    release = async () => {
      release = null;
      await runner.rollbackTransaction();
      await runner.release();
    };
  };

  it('is off until the organization turns it on, and never about what was confirmed before', async () => {
    await turnOff();
    const { uid } = await book();
    expect(await mailFor(uid)).toBeNull();
    await turnOn();
    await test.sync.refresh(test.acme, uid);
    Object.assign(test.sandbox.state.booking(uid)!, { location: 'Room 4', updatedAt: new Date().toISOString() });
    await test.hint(uid, 'BOOKING_LOCATION_UPDATED');
    expect((await test.stored(uid))!.location).toBe('Room 4');
    expect(await mailFor(uid)).toBeNull();
    await accepted(await move(uid));
  });

  it('says the time in the candidate’s zone and leads to their link', async () => {
    const { who, uid } = await book();
    await accepted(uid);
    const { startTime } = (await test.stored(uid))!;
    const [mail, ...others] = sentTo(who);
    expect(others).toEqual([]);
    const when = fullTime(startTime, 'Europe/Berlin');
    expect(when).toMatch(/\d\d:\d\d CES?T \(UTC\+[12]\)$/);
    expect(mail!.subject).toBe(`Your interview: ${when}`);
    const [link] = await test.db.query<{ token: string }[]>(
      'select token from booking_links where invitation_id = $1',
      [who.invitationId],
    );
    expect(mail!.text).toContain(`Change or cancel: http://127.0.0.1:9/i/${link!.token}`);
    expect(mail!.text).toContain(when);
    const request = resend.requests.find(({ text }) => text.includes(who.email))!;
    const [frozen] = JSON.parse(request.text) as { headers: Record<string, string> }[];
    expect(Object.keys(frozen!.headers)).toEqual(['X-Entity-Ref-ID']);
  });

  it('is from the sender that the organization named, and asks for answers to its address', async () => {
    const sender = { mailSenderName: 'Acme Hiring', mailReplyTo: 'jobs@acme.example' };
    await save({ ...settings, ...sender, confirmationMails: 'on' }).expect(303);
    const { who, uid } = await book();
    await accepted(uid);
    const request = resend.requests.find(({ text }) => text.includes(who.email))!;
    expect(JSON.parse(request.text)).toMatchObject([
      { from: 'Acme Hiring <interviews@acme.example>', reply_to: 'jobs@acme.example' },
    ]);
  });

  it('is one, however many store the booking at once', async () => {
    await test.db.query(`delete from emails where kind = 'confirmation'`);
    const people = await test.candidates(4);
    const bookings = await Promise.all(people.map((each) => test.bookOnPage(each)));
    await Promise.all(
      bookings.flatMap(({ uid }) => [
        ...Array.from({ length: 5 }, () => test.hint(uid, 'BOOKING_CREATED')),
        test.sync.reconcile(test.acme),
      ]),
    );
    for (const [index, { uid }] of bookings.entries()) {
      await accepted(uid);
      expect(await mailsFor(uid)).toHaveLength(1);
      expect(sentTo(people[index]!)).toHaveLength(1);
    }
  });

  it('waits for the host’s yes, and goes out once after it', async () => {
    const { who, uid } = await book({ eventTypeId: needsConfirmation });
    expect((await test.stored(uid))!.status).toBe('pending');
    expect(await mailFor(uid)).toBeNull();
    await test.sandbox.desk.confirm(uid, host());
    await test.hint(uid, 'BOOKING_CREATED');
    await accepted(uid);
    await test.hint(uid, 'BOOKING_CREATED');
    expect(sentTo(who)).toHaveLength(1);
  });

  it('goes out for the new time and not for the one that was moved before it left', async () => {
    await hold();
    const { who, uid } = await book();
    const next = await move(uid);
    expect(await mailFor(uid)).toMatchObject({ state: 'skipped', code: 'booking_moved' });
    expect(await mailFor(next)).toMatchObject({ state: 'queued' });
    await release!();
    await accepted(next);
    const { startTime } = (await test.stored(next))!;
    expect(sentTo(who).map(({ subject }) => subject)).toEqual([
      `Your interview: ${fullTime(startTime, 'Europe/Berlin')}`,
    ]);
  });

  it('tells the new time after a move, as it told the old one', async () => {
    const { who, uid } = await book();
    await accepted(uid);
    await accepted(await move(uid));
    expect(new Set(sentTo(who).map(({ subject }) => subject)).size).toBe(2);
    expect((await mailFor(uid))!.state).toBe('accepted');
  });

  it('stays here when the booking is cancelled before it leaves', async () => {
    await hold();
    const { who, uid } = await book();
    await cancel(uid);
    expect(await mailFor(uid)).toMatchObject({ state: 'skipped', code: 'booking_cancelled' });
    await release!();
    await accepted((await book()).uid);
    expect(sentTo(who)).toEqual([]);
  });

  it('stays here when the interview begins before it leaves', async () => {
    await hold();
    const { who, uid } = await book();
    await test.db.query(`update cal_com_bookings set start_time = now() - interval '1 minute' where booking_id = $1`, [
      uid,
    ]);
    await release!();
    await until(
      () => mailFor(uid),
      (mail) => mail?.code === 'booking_past',
    );
    expect(sentTo(who)).toEqual([]);
  });

  it('is not made for an interview that is over', async () => {
    const who = await one();
    const booking = await test.bookOnPage(who);
    const [start, end] = [-60, -30].map((minutes) => new Date(Date.now() + minutes * 60_000).toISOString());
    Object.assign(test.sandbox.state.booking(booking.uid)!, { start, end });
    await test.hint(booking.uid, 'BOOKING_CREATED');
    expect((await test.stored(booking.uid))!.status).toBe('confirmed');
    expect(await mailFor(booking.uid)).toBeNull();
  });

  it('tells the time that the booking has when it leaves', async () => {
    await hold();
    const { who, uid } = await book();
    const start = test.freeStart();
    Object.assign(test.sandbox.state.booking(uid)!, {
      start: start.toISOString(),
      end: new Date(start.getTime() + 1_800_000).toISOString(),
      updatedAt: new Date().toISOString(),
    });
    await test.hint(uid, 'BOOKING_CREATED');
    await release!();
    await accepted(uid);
    expect(sentTo(who).map(({ subject }) => subject)).toEqual([`Your interview: ${fullTime(start, 'Europe/Berlin')}`]);
  });

  describe('an address', () => {
    const suppress = (address: string, cause: 'bounce' | 'opt_out') =>
      test.db.transaction((manager) =>
        test.app.get(SuppressionsService).suppress(manager, test.acme, address, { cause, detail: null }),
      );

    it('whose owner wants no more bulk mail still gets it', async () => {
      await hold();
      const { who, uid } = await book();
      await suppress(who.email, 'opt_out');
      expect((await mailFor(uid))!.state).toBe('queued');
      await release!();
      await accepted(uid);
    });

    it('that takes no mail gets none', async () => {
      const dead = await one();
      await suppress(dead.email, 'bounce');
      const { uid } = await test.bookOnPage(dead);
      await test.hint(uid, 'BOOKING_CREATED');
      expect(await mailFor(uid)).toMatchObject({ state: 'skipped', code: 'suppressed' });

      await hold();
      const later = await book();
      await suppress(later.who.email, 'bounce');
      expect(await mailFor(later.uid)).toMatchObject({ state: 'skipped', code: 'suppressed' });
      expect(resend.sent).toEqual([]);
    });

    it('that was corrected does not get what was meant for the old one', async () => {
      await hold();
      const { who, uid } = await book();
      const [row] = await test.db.query<{ title: string }[]>(
        'select a.title from invitations i join assessments a on a.id = i.assessment_id where i.id = $1',
        [who.invitationId],
      );
      await test.db.query(`update invitations set external_id = 'corrected' where id = $1`, [who.invitationId]);
      await test.db.query(`update assessments set external_id = 'logic' where title = $1`, [row!.title]);
      const invitation = { external_id: 'corrected', name: who.name, email: 'right@people.example' };
      const body = { assessment: { external_id: 'logic', title: row!.title }, invitations: [invitation] };
      await test.dana.agent.put('/api/admin/invitations').send(body).expect(200);
      expect(await mailFor(uid)).toMatchObject({ state: 'skipped', code: 'address_changed' });
    });
  });

  it('does not count as an invitation', async () => {
    const { who, uid } = await book();
    await accepted(uid);
    await cancel(uid);
    expect(await test.schedulingStatus(who)).toBe('cancelled');
    const sent = await test.dana.agent
      .post('/api/admin/scheduling/send-emails')
      .send({ invitation_ids: [who.invitationId] })
      .expect(202);
    expect(sent.body).toMatchObject({ queued: 1, skipped: [] });
    await until(
      () => Promise.resolve(sentTo(who).length),
      (mails) => mails === 2,
    );
    const send = await test.dana.agent.get(sent.body.status_url as string).expect(200);
    expect(send.body.emails).toHaveLength(1);
    expect(await test.schedulingStatus(who)).toBe('invited');
  });

  it('is back in the queue, and stays a mail of its own, when the mail service takes nothing', async () => {
    const refusal = { status: 403, body: { statusCode: 403, name: 'invalid_api_key', message: 'API key is invalid' } };
    resend.fault = () => refusal;
    const { who, uid } = await book();
    await until(
      () => test.db.query(`select 1 from email_rate_gates where paused_until is not null`),
      (rows) => rows.length > 0,
    );
    expect(await mailFor(uid)).toMatchObject({ state: 'queued', attempts: 0 });
    resend.fault = () => null;
    await test.db.query(`update email_rate_gates set calls = '{}', held_until = null, paused_until = null`);
    await accepted(uid);
    expect(sentTo(who)).toHaveLength(1);
  });

  it('follows the booking to the candidate a person says it is of', async () => {
    await hold();
    const [wrong, right] = await test.candidates(2);
    const { uid } = await test.bookOnPage(wrong!, { ref: null });
    await test.hint(uid, 'BOOKING_CREATED');
    expect(await mailFor(uid)).toBeNull();
    const attachments = test.app.get(BookingAttachmentsService);
    await attachments.attach(test.acme, uid, wrong!.invitationId);
    expect(await mailFor(uid)).toMatchObject({ state: 'queued', to: wrong!.email });
    await attachments.setAside(test.acme, uid);
    expect(await mailFor(uid)).toMatchObject({ state: 'skipped', code: 'booking_unmatched' });
    await attachments.attach(test.acme, uid, right!.invitationId);
    expect(await mailFor(uid)).toMatchObject({ state: 'queued', to: right!.email });
    await release!();
    await accepted(uid);
    expect([sentTo(wrong!).length, sentTo(right!).length]).toEqual([0, 1]);
  });

  it('is made for a candidate who booked without a link of ours', async () => {
    const who = await one();
    await test.db.query('delete from booking_links where invitation_id = $1', [who.invitationId]);
    const { uid } = await test.bookOnPage(who, { ref: null });
    await test.hint(uid, 'BOOKING_CREATED');
    await test.app.get(BookingAttachmentsService).attach(test.acme, uid, who.invitationId);
    await accepted(uid);
    expect(sentTo(who)[0]!.text).toMatch(/Change or cancel: http:\/\/127\.0\.0\.1:9\/i\/[\w-]{22}/);
  });

  describe('on the pages', () => {
    const pageOf = async (uid: string, agent = test.ben.agent) => {
      const { id } = (await test.stored(uid))!;
      return cheerio.load((await agent.get(`/app/bookings/${id}`).expect(200)).text);
    };
    const factOf = ($: cheerio.CheerioAPI) => $('dt:contains("Confirmation mail") + dd');

    it('is shown with its booking, and read on a page of its own', async () => {
      const { who, uid } = await book();
      const { id } = (await accepted(uid))!;
      const fact = factOf(await pageOf(uid));
      expect(fact.text()).toContain('Accepted');
      expect(fact.find('a').attr('href')).toBe(`/app/emails/${id}`);
      const page = cheerio.load((await test.ben.agent.get(`/app/emails/${id}`).expect(200)).text);
      expect(page('h1').text()).toBe(`Confirmation to ${who.name}`);
      const { id: bookingId } = (await test.stored(uid))!;
      expect(page(`a[href="/app/bookings/${bookingId}"]`).text()).toContain('Booking');
      await test.cleo.agent.get(`/app/emails/${id}`).expect(404);
    });

    it('says why it was left out, and nothing where there is none', async () => {
      await hold();
      const { uid } = await book();
      await cancel(uid);
      expect(factOf(await pageOf(uid)).text()).toContain('cancelled or rejected before its confirmation left');
      await turnOff();
      expect(factOf(await pageOf((await book()).uid)).length).toBe(0);
    });

    it('is tried again where it failed, and not for a booking that is cancelled', async () => {
      const { who, uid } = await book();
      resend.badAddresses.add(who.email);
      const failedId = await until(
        () => mailFor(uid),
        (mail) => mail?.state === 'failed' || mail?.state === 'accepted',
      ).then(async (mail) => {
        await test.db.query(`update emails set state = 'failed', reason = 'Refused' where id = $1`, [mail!.id]);
        return mail!.id;
      });
      resend.badAddresses.clear();
      const retry = (agent = test.dana.agent) => agent.post(`/app/emails/${failedId}/retry`).type('form').send({});
      await retry(test.ben.agent).expect(403);
      await retry(test.cleo.agent).expect(404);
      const { id: bookingId } = (await test.stored(uid))!;
      await retry().expect(303).expect('Location', `/app/bookings/${bookingId}`);
      await accepted(uid);

      await test.db.query(`update emails set state = 'failed', reason = 'Refused' where id = $1`, [failedId]);
      await cancel(uid);
      await retry().expect(303);
      const flash = (await pageOf(uid, test.dana.agent))('#flash').text();
      expect(flash).toContain('was not tried again');
      expect((await mailFor(uid))!.state).toBe('failed');
    });
  });
});
