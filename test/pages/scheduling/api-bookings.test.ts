import { api, startApi, type ApiTest } from '../../support/api.js';

const bookings = `${api}/cal-com/bookings`;

interface Made {
  readonly invitation_id: string;
  readonly status: string;
  readonly booking_url: string;
  readonly booking_id: string | null;
  readonly start_time: string | null;
  readonly end_time: string | null;
  readonly error: string | null;
}

describe('bookings by the API', () => {
  let test: ApiTest;

  beforeAll(async () => {
    test = await startApi();
  });
  afterEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const one = async () => (await test.ids(1))[0]!;
  const post = (body: object, status = 201) =>
    test.ask('post', bookings, { body }).then((answer) => {
      expect({ status: answer.status, detail: answer.body.detail }).toMatchObject({ status });
      return answer;
    });
  const made = async (body: object) => ((await post(body)).body as { data: Made[] }).data;
  const book = async (id: string, more: object = {}) =>
    (await made({ invitation_ids: [id], event_type_id: 1, start: test.freeStart(), ...more }))[0]!;
  const atCalCom = (uid: string | null) => test.sandbox.state.booking(uid!)!;
  const stored = async (id: string) =>
    test.db.query<{ booking_id: string; status: string; matched_by: string; booking_url: string }[]>(
      'select booking_id, status, matched_by, booking_url from cal_com_bookings where invitation_id = $1 order by created_at',
      [id],
    );
  const calls = (method: string, part: string) =>
    test.sandbox.requests.filter((request) => request.method === method && request.path.includes(part)).length;

  it('makes a link for each, once, with no call to Cal.com for any of them', async () => {
    const ids = await test.ids(5);
    await test.ask('get', `${api}/cal-com/event-types`);
    const before = test.sandbox.requests.length;
    const first = await made({ invitation_ids: [...ids, ids[0]], event_type_id: '1' });
    expect(first.map((each) => each.invitation_id)).toEqual(ids);
    expect(first.map((each) => each.status)).toEqual(Array(5).fill('linked'));
    expect(new Set(first.map((each) => each.booking_url)).size).toBe(5);
    const again = await made({ invitation_ids: ids, event_type_id: 1 });
    expect(again.map((each) => each.status)).toEqual(Array(5).fill('reused'));
    expect(again.map((each) => each.booking_url)).toEqual(first.map((each) => each.booking_url));
    expect(test.sandbox.requests.length).toBe(before);
    await test.visitor().get(new URL(first[0]!.booking_url).pathname).expect(200);
  });

  it('takes the default event type where none is named', async () => {
    const id = await one();
    await made({ invitation_ids: [id] });
    const [link] = await test.db.query(`select event_type_id from booking_links where invitation_id = $1`, [id]);
    const [config] = await test.db.query('select default_event_type_id from cal_com_configs');
    expect(link.event_type_id).toBe(config.default_event_type_id);
  });

  it('revokes the link on replace, and leaves the one of who is booked', async () => {
    const ids = await test.ids(2);
    const before = await made({ invitation_ids: ids, event_type_id: 1 });
    const booked = await book(ids[1]!);
    const after = await made({ invitation_ids: ids, event_type_id: 1, on_existing: 'replace' });
    expect(after.map((each) => each.status)).toEqual(['linked', 'reused']);
    expect(after[0]!.booking_url).not.toBe(before[0]!.booking_url);
    expect(after[1]).toMatchObject({ booking_url: before[1]!.booking_url, booking_id: booked.booking_id });
    await test.visitor().get(new URL(before[0]!.booking_url).pathname).expect(410);
  });

  it('books a time at Cal.com for one candidate', async () => {
    const id = await one();
    const start = test.freeStart();
    const answer = await book(id, { start, time_zone: 'Asia/Tokyo' });
    expect(answer).toMatchObject({ invitation_id: id, status: 'booked', start_time: start, error: null });
    const booking = atCalCom(answer.booking_id);
    const [link] = await test.db.query('select ref, token from booking_links where invitation_id = $1', [id]);
    expect(booking.metadata).toEqual({ interlude: link.ref });
    expect(JSON.stringify(booking)).not.toContain(link.token);
    expect(booking.attendees[0]).toMatchObject({ timeZone: 'Asia/Tokyo' });
    expect(answer.booking_url).toBe(`${test.settings.publicUrl}/i/${link.token}`);
    expect(await stored(id)).toEqual([
      {
        booking_id: answer.booking_id,
        status: 'confirmed',
        matched_by: 'api',
        booking_url: `${test.sandbox.url}/booking/${answer.booking_id}`,
      },
    ]);
    const page = await test.visitor().get(new URL(answer.booking_url).pathname).expect(200);
    expect(page.text).toContain('You are booked');
    const list = await test.ask('get', `${api}/candidates?scheduling_status=booked&limit=1000`);
    expect(list.body.data).toContainEqual(
      expect.objectContaining({
        invitation_id: id,
        booking: expect.objectContaining({ booking_id: answer.booking_id, status: 'confirmed' }),
      }),
    );
  });

  it('reads an instant with its offset, and refuses one without', async () => {
    const start = test.freeStart();
    const berlin = new Date(Date.parse(start) + 3_600_000).toISOString().replace('Z', '+01:00');
    const answer = await book(await one(), { start: berlin });
    expect(answer.start_time).toBe(start);
    const refused = await post({ invitation_ids: [await one()], start: '2030-01-02T09:00:00' }, 422);
    expect(refused.body.errors).toEqual([{ field: 'start', message: expect.stringContaining('offset') }]);
    await post({ invitation_ids: [await one()], start: '2030-02-31T25:00:00Z' }, 422);
  });

  it('asks for the length only where the event type offers several', async () => {
    const flexible = await book(await one(), { event_type_id: 4, length_in_minutes: 60 });
    expect(Date.parse(flexible.end_time!) - Date.parse(flexible.start_time!)).toBe(3_600_000);
    test.freeStart();
    expect((await book(await one(), { length_in_minutes: 30 })).status).toBe('booked');
    const refused = await post(
      { invitation_ids: [await one()], event_type_id: 4, length_in_minutes: 45, start: test.freeStart() },
      422,
    );
    expect(refused.body.errors[0].field).toBe('length_in_minutes');
  });

  it('answers the open booking on reuse, a pending one too', async () => {
    const id = await one();
    const first = await book(id, { event_type_id: 5 });
    expect((await stored(id))[0]!.status).toBe('pending');
    const before = calls('POST', '/bookings');
    const second = await book(id);
    expect(second).toMatchObject({ status: 'reused', booking_id: first.booking_id, start_time: first.start_time });
    expect(calls('POST', '/bookings')).toBe(before);
  });

  it.each(['reuse', 'replace'])('books anew on %s where the former interview is over', async (choice) => {
    const id = await one();
    const first = await book(id);
    const ended = atCalCom(first.booking_id);
    const aWeekAgo = Date.now() - 7 * 86_400_000;
    const [start, end] = [aWeekAgo, aWeekAgo + 1_800_000].map((at) => new Date(at).toISOString());
    Object.assign(ended, { start, end });
    const second = await book(id, { on_existing: choice });
    expect(second.status).toBe('booked');
    expect(second.booking_id).not.toBe(first.booking_id);
    expect(ended.status).toBe('accepted');
    expect((await stored(id)).map(({ status }) => status)).toEqual(['confirmed', 'confirmed']);
  });

  it('cancels the former booking on replace, with a reason, and takes another link', async () => {
    const id = await one();
    const first = await book(id);
    const second = await book(id, { on_existing: 'replace' });
    expect(second.status).toBe('booked');
    expect(second.booking_url).not.toBe(first.booking_url);
    expect(atCalCom(first.booking_id)).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'Replaced by another time.',
    });
    expect((await stored(id)).map(({ status }) => status)).toEqual(['cancelled', 'confirmed']);
  });

  it('keeps on replace what is booked for that very time already, and nothing beside it', async () => {
    const id = await one();
    const start = test.freeStart();
    const first = await book(id, { event_type_id: 4, length_in_minutes: 30, start });
    const again = await book(id, { event_type_id: 4, length_in_minutes: 30, start, on_existing: 'replace' });
    expect(again).toMatchObject({ status: 'reused', booking_id: first.booking_id });
    expect(atCalCom(first.booking_id).status).toBe('accepted');
    const shorter = await book(id, { event_type_id: 4, length_in_minutes: 15, start, on_existing: 'replace' });
    expect(shorter.status).toBe('booked');
    expect(atCalCom(first.booking_id).status).toBe('cancelled');
  });

  it('keeps the former booking when the new time is taken', async () => {
    const start = test.freeStart();
    await book(await one(), { start });
    const id = await one();
    const first = await book(id);
    expect(await book(id, { start, on_existing: 'replace' })).toMatchObject({
      status: 'failed',
      booking_id: first.booking_id,
      error: 'This time is taken or outside the working hours of the host.',
    });
    expect(atCalCom(first.booking_id).status).toBe('accepted');
  });

  it('cancels the booking of the one whose link is replaced', async () => {
    const id = await one();
    const first = await book(id);
    const [linked] = await made({ invitation_ids: [id], event_type_id: 1, on_existing: 'replace' });
    expect(linked).toMatchObject({ status: 'linked', booking_id: null });
    expect(linked!.booking_url).not.toBe(first.booking_url);
    expect(atCalCom(first.booking_id).status).toBe('cancelled');
  });

  it('finds the booking that the candidate made meanwhile, instead of making a second one', async () => {
    const id = await one();
    await made({ invitation_ids: [id], event_type_id: 1 });
    const [link] = await test.db.query('select ref from booking_links where invitation_id = $1', [id]);
    const theirs = await test.sandbox.desk.book({
      ...(await inputFor(test, test.freeStart())),
      metadata: { interlude: link.ref },
    });
    const answer = await book(id);
    expect(answer).toMatchObject({ status: 'reused', booking_id: theirs.uid });
    expect(await stored(id)).toMatchObject([{ booking_id: theirs.uid, status: 'confirmed', matched_by: 'ref' }]);
  });

  it('books anew where the candidate has cancelled at Cal.com meanwhile', async () => {
    const id = await one();
    const first = await book(id);
    await test.sandbox.desk.cancel(first.booking_id!, 'No time', null);
    const second = await book(id);
    expect(second).toMatchObject({ status: 'booked' });
    expect((await stored(id)).map(({ status }) => status)).toEqual(['cancelled', 'confirmed']);
  });

  it('lets nobody be kept by a booking that Cal.com no longer knows', async () => {
    const id = await one();
    const lost = await book(id);
    const { bookings: known } = test.sandbox.state;
    known.splice(known.indexOf(atCalCom(lost.booking_id)), 1);
    const second = await book(id);
    expect(second.status).toBe('booked');
    await test.ask('delete', `${bookings}/${second.booking_id}`);
    const sent = await test.ask('post', `${api}/send-emails`, { body: { invitation_ids: [id] } });
    expect(sent.body).toMatchObject({ queued: 1, skipped: [] });
    const closed = await test.ask('delete', `${bookings}/${lost.booking_id}`, { body: { reason: 'Lost' } });
    expect(closed.body).toMatchObject({ booking_id: lost.booking_id, status: 'cancelled' });
    expect((await stored(id)).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
  });

  it('follows a booking that was moved at Cal.com meanwhile', async () => {
    const id = await one();
    const first = await book(id);
    const start = new Date(test.freeStart());
    const moved = await test.sandbox.desk.reschedule(
      first.booking_id!,
      { start, reason: null, rescheduledBy: null },
      null,
    );
    expect(await book(id)).toMatchObject({ status: 'reused', booking_id: moved.uid, start_time: start.toISOString() });
    const late = await test.ask('delete', `${bookings}/${first.booking_id}`);
    expect(late.body).toMatchObject({ booking_id: first.booking_id, status: 'cancelled' });
    expect(atCalCom(moved.uid).status).toBe('accepted');
  });

  it('says of a taken time that it is taken', async () => {
    const start = test.freeStart();
    await book(await one(), { start });
    const id = await one();
    expect(await book(id, { start })).toMatchObject({
      status: 'failed',
      booking_id: null,
      error: 'This time is taken or outside the working hours of the host.',
    });
    expect(await stored(id)).toEqual([]);
  });

  it('books once, however often it is asked at the same time', async () => {
    const id = await one();
    const body = { invitation_ids: [id], event_type_id: 5, start: test.freeStart() };
    const answers = await Promise.all([1, 2, 3].map(() => test.ask('post', bookings, { body })));
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThanOrEqual(1);
    expect(statuses.every((status) => status === 201 || status === 409)).toBe(true);
    expect(await stored(id)).toHaveLength(1);
    expect(
      test.sandbox.state.bookings.filter(({ start }) => Date.parse(start) === Date.parse(body.start)),
    ).toHaveLength(1);
    expect(await test.db.query('select * from booking_claims')).toEqual([]);
  });

  it('looks a booking up whose answer was lost, and makes no second one', async () => {
    const id = await one();
    const before = calls('POST', '/bookings');
    test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
    const answer = await book(id, { event_type_id: 5 });
    expect(answer.status).toBe('booked');
    expect(calls('POST', '/bookings')).toBe(before + 1);
    expect(await stored(id)).toMatchObject([{ booking_id: answer.booking_id, status: 'pending', matched_by: 'api' }]);
  });

  it('says so when it stays unclear, and finds the booking at the next try', async () => {
    const id = await one();
    const start = test.freeStart();
    const body = { invitation_ids: [id], event_type_id: 5, start };
    test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
    test.sandbox.fail('500', { times: 9, only: ({ method }) => method === 'GET' });
    const unclear = await post(body, 502);
    expect(unclear.body.detail).toContain('did not answer clearly');
    expect(await stored(id)).toEqual([]);
    test.sandbox.heal();
    const before = calls('POST', '/bookings');
    expect((await made(body))[0]).toMatchObject({ status: 'reused', start_time: start });
    expect(calls('POST', '/bookings')).toBe(before);
  });

  it('says that Cal.com is down, and changes nothing', async () => {
    const id = await one();
    test.sandbox.fail('500', { times: 9 });
    await made({ invitation_ids: [id], event_type_id: 1 });
    const down = await post({ invitation_ids: [id], event_type_id: 1, start: test.freeStart() }, 503);
    expect(down.body).toMatchObject({ status: 503, detail: 'Cal.com has trouble of its own right now.' });
    expect(await stored(id)).toEqual([]);
  });

  it('takes back the invitations that wait to be sent to who is booked', async () => {
    await test.db.query('update orgs set undo_window_seconds = 600 where id = $1', [test.acme.orgId]);
    const id = await one();
    const sent = await test.ask('post', `${api}/send-emails`, { body: { invitation_ids: [id], event_type_id: 1 } });
    await book(id);
    const send = await test.ask('get', sent.body.status_url);
    expect(send.body.counts).toEqual({ skipped: 1 });
    expect(send.body.emails[0].error).toBe('This candidate has an interview.');
    await test.db.query('update orgs set undo_window_seconds = 0');
  });

  it('keeps a mail from leaving whose link was replaced while it waited', async () => {
    await test.db.query('update orgs set undo_window_seconds = 600 where id = $1', [test.acme.orgId]);
    const ids = await test.ids(2);
    const sent = await test.ask('post', `${api}/send-emails`, { body: { invitation_ids: ids, event_type_id: 1 } });
    await made({ invitation_ids: [ids[0]], event_type_id: 2, on_existing: 'replace' });
    expect((await test.ask('get', sent.body.status_url)).body.counts).toEqual({ queued: 2 });
    await made({ invitation_ids: [ids[0]], event_type_id: 1, on_existing: 'replace' });
    const send = await test.ask('get', sent.body.status_url);
    expect(send.body.counts).toEqual({ queued: 1, skipped: 1 });
    expect(send.body.emails[0].error).toContain('was replaced');
    await test.db.query('update orgs set undo_window_seconds = 0');
  });

  it('cancels a booking with the reason given, and with one of its own', async () => {
    const [first, second] = [await book(await one()), await book(await one())];
    const reason = 'The role has been filled.';
    const cancelled = await test.ask('delete', `${bookings}/${first.booking_id}`, { body: { reason } });
    expect(cancelled.status).toBe(200);
    expect(cancelled.body).toMatchObject({ status: 'cancelled', cancellation_reason: reason });
    expect(atCalCom(first.booking_id).cancellationReason).toBe(reason);
    const plain = await test.ask('delete', `${bookings}/${second.booking_id}`);
    expect(plain.body).toMatchObject({ status: 'cancelled', cancellation_reason: 'Cancelled by the hiring team.' });
    const before = calls('POST', '/cancel');
    const again = await test.ask('delete', `${bookings}/${second.booking_id}`, { body: {} });
    expect(again.body).toEqual(plain.body);
    expect(calls('POST', '/cancel')).toBe(before);
    const shown = await test.ask('get', `${bookings}/${second.booking_id}`, { as: test.ben });
    expect(shown.body).toEqual(plain.body);
  });

  it('looks a cancellation up whose answer was lost', async () => {
    const { booking_id } = await book(await one());
    test.sandbox.fail('lost', { only: ({ method }) => method === 'POST' });
    const cancelled = await test.ask('delete', `${bookings}/${booking_id}`);
    expect(cancelled.body).toMatchObject({ booking_id, status: 'cancelled' });
  });

  it('keeps a booking open that could not be cancelled', async () => {
    const { booking_id } = await book(await one());
    test.sandbox.fail('500', { times: 9 });
    const refused = await test.ask('delete', `${bookings}/${booking_id}`);
    expect([502, 503]).toContain(refused.status);
    test.sandbox.heal();
    expect((await test.ask('get', `${bookings}/${booking_id}`)).body.status).toBe('confirmed');
    expect(atCalCom(booking_id).status).toBe('accepted');
  });

  it('refuses what names one person or one time together with several invitations', async () => {
    const ids = await test.ids(2);
    const refused = await post({ invitation_ids: ids, start: test.freeStart(), name: 'Ann' }, 422);
    expect(refused.body.errors.map(({ field }: { field: string }) => field)).toEqual(['start', 'name']);
    expect(await test.ids(2)).toEqual(ids);
  });

  it('takes name and email only as the invitation has them', async () => {
    const id = await one();
    const [person] = await test.db.query('select name, email from invitations where id = $1', [id]);
    const refused = await post({ invitation_ids: [id], name: person.name, email: 'other@example.org' }, 422);
    expect(refused.body.errors).toEqual([{ field: 'email', message: 'This is not the email of the invitation.' }]);
    expect(await test.ids(1)).toEqual([id]);
    await made({ invitation_ids: [id], name: person.name, email: person.email.toUpperCase() });
  });

  it.each([
    ['no id', { invitation_ids: [] }, 'invitation_ids'],
    ['an id that is none', { invitation_ids: ['1'] }, 'invitation_ids'],
    ['a single id', { invitation_ids: '0198b6f0-0000-4000-8000-000000000000' }, 'invitation_ids'],
    ['nothing at all', { invitation_ids: undefined }, 'invitation_ids'],
    ['an unknown zone', { time_zone: 'EST' }, 'time_zone'],
    ['a word for a number', { event_type_id: 'one' }, 'event_type_id'],
    ['an unknown property', { evnt_type_id: 1 }, 'evnt_type_id'],
    ['what every object has', { constructor: { prototype: { polluted: 1 } } }, 'constructor'],
    ['a prototype', JSON.parse('{"__proto__":{"polluted":1}}') as object, '__proto__'],
    ['another word for replace', { on_existing: 'double' }, 'on_existing'],
    ['null for a start', { start: null }, 'start'],
  ])('refuses %s and names the field', async (_, body, field) => {
    const refused = await post({ invitation_ids: await test.ids(1), ...body }, 422);
    expect(refused.headers['content-type']).toContain('application/problem+json');
    expect(refused.body.errors).toEqual([{ field, message: expect.any(String) }]);
  });

  it('takes at most 10,000 ids and 1 MB', async () => {
    const many = Array.from({ length: 10_001 }, (_, n) => `0198b6f0-0000-4000-8000-${String(n).padStart(12, '0')}`);
    expect((await post({ invitation_ids: many }, 422)).body.detail).toContain('10,000');
    await post({ invitation_ids: many.slice(1) }, 404);
    await post({ invitation_ids: Array(30_000).fill(many[0]) }, 413);
    const broken = await test.dana.agent.post(bookings).type('json').send('{"invitation_ids":').expect(400);
    expect(broken.body).toMatchObject({ status: 400, type: 'about:blank' });
  });

  it('knows no id of another organization, and changes nothing for the others', async () => {
    const ids = await test.ids(2);
    const [theirs] = await test.db.query<{ id: string }[]>(
      `with a as (insert into assessments (org_id, title) values ($1, 'Theirs') returning id)
       insert into invitations (org_id, assessment_id, name, email) select $1, a.id, 'Hank', 'hank@example.org' from a returning id`,
      [test.globex.orgId],
    );
    await post({ invitation_ids: [...ids, theirs!.id], event_type_id: 1 }, 404);
    await post({ invitation_ids: ids, event_type_id: 7 }, 404);
    expect(await test.ids(2)).toEqual(ids);
    const { booking_id } = await book(ids[0]!);
    for (const method of ['get', 'delete'] as const) {
      expect((await test.ask(method, `${bookings}/${booking_id}`, { as: test.cleo })).status).toBe(404);
      for (const id of ['nothing', '%00', 'a%2Fb', "'"]) {
        expect((await test.dana.agent[method](`${bookings}/${id}`)).status).toBe(404);
      }
    }
    expect(atCalCom(booking_id).status).toBe('accepted');
  });

  it('is for schedulers, and says of an organization without Cal.com that it has none', async () => {
    const body = { invitation_ids: await test.ids(1) };
    expect((await test.ask('post', bookings, { as: test.ben, body })).status).toBe(403);
    expect((await test.ask('delete', `${bookings}/x`, { as: test.ben })).status).toBe(403);
    await test.visitor().post(bookings).send(body).expect(401);
    await test
      .visitor()
      .get(`${bookings}/x`)
      .expect(401)
      .expect('content-type', /problem\+json/);
    await test.dana.agent.post(bookings).set('Origin', 'https://evil.example').send(body).expect(403);
    const [theirs] = await test.db.query('select id from invitations where org_id = $1', [test.globex.orgId]);
    const none = await test.ask('post', bookings, { as: test.cleo, body: { invitation_ids: [theirs.id] } });
    expect(none.status).toBe(409);
    expect(none.body.detail).toBe('Cal.com is not connected yet. An admin can connect it in the settings.');
    expect(await test.ids(1)).toEqual(body.invitation_ids);
  });
});

async function inputFor(test: ApiTest, start: string) {
  const eventType = test.sandbox.state.eventType(1)!;
  return {
    eventType,
    start: new Date(start),
    lengthInMinutes: 30,
    attendee: { name: 'Somebody', email: 'other@example.org', timeZone: 'Europe/Berlin', language: 'en' },
    guests: [],
    notes: null,
    responses: {},
  } as unknown as Parameters<typeof test.sandbox.desk.book>[0];
}
