import * as cheerio from 'cheerio';
import { parseBookingInput } from '../../../src/sandbox/booking-input.js';
import { BookingLookupService } from '../../../src/scheduling/bookings/booking-lookup.service.js';
import { startBookings, type BookingsTest } from '../../support/bookings.js';

const needsConfirmation = 5;

describe('what becomes of a booking', () => {
  let test: BookingsTest;

  beforeAll(async () => {
    test = await startBookings();
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
  });
  beforeEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const get = async (path: string, agent = test.dana.agent) =>
    cheerio.load((await agent.get(`/app/bookings/${path}`).expect(200)).text);
  const post = (path: string, body: object = {}, agent = test.dana.agent) =>
    agent.post(`/app/bookings/${path}`).type('form').send(body);
  const refused = async (path: string, body: object = {}) => cheerio.load((await post(path, body).expect(422)).text);
  const booked = async (eventTypeId = 1) => {
    const [person] = await test.candidates(1, { eventTypeId });
    const { uid } = await test.bookOnPage(person!);
    await test.hint(uid, 'BOOKING_CREATED');
    return { person: person!, uid, id: (await test.stored(uid))!.id };
  };
  const atCalCom = (uid: string) => test.sandbox.state.booking(uid)!;
  const beginNow = async (uid: string, later = 0) => {
    const minutesAway = [later - 10, later + 20];
    const [start, end] = minutesAway.map((minutes) => new Date(Date.now() + minutes * 60_000).toISOString());
    Object.assign(atCalCom(uid), { start, end });
    await test.sync.refresh(test.acme, uid);
  };

  describe('that waits for a yes', () => {
    it('is confirmed', async () => {
      const { uid, id } = await booked(needsConfirmation);
      const before = await get(id);
      expect(before('#decision').text()).toContain('Cal.com then mails both the confirmation');
      await post(`${id}/confirmation`).expect(303);
      expect(atCalCom(uid).status).toBe('accepted');
      const $ = await get(id);
      expect($('#flash').text()).toContain('The booking is confirmed.');
      expect($('#decision').length).toBe(0);
    });

    it('is rejected with a reason', async () => {
      const { uid, id } = await booked(needsConfirmation);
      const long = 'x'.repeat(501);
      const kept = await refused(`${id}/rejection`, { rejection_reason: long });
      expect(kept('#rejection_reason').text().trim()).toBe(long);
      expect(atCalCom(uid).status).toBe('pending');
      await post(`${id}/rejection`, { rejection_reason: 'The panel is full' }).expect(303);
      expect(atCalCom(uid).status).toBe('rejected');
      const asked = test.sandbox.requests.filter(({ path }) => path.endsWith('/decline')).at(-1)!;
      expect(asked.body).toEqual({ reason: 'The panel is full' });
    });

    it('is not confirmed once somebody rejected it at Cal.com, which would take it for a change of mind', async () => {
      const { uid, id } = await booked(needsConfirmation);
      atCalCom(uid).status = 'rejected';
      const $ = await refused(`${id}/confirmation`);
      expect($('#errors').text()).toContain('It was not confirmed. This booking was rejected.');
      expect(atCalCom(uid).status).toBe('rejected');
      expect($('.badge.tone').text()).toContain('Rejected');
    });

    it('is not rejected once it was confirmed', async () => {
      const { uid, id } = await booked(needsConfirmation);
      await post(`${id}/confirmation`).expect(303);
      const $ = await refused(`${id}/rejection`, { rejection_reason: 'too late' });
      expect($('#errors').text()).toContain('This booking is confirmed already.');
      expect(atCalCom(uid).status).toBe('accepted');
    });

    it('is as Cal.com says afterwards, however the call ended', async () => {
      const { uid, id } = await booked(needsConfirmation);
      for (const fault of ['500', 'garbage'] as const) {
        test.sandbox.fail(fault, { times: 5, only: ({ method }) => method === 'POST' });
        const $ = await refused(`${id}/confirmation`);
        test.sandbox.heal();
        expect($('#errors').text()).toMatch(/It was not confirmed\. Cal\.com did not answer clearly/);
        expect(atCalCom(uid).status).toBe('pending');
      }
      test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
      await post(`${id}/confirmation`).expect(303);
      expect(test.sandbox.requests.filter(({ path }) => path.includes(uid) && path.endsWith('/confirm')).length).toBe(
        3,
      );
    });
  });

  describe('that nobody came to', () => {
    it('is a no-show once it has begun', async () => {
      const { person, uid, id } = await booked();
      expect((await get(id))('#no-show').length).toBe(0);
      const early = await refused(`${id}/no-show`);
      expect(early('#errors').text()).toContain('The interview has not begun yet.');
      await beginNow(uid);
      expect((await get(id))('#no-show').text()).toContain('mails nobody');
      await post(`${id}/no-show`).expect(303);
      expect(atCalCom(uid).attendees.map(({ absent }) => absent)).toEqual([true]);
      expect(await test.schedulingStatus(person)).toBe('no_show');
    });

    it('leads to a draft that invites the candidate again', async () => {
      const { person, uid, id } = await booked();
      const early = await refused(`${id}/invitation`);
      expect(early('#errors').text()).toContain('The candidate has an interview');
      await beginNow(uid);
      await post(`${id}/no-show`).expect(303);
      expect((await get(id))('#invitation').text()).toContain('Invite again');
      const answer = await post(`${id}/invitation`).expect(303);
      const draft = await test.dana.agent.get(answer.headers['location']!).expect(200);
      expect(draft.text).toContain(person.email);
      expect(cheerio.load(draft.text)('#result').text()).toBe('1 will be sent');
    });
  });

  it('leads to another round once it is over', async () => {
    const { uid, id } = await booked();
    await beginNow(uid, -60);
    expect((await get(id))('#invitation').text()).toContain('Invite again');
    const answer = await post(`${id}/invitation`).expect(303);
    const draft = await test.dana.agent.get(answer.headers['location']!).expect(200);
    expect(cheerio.load(draft.text)('#result').text()).toBe('1 will be sent');
  });

  describe('that does not suit', () => {
    const offered = ($: cheerio.CheerioAPI) =>
      $('input[name=start]')
        .map((_, input) => $(input).attr('value'))
        .get();
    const firstOffered = async (id: string) => {
      const $ = await get(`${id}/reschedule`);
      const here = offered($);
      return here.length > 0
        ? here
        : offered(await get(`${id}/reschedule?from=${$('a[rel=next]').attr('href')!.split('=')[1]}`));
    };

    it('moves to one of the free times, which stand in both zones', async () => {
      const { uid, id } = await booked();
      atCalCom(uid).attendees[0]!.timeZone = 'Asia/Seoul';
      await test.sync.refresh(test.acme, uid);
      const $ = await get(`${id}/reschedule`);
      expect($('.page-title').next().text()).toContain('Times are in Berlin');
      const times = await firstOffered(id);
      expect(times).not.toContain(atCalCom(uid).start);
      const start = times[3]!;
      const from = start.slice(0, 10);
      const shown = await get(`${id}/reschedule?from=${from}`);
      expect(shown(`label:has(input[value="${start}"])`).text()).toMatch(
        /^\d\d:\d\d(\w+ \d+ \w+, )?\d\d:\d\d in Seoul \(UTC\+9\)$/,
      );
      const answer = await post(`${id}/reschedule`, { start, reschedule_reason: 'The host is ill', from }).expect(303);
      const next = test.sandbox.state.bookings.find((booking) => booking.rescheduledFromUid === uid)!;
      expect([new Date(next.start).toISOString(), next.status]).toEqual([start, 'accepted']);
      expect(answer.headers['location']).toBe(`/app/bookings/${(await test.stored(next.uid))!.id}`);
      expect((await test.stored(next.uid))!.invitationId).toBe((await test.stored(uid))!.invitationId);
    });

    it('shows fresh times when the one that was chosen is gone', async () => {
      const { uid, id } = await booked();
      const [start] = await firstOffered(id);
      const attendee = { name: 'Somebody else', email: 'else@example.org', timeZone: 'Europe/Berlin' };
      await test.sandbox.desk.book(parseBookingInput({ start, eventTypeId: 1, attendee }, test.sandbox.state));
      const $ = await refused(`${id}/reschedule`, { start, reschedule_reason: 'My words', from: start!.slice(0, 10) });
      expect($('#errors').text()).toContain('This time is taken');
      expect($('#reschedule_reason').attr('value')).toBe('My words');
      expect(offered($)).not.toContain(start);
      expect(offered($).length).toBeGreaterThan(0);
      expect(atCalCom(uid).status).toBe('accepted');
    });

    it.each([{}, { start: '' }, { start: '2026-13-45T99:00:00Z' }, { start: ['a', 'b'] }, { start: 'tomorrow' }])(
      'needs a time: %j',
      async (body) => {
        const { id } = await booked();
        const $ = await refused(`${id}/reschedule`, { reschedule_reason: 'kept', from: '', ...body });
        expect($('#errors a').attr('href')).toBe('#start');
        expect($('#reschedule_reason').attr('value')).toBe('kept');
      },
    );

    it('says so when it was cancelled or moved meanwhile', async () => {
      const { uid, id } = await booked();
      const start = test.freeStart().toISOString();
      await test.sandbox.desk.cancel(uid, 'ill', null);
      const $ = await refused(`${id}/reschedule`, { start, reschedule_reason: '', from: '' });
      expect($('#errors').text()).toContain('It was not moved. This booking is already cancelled.');
      const page = await test.dana.agent.get(`/app/bookings/${id}/reschedule`).expect(303);
      expect(page.headers['location']).toBe(`/app/bookings/${id}`);
    });

    it('is found where it went when the answer was lost', async () => {
      const { uid, id } = await booked();
      const start = test.freeStart().toISOString();
      test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
      await post(`${id}/reschedule`, { start, reschedule_reason: 'x', from: '' }).expect(303);
      expect(test.sandbox.state.bookings.filter((booking) => booking.rescheduledFromUid === uid).length).toBe(1);
    });

    it('says why there are no times when Cal.com tells none', async () => {
      const { id } = await booked();
      test.sandbox.fail('500', { times: 20 });
      const $ = await get(`${id}/reschedule?from=not-a-day`);
      expect($('.notice').text()).toContain(
        'The free times could not be read. Cal.com has trouble of its own right now.',
      );
    });
  });

  describe('who may what', () => {
    const actions = ['confirmation', 'rejection', 'no-show', 'reschedule', 'invitation'];

    it('is for schedulers of the organization, from our own pages', async () => {
      const { uid, id } = await booked(needsConfirmation);
      for (const action of actions) {
        await post(`${id}/${action}`, {}, test.ben.agent).expect(403);
        await post(`${id}/${action}`, {}, test.cleo.agent).expect(404);
        await post(`not-an-id/${action}`).expect(404);
        await post(`${id}/${action}`).set('Origin', 'https://evil.example').expect(403);
      }
      await test.ben.agent.get(`/app/bookings/${id}/reschedule`).expect(403);
      await test.cleo.agent.get(`/app/bookings/${id}/reschedule`).expect(404);
      expect(atCalCom(uid).status).toBe('pending');
    });
  });
});
