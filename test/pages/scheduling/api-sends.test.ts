import { api, startApi, type ApiTest } from '../../support/api.js';

const sendEmails = `${api}/send-emails`;

describe('sends by the API', () => {
  let test: ApiTest;

  beforeAll(async () => {
    test = await startApi();
  });
  afterAll(() => test.stop());

  const post = (body: object, as = test.dana) => test.ask('post', sendEmails, { body, as });
  const linked = async (id: string, eventTypeId = 1) => {
    const body = { invitation_ids: [id], event_type_id: eventTypeId };
    return (await test.ask('post', `${api}/cal-com/bookings`, { body })).body.data[0].booking_url as string;
  };
  const show = async (path: string, as = test.ben) => (await test.ask('get', path, { as })).body;
  const sentTo = (sendId: string) =>
    test.db.query<{ invitation_id: string; url: string; subject: string; body: string; reply_to: string }[]>(
      `select e.invitation_id, e.template_values ->> 'booking_link' url, t.subject, t.body, e.reply_to
         from emails e join email_templates t on t.id = e.template_id where e.send_id = $1 order by e.position`,
      [sendId],
    );
  const mailsOf = (id: string) => test.db.query('select id from emails where invitation_id = $1', [id]);

  it('mails each a personal link, once, and tells what became of it', async () => {
    const ids = await test.ids(3);
    const answer = await post({ invitation_ids: [...ids, ids[0]] });
    expect(answer.status).toBe(202);
    const { send_id, status_url, queued, skipped } = answer.body;
    expect({ status_url, queued, skipped }).toEqual({
      status_url: `${api}/sends/${send_id}`,
      queued: 3,
      skipped: [],
    });
    expect(await test.settled(send_id)).toEqual({ accepted: 3 });
    const send = await show(status_url);
    expect(send).toMatchObject({ send_id, state: 'done', counts: { accepted: 3 }, next_cursor: null });
    expect(send.emails.map((each: { invitation_id: string }) => each.invitation_id)).toEqual(ids);
    expect(send.emails[0]).toMatchObject({ state: 'accepted', error: null });
    const urls = (await sentTo(send_id)).map(({ url }) => url);
    const list = await show(`${api}/candidates?scheduling_status=invited`);
    expect(new Set(list.data.map((each: { booking_link: string }) => each.booking_link))).toEqual(new Set(urls));
    expect((await sentTo(send_id))[0]!.reply_to).toBe('dana@acme.example');
    await test.asha.agent.get(`/app/sends/${send_id}`).expect(200);
  });

  it('skips who was mailed a few days ago, unless they are meant', async () => {
    const ids = await test.ids(2);
    const first = await post({ invitation_ids: [ids[0]] });
    await test.settled(first.body.send_id);
    const second = await post({ invitation_ids: ids });
    expect(second.body).toMatchObject({ queued: 1, skipped: [{ invitation_id: ids[0], reason: 'recent' }] });
    await test.settled(second.body.send_id);
    const { emails } = await show(second.body.status_url);
    expect(emails[0]).toMatchObject({ state: 'skipped', error: 'This candidate was invited in the last few days.' });
    const third = await post({ invitation_ids: [ids[0]], include_recent: true });
    expect(third.body).toMatchObject({ queued: 1, skipped: [] });
    expect(await test.settled(third.body.send_id)).toEqual({ accepted: 1 });
  });

  it('takes the newest open link, whichever event type is named for those without', async () => {
    const [first, second] = await test.ids(2);
    await linked(first!, 1);
    const newest = await linked(first!, 2);
    const { body } = await post({ invitation_ids: [first, second], event_type_id: 1 });
    await test.settled(body.send_id);
    const [toFirst, toSecond] = await sentTo(body.send_id);
    expect(toFirst!.url).toBe(newest);
    const [made] = await test.db.query('select event_type_id from booking_links where invitation_id = $1', [second]);
    expect(made.event_type_id).toBe('1');
    expect(toSecond!.url).toMatch(/\/i\/[\w-]{22}$/);
  });

  it('takes the link that is sent along, if it is the candidate’s own', async () => {
    const [first, second] = await test.ids(2);
    const older = await linked(first!, 1);
    await linked(first!, 2);
    const { body } = await post({ invitation_ids: [first], booking_url: older });
    await test.settled(body.send_id);
    expect((await sentTo(body.send_id))[0]!.url).toBe(older);
    for (const refused of [
      { invitation_ids: [second], booking_url: older },
      { invitation_ids: [first, second], booking_url: older },
      { invitation_ids: [first], booking_url: `${older}x` },
      { invitation_ids: [first], booking_url: 'https://cal.com/acme/interview' },
    ]) {
      const answer = await post(refused);
      expect(answer.status).toBe(422);
      expect(answer.body.errors[0].field).toBe('booking_url');
    }
    expect(await mailsOf(second!)).toEqual([]);
  });

  it('sends the subject and message it was given', async () => {
    const ids = await test.ids(1);
    const subject = 'Talk about {{assessment_title}}?';
    const message = 'Hi {{candidate_name}},\n\n[choose a time]({{booking_link}}).';
    const { body } = await post({ invitation_ids: ids, subject, message });
    expect(await test.settled(body.send_id)).toEqual({ accepted: 1 });
    expect(await sentTo(body.send_id)).toMatchObject([{ subject, body: message }]);
  });

  it.each([
    [{ message: 'No link in here.' }, 'message', 'must hold `{{booking_link}}`'],
    [{ message: 'Hi {{candidat_name}}, {{booking_link}}' }, 'message', 'candidat_name'],
    [{ subject: 'Hi {{{candidate_name}}}' }, 'subject', ''],
    [{ subject: 'Two\nlines' }, 'subject', 'one line'],
    [{ subject: '' }, 'subject', 'Write a subject'],
    [{ subject: 7 }, 'subject', 'text'],
    [{ message: 'a\0{{booking_link}}' }, '', 'U+0000'],
    [{ include_recent: 'yes' }, 'include_recent', 'true or false'],
    [{ body: 'Hi' }, 'body', ''],
  ])('refuses %j and names the place', async (wrong, field, words) => {
    const ids = await test.ids(1);
    const refused = await post({ invitation_ids: ids, ...wrong });
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].field).toBe(field);
    expect(refused.body.errors[0].message).toContain(words);
    expect(await test.ids(1)).toEqual(ids);
  });

  it('asks for an event type where there is no default, and needs none where everybody has a link', async () => {
    const [first, second] = await test.ids(2);
    await linked(first!);
    await test.db.query('update cal_com_configs set default_event_type_id = null');
    const refused = await post({ invitation_ids: [first, second] });
    expect(refused.status).toBe(422);
    expect(refused.body.errors).toEqual([{ field: 'event_type_id', message: expect.stringContaining('no default') }]);
    expect(await mailsOf(first!)).toEqual([]);
    const sent = await post({ invitation_ids: [first] });
    expect(sent.body.queued).toBe(1);
    expect((await post({ invitation_ids: [second], event_type_id: 7 })).status).toBe(404);
    expect((await post({ invitation_ids: [second], event_type_id: '2' })).body.queued).toBe(1);
    await test.db.query('update cal_com_configs set default_event_type_id = 1');
  });

  it('hands a long send out in pages, with the counts of the whole on each', async () => {
    const ids = await test.ids(5);
    const { body } = await post({ invitation_ids: ids });
    await test.settled(body.send_id);
    const seen: string[] = [];
    let query = '?limit=2';
    for (let more = true; more;) {
      const page = await show(`${body.status_url}${query}`);
      expect(page.counts).toEqual({ accepted: 5 });
      seen.push(...page.emails.map((each: { invitation_id: string }) => each.invitation_id));
      query = `?limit=2&cursor=${page.next_cursor}`;
      more = page.next_cursor !== null;
    }
    expect(seen).toEqual(ids);
    expect((await test.ask('get', `${body.status_url}?cursor=x`)).status).toBe(422);
  });

  it('waits out the undo window, in which the send can be stopped', async () => {
    await test.db.query('update orgs set undo_window_seconds = 600');
    const { body } = await post({ invitation_ids: await test.ids(1) });
    expect(await show(body.status_url)).toMatchObject({ state: 'waiting', counts: { queued: 1 } });
    await test.dana.agent.post(`/app/sends/${body.send_id}/cancellation`).expect(303);
    expect(await show(body.status_url)).toMatchObject({ state: 'cancelled', counts: { cancelled: 1 } });
    await test.db.query('update orgs set undo_window_seconds = 0');
  });

  it('is for schedulers of the organization that the candidates belong to', async () => {
    const ids = await test.ids(2);
    const [theirs] = await test.db.query<{ id: string }[]>(
      `with a as (insert into assessments (org_id, title) values ($1, 'Theirs') returning id)
       insert into invitations (org_id, assessment_id, name, email) select $1, a.id, 'Hank', 'hank@example.org' from a returning id`,
      [test.globex.orgId],
    );
    const before = await test.db.query('select count(*) from sends');
    expect((await post({ invitation_ids: [...ids, theirs!.id] })).status).toBe(404);
    expect((await post({ invitation_ids: ids }, test.cleo)).status).toBe(404);
    expect((await post({ invitation_ids: [theirs!.id] }, test.cleo)).status).toBe(409);
    expect((await post({ invitation_ids: ids }, test.ben)).status).toBe(403);
    await test.visitor().post(sendEmails).send({ invitation_ids: ids }).expect(401);
    expect(await test.db.query('select count(*) from sends')).toEqual(before);
    expect(await test.ids(2)).toEqual(ids);
    const { body } = await post({ invitation_ids: ids });
    expect((await test.ask('get', body.status_url, { as: test.cleo })).status).toBe(404);
    for (const id of ['1', '%00', '0198b6f0-0000-4000-8000-000000000000']) {
      expect((await test.ask('get', `${api}/sends/${id}`)).status).toBe(404);
    }
  });
});
