import * as cheerio from 'cheerio';
import { BookingLookupService } from '../../../src/scheduling/bookings/booking-lookup.service.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../../support/bookings.js';

describe('the pages of bookings', () => {
  let test: BookingsTest;

  beforeAll(async () => {
    test = await startBookings();
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
  });
  beforeEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const list = async (query = '', agent = test.asha.agent) =>
    cheerio.load((await agent.get(`/app/bookings${query}`).expect(200)).text);
  const show = async (id: string, agent = test.asha.agent) =>
    cheerio.load((await agent.get(`/app/bookings/${id}`).expect(200)).text);
  const post = (path: string, body: object = {}, agent = test.dana.agent) =>
    agent.post(`/app/bookings/${path}`).type('form').send(body);
  /** Booked on Cal.com's page, and known here. */
  const booked = async (candidate?: LinkedCandidate, eventTypeId?: number) => {
    const person = candidate ?? (await test.candidates(1))[0]!;
    const { uid } = await test.bookOnPage(person, eventTypeId ? { eventTypeId } : {});
    await test.hint(uid, 'BOOKING_CREATED');
    return { person, uid, id: (await test.stored(uid))!.id };
  };
  const tab = ($: cheerio.CheerioAPI, label: string) =>
    Number($(`nav .nav-link:contains("${label}") .badge`).text().trim());
  const names = ($: cheerio.CheerioAPI) =>
    $('tbody tr:not(.group) th b')
      .map((_, name) => $(name).text())
      .get();

  describe('the list', () => {
    it('begins where candidates are invited', async () => {
      const $ = await list();
      expect($('h1').text()).toBe('Bookings');
      expect($('a:contains("Go to Scheduling")').attr('href')).toBe('/app/scheduling');
    });

    it('shows a new booking in the zone of the organization and in that of the candidate', async () => {
      const { person, id } = await booked();
      const $ = await list();
      const row = $(`tr:has(a[href="/app/bookings/${id}"])`);
      expect(row.find('th b').text()).toBe(person.name);
      expect(row.text()).toContain('Confirmed');
      expect(row.find('td:not(.check)').first().text()).toMatch(/\d\d:\d\d–\d\d:\d\d CES?T \(UTC\+[12]\)/);
      expect(row.find('td .sub').first().text()).toMatch(/^\d\d:\d\d in Berlin \(UTC\+[12]\)$/);
      expect($('.page-title').next().text()).toContain('Times are in Berlin');
      expect($('main').attr('data-refresh-seconds')).toBe('5');
      expect($('.side-nav a[aria-current]').text()).toContain('Bookings');
    });

    it('has a tab for each kind, and moves a booking from one to the other', async () => {
      const { id, uid } = await booked();
      const before = await list();
      await test.sandbox.desk.cancel(uid, 'Fell ill', null);
      await post('refresh').expect(303);
      const after = await list('?show=cancelled');
      expect(tab(after, 'Upcoming')).toBe(tab(before, 'Upcoming') - 1);
      expect(tab(after, 'Cancelled')).toBe(tab(before, 'Cancelled') + 1);
      expect(after(`tr:has(a[href="/app/bookings/${id}"])`).text()).toContain('Fell ill');
      await test.db.query(
        `update cal_com_bookings set status = 'confirmed', start_time = now() - interval '2 days',
        end_time = now() - interval '2 days' + interval '30 minutes' where id = $1`,
        [id],
      );
      expect((await list('?show=past'))(`tr:has(a[href="/app/bookings/${id}"])`).text()).toContain('Over');
    });

    it('puts what waits for a yes, what is double and what Cal.com lost under needs attention', async () => {
      const [waiting, twice, lost] = (await test.candidates(3)) as [LinkedCandidate, LinkedCandidate, LinkedCandidate];
      const before = await list('?show=attention');
      await booked(waiting, 5);
      await booked(twice);
      await booked(twice);
      const { uid } = await booked(lost);
      const $ = await list('?show=attention');
      expect(names($).toSorted()).toEqual([...names(before), waiting.name, twice.name, twice.name].toSorted());
      test.sandbox.state.bookings.splice(
        test.sandbox.state.bookings.findIndex((booking) => booking.uid === uid),
        1,
      );
      await test.sync.refresh(test.acme, uid);
      const now = await list('?show=attention');
      expect(names(now)).toContain(lost.name);
      expect(now.text()).toContain('Cal.com does not know it any more');
      expect(now('.side-nav a[aria-current] .count').text()).toBe(
        `${tab(now, 'Needs attention') + tab(now, 'Unmatched')} to settle`,
      );
      await test.asha.agent.get('/app/scheduling').expect(200);
      expect((await list('?show=attention'))('.side-nav a[aria-current] .count').text()).toBe(
        now('.side-nav a[aria-current] .count').text(),
      );
    });

    it('keeps its filters in the URL, and words it does not know filter nothing', async () => {
      const { person } = await booked();
      const found = await list(`?q=${encodeURIComponent(person.email.toUpperCase())}`);
      expect(new Set(names(found))).toEqual(new Set([person.name]));
      expect(found('.nav-link:contains("Past")').attr('href')).toContain('q=');
      expect(names(await list('?event_type_id=5'))).not.toContain(person.name);
      expect(names(await list('?event_type_id=x&assessment_id=y&cursor=z&show=what'))).toContain(person.name);
      expect((await list('?q=%00nobody'))('tbody').text()).toContain('No booking matches these filters.');
    });

    it('goes through pages by place, forwards and back', async () => {
      await test.db.query(
        `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time, matched_by)
         select $1, (select id from invitations where org_id = $1 limit 1), 'paged-' || n, 'https://cal.example/x', 'cancelled',
                date_trunc('hour', now()) + interval '400 days' + n / 2 * interval '1 hour', now() + interval '500 days', 'ref'
           from generate_series(1, 120) n`,
        [test.acme.orgId],
      );
      const hrefs = ($: cheerio.CheerioAPI) =>
        $('tbody td a.num')
          .map((_, a) => $(a).attr('href'))
          .get();
      const first = await list('?show=cancelled');
      const second = await list(first('a[rel=next]').attr('href')!.slice('/app/bookings'.length));
      const third = await list(second('a[rel=next]').attr('href')!.slice('/app/bookings'.length));
      const all = [...hrefs(first), ...hrefs(second), ...hrefs(third)];
      expect(new Set(all).size).toBe(tab(first, 'Cancelled'));
      expect(third('a[rel=next]').length).toBe(0);
      const back = await list(third('a[rel=prev]').attr('href')!.slice('/app/bookings'.length));
      expect(hrefs(back)).toEqual(hrefs(second));
      await test.db.query(`delete from cal_com_bookings where booking_id like 'paged-%'`);
    });

    it('says how old it is, and why, when Cal.com does not answer', async () => {
      await post('refresh').expect(303);
      expect((await list()).text()).toContain('As of just now at Cal.com.');
      await test.db.query(`update cal_com_configs set bookings_synced_at = now() - interval '2 hours'`);
      test.sandbox.fail('500', { times: 100 });
      const answer = await post('refresh', { back: '/app/bookings?show=past' }).expect(303);
      expect(answer.headers['location']).toBe('/app/bookings?show=past');
      test.sandbox.heal();
      const $ = await list();
      expect($.text()).toContain(
        'The last look at Cal.com failed. Cal.com has trouble of its own right now. What is shown is what it said 2 hours ago.',
      );
      await post('refresh').expect(303);
      expect((await list()).text()).not.toContain('The last look');
    });

    it('leads nowhere else than to itself', async () => {
      const answer = await post('refresh', { back: 'https://evil.example/?show=past' }).expect(303);
      expect(answer.headers['location']).toBe('/app/bookings?show=past');
    });
  });

  describe('one booking', () => {
    it('tells all that is known of it, and what Cal.com told by webhook', async () => {
      const { person, uid, id } = await booked();
      await test.db.query(
        `insert into webhook_deliveries (provider, external_id, org_id, booking_id, type, payload)
         values ('cal-com', $2, $1, $2, 'BOOKING_CREATED', '{"triggerEvent":"BOOKING_CREATED","secret":"<b>"}')`,
        [test.acme.orgId, uid],
      );
      const $ = await show(id);
      expect($('h1').text()).toBe(person.name);
      expect($('dl').text()).toContain(person.email);
      expect($('dl').text()).toContain('Booked through the personal link');
      expect($('details pre').text()).toContain('"secret": "<b>"');
      expect($('#cancellation').attr('action')).toBe(`/app/bookings/${id}/cancellation`);
    });

    it('shows where a booking moved, from either end', async () => {
      const { uid, id } = await booked();
      const moved = await test.sandbox.desk.reschedule(
        uid,
        { start: test.freeStart(), reason: 'x', rescheduledBy: null },
        null,
      );
      await post(`${id}/refresh`).expect(303);
      const next = (await test.stored(moved.uid))!.id;
      for (const from of [id, next]) {
        const $ = await show(from);
        expect(
          $('ol.list-group a')
            .map((_, a) => $(a).attr('href'))
            .get(),
        ).toEqual([`/app/bookings/${id}`, `/app/bookings/${next}`]);
      }
      const former = await show(id);
      expect(former('.page-title').parent().parent().text()).toContain('Moved');
      expect(former('#cancellation').length).toBe(0);
      expect((await list()).text()).toContain('Moved from');
    });

    it('is cancelled with a reason that Cal.com is given', async () => {
      const { uid, id } = await booked();
      expect((await show(id))('#cancellation_reason').text().trim()).toBe('Cancelled by the hiring team.');
      await post(`${id}/cancellation`, { cancellation_reason: ' The role was filled ' }).expect(303);
      expect(test.sandbox.state.booking(uid)).toMatchObject({
        status: 'cancelled',
        cancellationReason: 'The role was filled',
      });
      const $ = await show(id);
      expect($('#flash').text()).toBe('');
      expect($('dl').text()).toContain('The role was filled');
    });

    it('asks for a reason, and keeps what was typed', async () => {
      const { uid, id } = await booked();
      const empty = await post(`${id}/cancellation`, { cancellation_reason: '  ' }).expect(422);
      expect(cheerio.load(empty.text)('#errors a').attr('href')).toBe('#cancellation_reason');
      expect(cheerio.load(empty.text)('main').attr('data-refresh-seconds')).toBeUndefined();
      const long = 'long '.repeat(200);
      const answer = await post(`${id}/cancellation`, { cancellation_reason: long }).expect(422);
      expect(cheerio.load(answer.text)('#cancellation_reason').text().trim()).toBe(long.trim());
      await post(`${id}/cancellation`, { cancellation_reason: ['a', 'b'] }).expect(422);
      expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
    });

    it('says that it was cancelled before, and asks nothing', async () => {
      const { id } = await booked();
      await post(`${id}/cancellation`, { cancellation_reason: 'One' }).expect(303);
      const asked = test.sandbox.requests.length;
      await post(`${id}/cancellation`, { cancellation_reason: 'Two' }).expect(303);
      expect(test.sandbox.requests.length).toBe(asked);
      const $ = cheerio.load((await test.dana.agent.get(`/app/bookings/${id}`)).text);
      expect($('#flash').text()).toContain('This booking is cancelled.');
      expect($('dl').text()).toContain('One');
    });

    it('is cancelled although the answer was lost, and not although Cal.com refused', async () => {
      const [first, second] = [await booked(), await booked()];
      test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
      await post(`${first.id}/cancellation`, { cancellation_reason: 'x' }).expect(303);
      expect(test.sandbox.state.booking(first.uid)!.status).toBe('cancelled');
      for (const fault of ['500', 'garbage', 'down'] as const) {
        test.sandbox.fail(fault, { times: 20 });
        const answer = await post(`${second.id}/cancellation`, { cancellation_reason: 'kept words' }).expect(422);
        test.sandbox.heal();
        const $ = cheerio.load(answer.text);
        expect($('#errors').text()).toContain('It was not cancelled.');
        expect($('#cancellation_reason').text()).toContain('kept words');
        expect($('.sub:contains("Read from Cal.com")').length).toBeGreaterThan(0);
      }
      expect(test.sandbox.state.booking(second.uid)!.status).toBe('accepted');
    });

    it('says so when it was moved meanwhile, and leads to where it went', async () => {
      const { uid, id } = await booked();
      const moved = await test.sandbox.desk.reschedule(
        uid,
        { start: test.freeStart(), reason: 'x', rescheduledBy: null },
        null,
      );
      const answer = await post(`${id}/cancellation`, { cancellation_reason: 'x' }).expect(422);
      const $ = cheerio.load(answer.text);
      expect($('#errors').text()).toContain('already moved to another time');
      expect($('ol.list-group').text()).toContain('Moved');
      expect(test.sandbox.state.booking(moved.uid)!.status).toBe('accepted');
    });

    it('keeps showing what is known when Cal.com does not answer or does not know it', async () => {
      const { person, uid, id } = await booked();
      test.sandbox.fail('500', { times: 20 });
      const failed = cheerio.load((await post(`${id}/refresh`).expect(422)).text);
      expect(failed('#errors').text()).toContain('trouble of its own');
      expect(failed('h1').text()).toBe(person.name);
      test.sandbox.heal();
      const { bookings } = test.sandbox.state;
      bookings.splice(
        bookings.findIndex((booking) => booking.uid === uid),
        1,
      );
      const gone = cheerio.load((await post(`${id}/refresh`).expect(422)).text);
      expect(gone('.notice').text()).toContain('Cal.com does not know this booking any more.');
    });
  });

  describe('an unmatched booking', () => {
    const unmatched = async () => {
      const [person] = await test.candidates(1);
      const { uid } = await test.bookOnPage(person!, { ref: null });
      await test.hint(uid, 'BOOKING_CREATED');
      return { person: person!, uid, id: (await test.stored(uid))!.id };
    };

    it('stands in the inbox with whom it looks like, and goes to them by one press', async () => {
      const { person, id } = await unmatched();
      const $ = await list('?show=unmatched');
      const card = $(`section:has(a[href="/app/bookings/${id}"])`);
      expect(card.text()).toContain(`Looks like ${person.name}: The same e-mail address`);
      expect(names(await list())).not.toContain(person.name);
      const form = card.find('form').first();
      expect(form.attr('action')).toBe(`/app/bookings/${id}/candidate`);
      await post(`${id}/candidate`, { invitation_id: form.find('input[name="invitation_id"]').attr('value') }).expect(
        303,
      );
      expect(names(await list())).toContain(person.name);
      expect(await test.schedulingStatus(person)).toBe('booked');
    });

    it('is put aside and back', async () => {
      const { id } = await unmatched();
      const before = tab(await list('?show=unmatched'), 'Unmatched');
      await post(`${id}/set-aside`).expect(303);
      const aside = await list('?show=unmatched');
      expect(tab(aside, 'Unmatched')).toBe(before - 1);
      expect(aside(`table a[href="/app/bookings/${id}"]`).length).toBe(1);
      expect((await show(id)).text()).toContain('none of yours');
      await post(`${id}/inbox`).expect(303);
      expect(tab(await list('?show=unmatched'), 'Unmatched')).toBe(before);
    });

    it('is given to a candidate who was looked for by name, and to no stranger', async () => {
      const { id } = await unmatched();
      const [other] = await test.candidates(1);
      const found = await test.asha.agent.get(`/app/bookings/${id}`).query({ candidate: other!.name }).expect(200);
      const $ = cheerio.load(found.text);
      expect(
        $('#whose-card input[name=invitation_id]')
          .map((_, input) => $(input).attr('value'))
          .get(),
      ).toContain(other!.invitationId);
      await post(`${id}/candidate`, { invitation_id: test.globex.orgId }).expect(404);
      await post(`${id}/candidate`, { invitation_id: 'x' }).expect(404);
      await post(`${id}/candidate`, { invitation_id: other!.invitationId }).expect(303);
      expect((await show(id))('h1').text()).toBe(other!.name);
    });
  });

  describe('who may what', () => {
    const actions = ['refresh', 'cancellation', 'candidate', 'set-aside', 'inbox'];

    it('lets a viewer read, and offers nothing to press', async () => {
      const { id } = await booked();
      expect((await list('', test.ben.agent))('form[method=post][action^="/app/bookings"]').length).toBe(0);
      expect((await show(id, test.ben.agent))('form[method=post][action^="/app/bookings"]').length).toBe(0);
      await post('refresh', {}, test.ben.agent).expect(403);
      for (const action of actions) {
        await post(`${id}/${action}`, { cancellation_reason: 'x' }, test.ben.agent).expect(403);
      }
    });

    it('does not know the bookings of another organization, nor what is no id', async () => {
      const { id, uid } = await booked();
      await test.cleo.agent.get(`/app/bookings/${id}`).expect(404);
      for (const action of actions) {
        await post(`${id}/${action}`, { cancellation_reason: 'x' }, test.cleo.agent).expect(404);
        await post(`${uid}/${action}`, { cancellation_reason: 'x' }).expect(404);
      }
      await test.asha.agent.get('/app/bookings/42').expect(404);
      expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
      expect((await list('', test.cleo.agent))('tbody').text()).not.toContain(id);
    });

    it('takes no post from a foreign page, nor from who is not signed in', async () => {
      const { id, uid } = await booked();
      for (const action of actions) {
        await post(`${id}/${action}`, { cancellation_reason: 'x' }).set('Origin', 'https://evil.example').expect(403);
      }
      const visitor = await test.visitor().get(`/app/bookings/${id}`);
      expect(visitor.headers['location']).toContain('/sign-in');
      expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
    });
  });

  /** The last of all: a key that asked too much is left alone for a minute. */
  it('says how long Cal.com asks for a pause', async () => {
    const { id } = await booked();
    test.sandbox.fail('429');
    const answer = await post(`${id}/cancellation`, { cancellation_reason: 'kept words' }).expect(422);
    const $ = cheerio.load(answer.text);
    expect($('#errors').text()).toMatch(/It was not cancelled. Cal.com asks for a pause. Try again in \d+ seconds./);
    expect($('#cancellation_reason').text()).toContain('kept words');
  });
});
