import * as cheerio from 'cheerio';
import { BookingLookupService } from '../../../src/scheduling/bookings/booking-lookup.service.js';
import { AssignmentPages, idsOf, prepare, rowOf, startsOf } from '../../support/assignments.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../../support/bookings.js';

const path = '/app/scheduling/assignments';
const dayMs = 24 * 60 * 60_000;
const minuteMs = 60_000;

describe('the next free times for several', () => {
  let test: BookingsTest;
  let pages: AssignmentPages;

  beforeEach(async () => {
    test = await startBookings();
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
    await prepare(test);
    pages = new AssignmentPages(test);
  });
  afterEach(() => test.stop());

  const booked = async (person: LinkedCandidate) => {
    const { uid } = await test.bookOnPage(person);
    await test.hint(uid, 'BOOKING_CREATED');
    return uid;
  };
  const creates = () =>
    test.sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/bookings'));
  const errorOf = ($: cheerio.CheerioAPI) => ({
    field: $('#errors a').attr('href'),
    message: $('#errors li').text(),
  });
  const day = (inDays: number) => new Date(Date.now() + inDays * dayMs).toISOString().slice(0, 10);

  it('are proposed, the earliest first, one for each and none overlapping, and nothing is booked yet', async () => {
    const people = await test.candidates(20);
    const $ = await pages.tick(people, '4:60');
    expect($('h1').text()).toBe('Assign the next free times');
    expect($('.page-title').next().text()).toContain('Flexible · 60 min. Nothing is booked yet. Times are in Berlin');
    const starts = [...startsOf($).values()].map((start) => Date.parse(start));
    expect(starts.length).toBe(20);
    expect(starts).toEqual(starts.toSorted((one, other) => one - other));
    expect(starts.slice(1).every((start, index) => start - starts[index]! >= 60 * minuteMs)).toBe(true);
    expect($('button[value=book]').text()).toContain('20 interviews');
    expect($('form .card-footer').text()).toContain('Cal.com mails the candidate and the host');
    expect(creates()).toEqual([]);
  });

  it('stand in the zone of each candidate too, as the last booking told it', async () => {
    const [one, other] = await test.candidates(2);
    await test.db.query(`update invitations set time_zone = 'Asia/Kathmandu' where id = $1`, [one!.invitationId]);
    const uid = await booked(other!);
    await test.sandbox.desk.cancel(uid, 'ill', null);
    test.sandbox.state.booking(uid)!.attendees[0]!.timeZone = 'Australia/Lord_Howe';
    await test.sync.refresh(test.acme, uid);
    const $ = await pages.tick([one!, other!]);
    expect(rowOf($, one!)).toMatch(/CES?T \(UTC\+\d\).*in Kathmandu \(UTC\+5:45\)/s);
    expect(rowOf($, other!)).toMatch(/CES?T \(UTC\+\d\).*in Lord Howe \(UTC\+1/s);
    await test.db.query(`update invitations set time_zone = 'America/Los_Angeles' where id = $1`, [one!.invitationId]);
    const morning = await pages.check(pages.fieldsOf($, { step: 'look', not_before: day(10) }));
    expect(rowOf(morning, one!)).toContain('Early or late there');
  });

  it('begin on the day that is asked for, and keep who was left out', async () => {
    const people = await test.candidates(3);
    const shown = await pages.tick(people);
    const [first] = [...startsOf(shown).keys()];
    const ticked = shown('input[name="picks[]"]')
      .map((_, input) => shown(input).attr('value'))
      .get()
      .filter((value) => !value.startsWith(first!));
    const fields = pages.fieldsOf(shown, { step: 'look', 'picks[]': ticked, not_before: day(20) });
    const $ = await pages.check(fields);
    expect([...startsOf($).values()].every((start) => start >= day(19))).toBe(true);
    expect($('input[name="picks[]"]:not([checked])').attr('value')).toContain(first);
    expect($('#not_before').attr('value')).toBe(day(20));
    expect($('button[value=book]').text()).toContain('2 interviews');
    const refused = await pages.check({ ...fields, not_before: 'soon' });
    expect(errorOf(refused)).toEqual({ field: '#not_before', message: 'Enter a day, like 2026-11-30.' });
  });

  it('keep an interview there is, unless it is to be cancelled, and skip who wants or may have none', async () => {
    const people = await test.candidates(4);
    const [free, busy, declined, closed] = people as [
      LinkedCandidate,
      LinkedCandidate,
      LinkedCandidate,
      LinkedCandidate,
    ];
    await booked(busy);
    await test.db.query('update invitations set declined_at = now() where id = $1', [declined.invitationId]);
    await test.db.query(`update invitations set status = 'closed' where id = $1`, [closed.invitationId]);
    const $ = await pages.tick(people);
    expect([...startsOf($).keys()]).toEqual([free.invitationId]);
    expect(rowOf($, busy)).toContain('Kept: is booked for');
    expect(rowOf($, declined)).toContain('Skipped: Declined');
    expect(rowOf($, closed)).toContain('Skipped: The assessment is closed');
    const anew = await pages.check(pages.fieldsOf($, { step: 'look', on_existing: 'replace' }));
    expect([...startsOf(anew).keys()].toSorted()).toEqual([free.invitationId, busy.invitationId].toSorted());
    expect(rowOf(anew, busy)).toContain('To be cancelled: is booked for');
    expect(anew('#on_existing-replace').attr('checked')).toBeDefined();
  });

  it('name those who get none, and say how far was looked', async () => {
    const people = await test.candidates(3);
    const host = test.sandbox.state.hostOf(test.sandbox.state.eventType(1)!);
    Object.assign(host, { workingHours: { from: 9, to: 9 } });
    const none = await pages.tick(people);
    expect(none('.notice').text()).toContain('3 candidates get no time.');
    expect(none('button[value=book]').length).toBe(0);
    expect(people.every((person) => rowOf(none, person).includes('No free time is left before'))).toBe(true);
    test.sandbox.fail('500', { times: 30 });
    const unread = await pages.tick(people);
    expect(unread('.notice').text()).toContain('The free times could not be read.');
    expect(rowOf(unread, people[0]!)).toContain('could not be read');
  });

  it('leave out what waits for a yes at Cal.com, which still offers it, and what is about to be booked', async () => {
    const people = await test.candidates(3, { eventTypeId: 5 });
    const first = await pages.tick(people.slice(0, 1).concat(people[1]!), '5');
    const [start] = startsOf(first).values();
    await pages.settled(await pages.book(first));
    expect(pages.openOf(people[0]!)[0]!.status).toBe('pending');
    const next = await pages.tick([people[2]!, ...(await test.candidates(1))], '5');
    expect([...startsOf(next).values()]).not.toContain(start);
  });

  it('are booked as they were shown, and nothing else is', async () => {
    const people = await test.candidates(5);
    const $ = await pages.tick(people);
    const shown = startsOf($);
    const ticked = [...shown].slice(0, 3).map(([id, start]) => `${id} ${start}`);
    const page = await pages.settled(await pages.book($, { 'picks[]': ticked }));
    expect(page('#progress-title').text()).toBe('3 of 3 booked');
    const made = people.flatMap((person) => pages.openOf(person).map(({ start }) => [person.invitationId, start]));
    expect(new Map(made as [string, string][])).toEqual(new Map([...shown].slice(0, 3)));
    expect(page('tbody a').length).toBe(3);
  });

  it.each([
    ['none is ticked', () => [], 'Tick at least one candidate'],
    ['a time has passed', (picks: string[]) => [picks[0]!.replace(/ .*/, ' 2026-01-02T09:00:00.000Z')], 'have passed'],
    ['two overlap', (picks: string[]) => [picks[0]!, picks[1]!.replace(/ .*/, picks[0]!.slice(36))], 'overlap'],
    ['one is picked twice', (picks: string[]) => [picks[0]!, picks[0]!.slice(0, 36) + picks[1]!.slice(36)], 'overlap'],
  ])('are asked for again when %s', async (_, change, message) => {
    const $ = await pages.tick(await test.candidates(2));
    const fields = pages.fieldsOf($);
    const refused = await pages.check({ ...fields, 'picks[]': change(fields['picks[]'] as string[]) });
    expect(errorOf(refused)).toMatchObject({ field: '#picks', message: expect.stringContaining(message) });
    expect(creates()).toEqual([]);
  });

  it('are asked for again when somebody has booked, cancelled or declined since they were shown', async () => {
    const people = await test.candidates(3);
    await booked(people[2]!);
    const $ = await pages.tick(people);
    const both = await pages.check(pages.fieldsOf($, { step: 'look', on_existing: 'replace' }));
    await booked(people[0]!);
    await test.db.query('update invitations set declined_at = now() where id = $1', [people[1]!.invitationId]);
    const before = creates().length;
    const refused = await pages.check(pages.fieldsOf(both));
    expect(errorOf(refused).message).toContain(people[0]!.name);
    expect(errorOf(refused).message).toContain(people[1]!.name);
    expect(errorOf(refused).message).not.toContain(people[2]!.name);
    expect(rowOf(refused, people[1]!)).toContain('Skipped: Declined');
    expect(creates().length).toBe(before);
  });

  it('are for schedulers of the organization, from our own pages, and for its own candidates', async () => {
    const people = await test.candidates(2);
    const $ = await pages.tick(people);
    const fields = pages.fieldsOf($);
    await pages.post(fields, test.ben.agent).expect(403);
    await pages.post(fields, test.cleo.agent).expect(404);
    await pages.post(fields).set('Origin', 'https://evil.example').expect(403);
    await pages.post({ ...fields, 'invitation_ids[]': ['x'] }).expect(404);
    await pages.post({ ...fields, 'invitation_ids[]': [...idsOf(people), test.globex.orgId] }).expect(404);
    await pages.post({ ...fields, 'invitation_ids[]': [people[0]!.invitationId] }).expect(404);
    await pages.post({ ...fields, 'picks[]': ['nonsense'] }).expect(404);
    await pages.post({ invitation_ids: idsOf(people), event_type_id: '99' }).expect(422);
    expect(creates()).toEqual([]);
    const progress = await pages.book($);
    await pages.settled(progress);
    await test.cleo.agent.get(progress).expect(404);
    await test.dana.agent.get(`${path}/42`).expect(404);
    await test.dana.agent.get(`${path}/new?failed_of=42`).expect(404);
    await test.cleo.agent.get(`${path}/new?failed_of=${progress.split('/').at(-1)}`).expect(404);
    await test.dana.agent.get(`${path}/new?failed_of=${progress.split('/').at(-1)}`).expect(303);
    for (const action of ['retry', 'cancellation']) {
      await pages.post({}, test.cleo.agent, `${progress}/${action}`).expect(404);
      await pages.post({}, test.ben.agent, `${progress}/${action}`).expect(403);
      await pages.post({}, test.dana.agent, `${path}/42/${action}`).expect(404);
      await pages.post({}, test.dana.agent, `${progress}/${action}`).set('Origin', 'https://evil.example').expect(403);
      await pages.post({}, test.dana.agent, `${progress}/${action}`).expect(303);
    }
  });

  it('are assigned to 500 at once and to no more', async () => {
    const [{ assessment }] = await test.db.query('select assessment_id assessment from invitations limit 1');
    const rows = await test.db.query<{ id: string }[]>(
      `insert into invitations (org_id, assessment_id, name, email, status)
       select $1, $2, 'Person ' || n, 'person' || n || '@many.example', 'submitted' from generate_series(1, 501) n returning id`,
      [test.acme.orgId, assessment],
    );
    const people = rows.map(({ id }) => ({ invitationId: id }));
    const tooMany = await pages.tick(people);
    expect(errorOf(tooMany).message).toContain('at most 500');
    const $ = await pages.tick(people.slice(0, 500));
    expect(startsOf($).size).toBe(500);
    expect(new Set(startsOf($).values()).size).toBe(500);
    const progress = await pages.book($);
    await pages.post({}, test.dana.agent, `${progress}/cancellation`).expect(303);
    expect((await pages.settled(progress))('#progress-title').text()).toMatch(/^\d+ of 500 booked$/);
  });
});
