import * as cheerio from 'cheerio';
import { parseBookingInput } from '../../../src/sandbox/booking-input.js';
import { BookingLookupService } from '../../../src/scheduling/bookings/booking-lookup.service.js';
import { prepare } from '../../support/assignments.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../../support/bookings.js';

const needsConfirmation = 5;
const dayMs = 24 * 60 * 60_000;

describe('a time for one candidate', () => {
  let test: BookingsTest;

  beforeAll(async () => {
    test = await startBookings();
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
    await prepare(test);
  });
  beforeEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const pathOf = ({ invitationId }: { invitationId: string }) => `/app/scheduling/candidates/${invitationId}/booking`;
  const nextWeek = () => new Date(Date.now() + 7 * dayMs).toISOString().slice(0, 10);
  const one = async (eventTypeId = 1) => (await test.candidates(1, { eventTypeId }))[0]!;
  const show = async (person: { invitationId: string }, query = `event_type_id=1&from=${nextWeek()}`) =>
    cheerio.load((await test.dana.agent.get(`${pathOf(person)}?${query}`).expect(200)).text);
  const offered = ($: cheerio.CheerioAPI) =>
    $('input[name=start]')
      .map((_, input) => $(input).attr('value'))
      .get();
  const post = (person: { invitationId: string }, body: object = {}, agent = test.dana.agent) =>
    agent
      .post(pathOf(person))
      .type('form')
      .send({ event_type_id: '1', from: nextWeek(), ...body });
  const refused = async (person: { invitationId: string }, body: object = {}) =>
    cheerio.load((await post(person, body).expect(422)).text);
  const told = async (to: string) =>
    cheerio
      .load((await test.dana.agent.get(to).expect(200)).text)('#flash')
      .text();
  const bookingsOf = ({ email }: LinkedCandidate) =>
    test.sandbox.state.bookings.filter(({ attendees }) => attendees[0]!.email === email);
  const creates = () =>
    test.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/bookings'));
  const booked = async () => {
    const person = await one();
    const { uid } = await test.bookOnPage(person);
    await test.hint(uid, 'BOOKING_CREATED');
    return { person, uid, id: (await test.stored(uid))!.id };
  };

  it('is reached by ticking one, and several get the next free times', async () => {
    const [first, second] = await test.candidates(2);
    const choose = (ids: readonly string[]) =>
      test.dana.agent
        .post('/app/scheduling/assignments')
        .type('form')
        .send({ 'invitation_ids[]': ids, event_type_id: '4:60' });
    const alone = await choose([first!.invitationId]).expect(303);
    expect(alone.headers['location']).toBe(`${pathOf(first!)}?event_type_id=4%3A60`);
    const both = await choose([first!.invitationId, second!.invitationId]).expect(422);
    expect(cheerio.load(both.text)('h1').text()).toBe('Assign the next free times');
    const list = cheerio.load((await test.dana.agent.get('/app/scheduling').expect(200)).text);
    expect(list('button[formaction="/app/scheduling/assignments"]').text()).toContain('Book times');
  });

  it('is chosen from the free ones, in both zones, and booked', async () => {
    const person = await one();
    await test.db.query(`update invitations set time_zone = 'Asia/Kathmandu' where id = $1`, [person.invitationId]);
    const $ = await show(person);
    expect($('h1').text()).toBe(`Book a time for ${person.name}`);
    expect($('main').text()).toContain('Interview · 30 min');
    expect($('form .card-footer').text()).toContain('Cal.com mails the candidate and the host the confirmation');
    const start = offered($)[2]!;
    expect($(`label:has(input[value="${start}"])`).text()).toMatch(/^\d\d:\d\d\d\d:\d\d in Kathmandu \(UTC\+5:45\)$/);
    const answer = await post(person, { start }).expect(303);
    const [booking] = bookingsOf(person);
    expect(new Date(booking!.start).toISOString()).toBe(start);
    expect(booking!.attendees[0]!.timeZone).toBe('Asia/Kathmandu');
    expect(answer.headers['location']).toBe(`/app/bookings/${(await test.stored(booking!.uid))!.id}`);
    expect(await told(answer.headers['location']!)).toContain('The interview is on');
    expect(await test.schedulingStatus(person)).toBe('booked');
  });

  it('waits for a yes where the event type asks for one, and says so before', async () => {
    const person = await one(needsConfirmation);
    const $ = await show(person, `event_type_id=${needsConfirmation}&from=${nextWeek()}`);
    expect($('form .card-footer').text()).toContain('waits for your yes');
    const answer = await post(person, { event_type_id: String(needsConfirmation), start: offered($)[0] }).expect(303);
    expect(await told(answer.headers['location']!)).toContain('waits for your yes');
    expect(bookingsOf(person)[0]!.status).toBe('pending');
  });

  it('comes with earlier and later ones', async () => {
    const person = await one();
    const $ = await show(person, 'event_type_id=1');
    expect($('a[rel=prev]').length).toBe(0);
    const later = $('a[rel=next]').attr('href')!;
    const next = cheerio.load((await test.dana.agent.get(later).expect(200)).text);
    expect(next('a[rel=prev]').attr('href')).toContain('event_type_id=1');
    expect(offered(next).length).toBeGreaterThan(0);
  });

  it.each([{}, { start: '' }, { start: '2026-13-45T99:00:00Z' }, { start: ['a', 'b'] }, { start: 'tomorrow' }])(
    'must be one: %j',
    async (body) => {
      const person = await one();
      const $ = await refused(person, body);
      expect($('#errors a').attr('href')).toBe('#start');
      expect(bookingsOf(person)).toEqual([]);
    },
  );

  it('is offered anew when somebody took it meanwhile', async () => {
    const person = await one();
    const start = offered(await show(person))[0]!;
    const attendee = { name: 'Somebody else', email: 'else@example.org', timeZone: 'Europe/Berlin' };
    await test.sandbox.desk.book(parseBookingInput({ start, eventTypeId: 1, attendee }, test.sandbox.state));
    const $ = await refused(person, { start });
    expect($('#errors').text()).toContain('It was not booked. This time is taken');
    expect(offered($)).not.toContain(start);
    expect(offered($).length).toBeGreaterThan(0);
  });

  it('is looked up and never made twice when the answer was lost', async () => {
    const person = await one();
    const start = offered(await show(person))[0]!;
    test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
    await post(person, { start }).expect(303);
    expect(bookingsOf(person).length).toBe(1);
  });

  it('says that it looks for it while nobody knows', async () => {
    const person = await one();
    const start = offered(await show(person))[0]!;
    const before = creates().length;
    test.sandbox.fail('500', { only: ({ method }) => method === 'POST' });
    const $ = await refused(person, { start });
    expect($('#errors').text()).toContain('Interlude looks for the booking');
    expect($(`input[value="${start}"]`).attr('checked')).toBeDefined();
    expect(creates().length).toBe(before + 1);
  });

  it('says why there are none when Cal.com tells none', async () => {
    const person = await one();
    test.sandbox.fail('500', { times: 20 });
    const $ = await show(person);
    expect($('.notice').text()).toContain(
      'The free times could not be read. Cal.com has trouble of its own right now.',
    );
  });

  describe('beside an interview there is', () => {
    const asked = ($: cheerio.CheerioAPI) => ({
      replaces: $('input[name=replaces]').attr('value'),
      start: offered($)[1]!,
    });

    it('asks first, with nothing chosen, and keeps what was picked', async () => {
      const { person, uid } = await booked();
      const $ = await show(person);
      expect($('#on_existing').text()).toContain(`${person.name} is booked for`);
      expect($('#on_existing input:checked').length).toBe(0);
      const again = await refused(person, asked($));
      expect(again('#errors a').attr('href')).toBe('#on_existing');
      expect(again(`input[value="${asked($).start}"]`).attr('checked')).toBeDefined();
      expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
    });

    it('keeps it', async () => {
      const { person, id } = await booked();
      const before = creates().length;
      const answer = await post(person, { on_existing: 'reuse' }).expect(303);
      expect(answer.headers['location']).toBe(`/app/bookings/${id}`);
      expect(await told(`/app/bookings/${id}`)).toContain('The interview stays on');
      expect(creates().length).toBe(before);
    });

    it('cancels it and books anew, and does so once for two presses', async () => {
      const { person, uid } = await booked();
      const body = { ...asked(await show(person)), on_existing: 'replace' };
      const first = await post(person, body).expect(303);
      const second = await post(person, body).expect(303);
      expect(second.headers['location']).toBe(first.headers['location']);
      expect(bookingsOf(person).map(({ status }) => status)).toEqual(['cancelled', 'accepted']);
      expect(test.sandbox.state.booking(uid)!.cancellationReason).toBe('Replaced by another time.');
    });

    it('does not give it up for a time that is gone', async () => {
      const { person, uid } = await booked();
      const body = { ...asked(await show(person)), on_existing: 'replace' };
      const attendee = { name: 'Somebody else', email: 'else@example.org', timeZone: 'Europe/Berlin' };
      const taken = { start: body.start, eventTypeId: 1, attendee };
      await test.sandbox.desk.book(parseBookingInput(taken, test.sandbox.state));
      const $ = await refused(person, body);
      expect($('#errors').text()).toContain('This time is taken');
      expect($('#errors').text()).not.toContain('is cancelled');
      expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
    });

    it('asks about one that the candidate made meanwhile, and cancels none that nobody saw', async () => {
      const person = await one();
      const start = offered(await show(person))[4]!;
      const { uid } = await test.bookOnPage(person);
      const $ = await refused(person, { start });
      expect($('#errors').text()).toContain(`Nothing was booked: ${person.name} is booked for`);
      expect($('#on_existing input:checked').length).toBe(0);
      await refused(person, { start, on_existing: 'replace', replaces: 'another-one' });
      expect(test.sandbox.state.booking(uid)!.status).toBe('accepted');
      const keepNothing = await one();
      const none = await refused(keepNothing, { on_existing: 'reuse' });
      expect(none('#errors').text()).toContain('no interview to keep');
    });
  });

  it('is for nobody who declined, whose assessment is closed, or without an event type', async () => {
    const person = await one();
    const away = async (query: string) => {
      const answer = await test.dana.agent.get(`${pathOf(person)}?${query}`).expect(303);
      expect(answer.headers['location']).toBe('/app/scheduling');
      return told('/app/scheduling');
    };
    expect(await away('event_type_id=99')).toContain('Choose an event type first.');
    await test.db.query('update invitations set declined_at = now() where id = $1', [person.invitationId]);
    expect(await away('event_type_id=1')).toContain('no longer wants an interview');
    await post(person, { start: test.freeStart().toISOString() }).expect(303);
    await test.db.query(`update invitations set declined_at = null, status = 'closed' where id = $1`, [
      person.invitationId,
    ]);
    expect(await away('event_type_id=1')).toContain('closed');
    expect(bookingsOf(person)).toEqual([]);
  });

  it('is for schedulers of the organization, from our own pages', async () => {
    const person = await one();
    const body = { start: test.freeStart().toISOString() };
    await post(person, body, test.ben.agent).expect(403);
    await post(person, body, test.cleo.agent).expect(404);
    await post({ invitationId: 'not-an-id' }, body).expect(404);
    await post(person, body).set('Origin', 'https://evil.example').expect(403);
    await test.ben.agent.get(pathOf(person)).expect(403);
    await test.cleo.agent.get(pathOf(person)).expect(404);
    expect(bookingsOf(person)).toEqual([]);
  });
});
