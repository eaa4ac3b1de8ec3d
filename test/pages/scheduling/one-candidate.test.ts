import * as cheerio from 'cheerio';
import type { TestPerson } from '../../support/app.js';
import {
  expire,
  linkedCandidate,
  openPage,
  storeBooking,
  wordsOf,
  type LinkedCandidate,
} from '../../support/candidate-page.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

describe('the page of one candidate', () => {
  let test: SchedulingTest;
  let candidate: LinkedCandidate;
  let path: string;

  beforeAll(async () => {
    test = await startScheduling();
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    candidate = await linkedCandidate(test);
    path = `/app/candidates/${candidate.invitationId}`;
  });

  const show = async (person: TestPerson = test.dana, at = path) =>
    cheerio.load((await person.agent.get(at).expect(200)).text);
  const post = (person: TestPerson, to: string, body: object = {}) => person.agent.post(to).type('form').send(body);
  const titles = ($: cheerio.CheerioAPI) =>
    $('.timeline-event-card .fw-medium')
      .toArray()
      .map((each) => $(each).text().trim());
  const momentOf = ($: cheerio.CheerioAPI, title: string) =>
    $('.timeline-event')
      .filter((_, each) => $(each).find('.fw-medium').text().trim() === title)
      .first();
  const noted = async (person: TestPerson, note: string) => {
    await post(person, `${path}/notes`, { note }).expect(303).expect('Location', path);
    const [row] = await test.db.query<[{ id: string }]>(
      'select id from candidate_notes where invitation_id = $1 order by created_at desc limit 1',
      [candidate.invitationId],
    );
    return row.id;
  };
  /** A mail as Asha sent it, in a state and with the events that led to it. */
  const mailed = async (state: string, events: readonly [string, string, string | null][]) => {
    const [{ eventType }] = await test.db.query<[{ eventType: string }]>(
      'select event_type_id "eventType" from booking_links where id = $1',
      [candidate.linkId],
    );
    const form = { invitation_ids: [candidate.invitationId], event_type_id: eventType };
    const drafted = await post(test.asha, '/app/scheduling/sends', form).expect(303);
    const sendId = drafted.headers['location']!.split('/').at(-1)!;
    await test.db.query('update sends set dispatched_at = now() where id = $1', [sendId]);
    await test.db.query(
      `update emails set state = $2, sent_at = '2026-03-02T09:00:00Z', state_at = '2026-03-02T09:00:00Z' where send_id = $1`,
      [sendId, state],
    );
    const [{ id }] = await test.db.query<[{ id: string }]>('select id from emails where send_id = $1', [sendId]);
    for (const [type, at, detail] of events) {
      await test.db.query('insert into email_events (org_id, email_id, type, at, detail) values ($1, $2, $3, $4, $5)', [
        test.acme.orgId,
        id,
        type,
        at,
        detail,
      ]);
    }
    return id;
  };

  /** How often the database is asked; workers ask it too now and then, so the least of some tries counts. */
  const statementsFor = async (look: () => Promise<unknown>) => {
    const asked = jest.spyOn(test.db.logger, 'logQuery');
    const counts: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      asked.mockClear();
      await look();
      counts.push(asked.mock.calls.length);
    }
    asked.mockRestore();
    return Math.min(...counts);
  };

  it('says who it is, where they are, what they handed in, and what became of their link', async () => {
    await test.db.query(
      `update invitations set time_zone = 'Asia/Kathmandu', status = 'reviewed', submitted_at = '2026-03-01T10:00:00Z' where id = $1`,
      [candidate.invitationId],
    );
    await test.db.query(
      `update booking_links set open_count = 4, last_opened_at = '2026-03-05T08:00:00Z' where id = $1`,
      [candidate.linkId],
    );
    const $ = await show(test.ben);
    expect($('h1').text()).toBe(candidate.name);
    expect($('.side-nav [aria-current]').text()).toContain('Scheduling');
    const words = wordsOf($);
    expect(words).toContain('Times are in Berlin, CE');
    expect(words).toContain('Reviewed, handed in 1 Mar');
    expect(words).toContain('Kathmandu, UTC+5:45');
    expect(words).toMatch(/Opened ?4 times, last Thu 5 Mar( 2026)?, 09:00/);
    expect($('.copyable code').text()).toBe(`${test.settings.publicUrl}${candidate.path}`);
    expect(wordsOf($, '[aria-labelledby=link]')).toMatch(/State ?Open/);
    await expire(test, candidate);
    expect(wordsOf(await show(), '[aria-labelledby=link]')).toMatch(/State ?Expired/);
    await test.db.query('update booking_links set revoked_at = now() where id = $1', [candidate.linkId]);
    const revoked = await show();
    expect(wordsOf(revoked, '[aria-labelledby=link]')).toMatch(/State ?Revoked/);
    expect(revoked('.copyable')).toHaveLength(0);
  });

  it('tells what happened and what is planned, the newest first, each once', async () => {
    await test.db.query(
      `update invitations set created_at = '2026-03-01T08:00:00Z', submitted_at = null where id = $1`,
      [candidate.invitationId],
    );
    const emailId = await mailed('bounced', [
      ['busy', '2026-03-02T08:59:30Z', 'Too many at once.'],
      ['accepted', '2026-03-02T09:00:00Z', null],
      ['bounced', '2026-03-02T09:00:00Z', 'No such mailbox.'],
    ]);
    const first = await storeBooking(test, candidate, {
      status: 'cancelled',
      start: '2026-03-20T09:00:00Z',
      end: '2026-03-20T09:30:00Z',
    });
    const second = await storeBooking(test, candidate, { start: '2090-03-21T09:00:00Z', end: '2090-03-21T09:30:00Z' });
    await test.db.query(
      `update cal_com_bookings set cal_created_at = case booking_id when $1 then timestamptz '2026-03-04T10:00:00Z'
                                                                    else timestamptz '2026-03-05T10:00:00Z' end,
              next_booking_id = case booking_id when $1 then $2 end,
              previous_booking_id = case booking_id when $2 then $1 end
        where booking_id in ($1, $2)`,
      [first, second],
    );
    await test.db.query(
      `update booking_links set open_count = 1, last_opened_at = '2026-03-03T08:00:00Z' where id = $1`,
      [candidate.linkId],
    );
    const $ = await show();
    expect(titles($)).toEqual([
      'Interview',
      'Asha Menon made a booking link for ' + candidate.name,
      'Interview moved',
      'Interview booked',
      'Booking link opened',
      'Email bounced',
      'Email sent',
      'Added to Interlude',
    ]);
    expect($('h3').first().text()).toBe('Planned');
    expect(momentOf($, 'Email bounced').text()).toContain('No such mailbox.');
    expect(momentOf($, 'Email sent').text()).toContain('By Asha Menon');
    expect(momentOf($, 'Email sent').find('a').attr('href')).toBe(`/app/emails/${emailId}`);
    expect(momentOf($, 'Interview moved').text()).toMatch(
      /From Fri 20 Mar( 2026)?, 10:00 CET \(UTC\+1\) to Tue 21 Mar 2090, 10:00/,
    );
    expect(momentOf($, 'Interview').text()).toContain('18:00 in Seoul (UTC+9) for them');
    const bookings = $('[aria-labelledby=bookings] li');
    expect(bookings).toHaveLength(2);
    expect(bookings.eq(0).text()).toContain('Moved from');
    expect(bookings.eq(1).text()).toContain('Moved');
    const booking = cheerio.load((await test.dana.agent.get(bookings.eq(0).find('a').attr('href')!).expect(200)).text);
    expect(booking(`a[href="${path}"]`).text()).toBe(candidate.name);
  });

  it('says once who ended an interview, and why', async () => {
    const uid = await storeBooking(test, candidate, { status: 'cancelled' });
    await test.db.query(`update cal_com_bookings set cancellation_reason = 'The team is ill.' where booking_id = $1`, [
      uid,
    ]);
    const [{ id }] = await test.db.query<[{ id: string }]>('select id from cal_com_bookings where booking_id = $1', [
      uid,
    ]);
    await test.db.query(
      `insert into activity (org_id, who, who_id, action, subject_type, subject_id, invitation_id)
       values ($1, 'person', $2, 'booking.cancelled', 'booking', $3, $4)`,
      [test.acme.orgId, test.dana.actor.userId, id, candidate.invitationId],
    );
    const $ = await show();
    const moment = momentOf($, 'Interview cancelled').text();
    expect(moment).toContain('By Dana Ruiz');
    expect(moment).toContain('The team is ill.');
    expect(titles($).filter((title) => title.includes('cancelled'))).toHaveLength(1);
  });

  it('shows what the candidate asked for, until somebody settles it there', async () => {
    const day = new Date(Date.now() + 20 * 24 * 60 * 60 * 1000).toISOString().slice(0, 10);
    const wish = { day_1: day, from_1: '09:00', to_1: '12:30', note: 'Evenings too' };
    await test.visitor().post(`${candidate.path}/other-times`).type('form').send(wish).expect(303);
    const asked = momentOf(await show(), 'Asks for other times');
    expect(asked.text()).toContain('Evenings too');
    const settlement = asked.find('form').attr('action')!;
    expect(momentOf(await show(test.ben), 'Asks for other times').find('form')).toHaveLength(0);
    await post(test.dana, settlement, { candidate: candidate.invitationId }).expect(303).expect('Location', path);
    const settled = momentOf(await show(), 'Asks for other times');
    expect(settled.find('form')).toHaveLength(0);
    expect(settled.text()).toContain('Settled');
  });

  it('begins what can be done now, leads back, and says why the rest cannot', async () => {
    const $ = await show();
    const form = $('[aria-labelledby=actions] form');
    const typed = Object.fromEntries(
      form
        .find('input')
        .toArray()
        .map((each) => [$(each).attr('name')!, $(each).val()]),
    );
    const body = {
      ...typed,
      event_type_id: form.find('option[selected]').attr('value') ?? form.find('option').first().attr('value'),
    };
    await post(test.dana, '/app/scheduling/booking-links', body).expect(303).expect('Location', path);
    expect((await openPage(test, candidate.path))('h1').length).toBe(1);
    const scheduling = cheerio.load((await test.dana.agent.get('/app/scheduling').expect(200)).text);
    expect(scheduling('input[name="invitation_ids[]"][checked]')).toHaveLength(0);
    const drafted = await post(test.dana, form.attr('action')!, body).expect(303);
    const draft = wordsOf(cheerio.load((await test.dana.agent.get(drafted.headers['location']!).expect(200)).text));
    expect(draft).toContain(candidate.name);
    expect(titles(await show())[0]).toBe('Booking link ends');
    expect(titles(await show())).toContain('Email drafted, not sent');
    await post(test.dana, '/app/scheduling/assignments', body)
      .expect(303)
      .expect('Location', new RegExp(`^/app/scheduling/candidates/${candidate.invitationId}/booking`));
    await test.visitor().post(`${candidate.path}/decline`).type('form').send({}).expect(303);
    const declined = await show();
    expect(declined('#why-no-mail').text()).toBe('Declined: no longer wants an interview.');
    expect(declined('[aria-disabled=true][aria-describedby=why-no-mail]')).toHaveLength(3);
    expect(titles(declined)).toContain('No longer wants it');
    const reopening = declined('form[action$="/reopening"]');
    await post(test.dana, reopening.attr('action')!, { candidate: reopening.find('input[name=candidate]').val() })
      .expect(303)
      .expect('Location', path);
    expect((await show())('#why-no-mail')).toHaveLength(0);
    await storeBooking(test, candidate, { start: '2090-03-21T09:00:00Z', end: '2090-03-21T09:30:00Z' });
    const booked = await show();
    expect(booked('#why-no-mail').text()).toContain('There is an interview');
    expect(booked('button[formaction="/app/scheduling/assignments"]')).toHaveLength(1);
    expect((await show(test.ben))('[aria-labelledby=actions] form')).toHaveLength(0);
    expect((await show(test.ben))('[aria-labelledby=timeline] form')).toHaveLength(0);
  });

  it('keeps notes as plain text, with who wrote them and when, and forgets what is deleted', async () => {
    await noted(test.dana, ' <script>alert(1)</script> first\r\nsecond \u202e ');
    const id = await noted(test.asha, 'Very calm.');
    const $ = await show();
    const note = momentOf($, 'Note by Dana Ruiz');
    expect(note.find('.as-typed').text()).toBe('<script>alert(1)</script> first\nsecond');
    expect(note.find('.num').text()).toMatch(/^Today, \d\d:\d\d$/);
    expect(note.find('form').attr('action')).toMatch(/\/deletion$/);
    expect(momentOf($, 'Note by Asha Menon').find('form')).toHaveLength(0);
    await post(test.dana, `${path}/notes/${id}/deletion`).expect(403);
    await post(test.asha, note.find('form').attr('action')!).expect(303).expect('Location', path);
    await post(test.asha, note.find('form').attr('action')!).expect(303).expect('Location', path);
    const left = titles(await show());
    expect(left).toContain('Note by Asha Menon');
    expect(left).not.toContain('Note by Dana Ruiz');
    expect(left).toContain(`Asha Menon deleted a note about ${candidate.name}`);
    const kept = await test.db.query<{ action: string; row: string }[]>(
      `select action, to_jsonb(a)::text row from activity a where subject_type = 'note' and invitation_id = $1 order by id`,
      [candidate.invitationId],
    );
    expect(kept.map(({ action }) => action)).toEqual(['note.added', 'note.added', 'note.deleted']);
    expect(kept.map(({ row }) => row).join()).not.toMatch(/calm|script/);
  });

  it('keeps what was typed when a note cannot be taken', async () => {
    const long = 'x'.repeat(2_001);
    const $ = cheerio.load((await post(test.dana, `${path}/notes`, { note: long }).expect(422)).text);
    expect($('#errors a').attr('href')).toBe('#note');
    expect($('#note').val()).toBe(long);
    await post(test.dana, `${path}/notes`, { note: ' \r\n ' }).expect(422);
    await post(test.dana, `${path}/notes`, { note: `${'x\r\n'.repeat(999)}yz` }).expect(303);
    expect(
      await test.db.query('select 1 from candidate_notes where invitation_id = $1', [candidate.invitationId]),
    ).toHaveLength(1);
  });

  it('is nobody else’s: not a stranger’s, not a viewer’s to write on, and gone with the candidate', async () => {
    const id = await noted(test.dana, 'Punctual.');
    await test.cleo.agent.get(path).expect(404);
    await post(test.cleo, `${path}/notes`, { note: 'x' }).expect(404);
    await post(test.cleo, `${path}/notes/${id}/deletion`).expect(404);
    await post(test.ben, `${path}/notes`, { note: 'x' }).expect(403);
    await post(test.ben, `${path}/notes/${id}/deletion`).expect(403);
    await test.asha.agent.get('/app/candidates/nonsense').expect(404);
    await post(test.asha, `${path}/notes/nonsense/deletion`).expect(404);
    await test.asha.agent
      .post(`${path}/notes`)
      .set('Origin', 'https://evil.example')
      .type('form')
      .send({ note: 'x' })
      .expect(403);
    const other = await linkedCandidate(test);
    await post(test.asha, `/app/candidates/${other.invitationId}/notes/${id}/deletion`).expect(303);
    expect(titles(await show())).toContain('Note by Dana Ruiz');
    await test.db.query('delete from invitations where id = $1', [candidate.invitationId]);
    expect(await test.db.query('select 1 from candidate_notes where id = $1', [id])).toEqual([]);
    await test.asha.agent.get(path).expect(404);
  });

  it('shows the newest thirty, and all when asked, with as many statements as for one', async () => {
    const few = await statementsFor(() => show());
    await test.db.query(
      `insert into candidate_notes (org_id, invitation_id, user_id, text, created_at)
       select $1, $2, $3, 'Note ' || n, now() - make_interval(hours => n) from generate_series(1, 60) n`,
      [test.acme.orgId, candidate.invitationId, test.dana.actor.userId],
    );
    expect(few).toBeGreaterThan(5);
    expect(few).toBeLessThan(25);
    expect(await statementsFor(() => show())).toBe(few);
    const $ = await show();
    expect($('.timeline').last().find('.timeline-event')).toHaveLength(30);
    const all = $('a[href$="#timeline"]');
    expect(all.text()).toMatch(/^Show all 6\d$/);
    const whole = await show(test.dana, all.attr('href'));
    expect(whole('.timeline').last().find('.timeline-event').length).toBeGreaterThan(60);
    expect(whole('a[href$="#timeline"]')).toHaveLength(0);
  });

  it('is a step away from the lists', async () => {
    const link = `tbody th a[href="${path}"]`;
    const scheduling = await test.ben.agent.get(`/app/scheduling?q=${encodeURIComponent(candidate.name)}`).expect(200);
    expect(cheerio.load(scheduling.text)(link).text()).toBe(candidate.name);
    await storeBooking(test, candidate, { start: '2090-03-21T09:00:00Z', end: '2090-03-21T09:30:00Z' });
    const bookings = await test.ben.agent.get('/app/bookings').query({ q: candidate.name }).expect(200);
    expect(cheerio.load(bookings.text)(link).text()).toBe(candidate.name);
    const emailId = await mailed('bounced', []);
    const [{ sendId }] = await test.db.query<[{ sendId: string }]>(
      'select send_id "sendId" from emails where id = $1',
      [emailId],
    );
    const send = await test.ben.agent.get(`/app/sends/${sendId}`).expect(200);
    expect(cheerio.load(send.text)(link)).toHaveLength(2);
  });
});
