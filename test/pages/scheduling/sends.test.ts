import * as cheerio from 'cheerio';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

describe('a send', () => {
  let test: SchedulingTest;
  let eventType: string;

  beforeAll(async () => {
    test = await startScheduling();
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    eventType = page('#event_type_id option').first().attr('value')!;
  });
  afterAll(() => test.stop());

  const draft = async (ids: readonly string[], agent = test.asha.agent) => {
    const answer = await agent
      .post('/app/scheduling/sends')
      .type('form')
      .send({ invitation_ids: ids, event_type_id: eventType })
      .expect(303);
    return answer.headers['location']!.split('/').at(-1)!;
  };
  const show = async (id: string, query = '') =>
    cheerio.load((await test.asha.agent.get(`/app/sends/${id}${query}`).expect(200)).text);
  const post = (id: string, action: string, body: object, agent = test.asha.agent) =>
    agent.post(`/app/sends/${id}/${action}`).type('form').send(body);
  const formOf = ($: cheerio.CheerioAPI) => ({
    revision: $('#message-form input[name=revision]').attr('value'),
    subject: $('#subject').attr('value'),
    message: $('#message').text().replace(/^\n/, ''),
  });

  it('begins as a draft that shows each mail as its candidate will get it', async () => {
    const id = await draft(await test.ids(3));
    const first = await show(id);
    expect(first('#result').text()).toBe('3 will be sent');
    expect(first('#mail').text()).toMatch(/^As .+ gets it$/);
    const second = await show(id, '?email=2&part=text');
    expect(second('#mail').text()).not.toBe(first('#mail').text());
    expect(second('pre.mail-paper').text()).toContain(`${test.settings.publicUrl}/i/`);
    const framed = await test.asha.agent.get(first('iframe').attr('src')!).expect(200);
    expect(framed.headers['content-security-policy']).toContain(`default-src 'none'`);
    expect(framed.headers['content-security-policy']).toContain(`frame-ancestors 'self'`);
    expect(framed.text).toContain(`${test.settings.publicUrl}/i/`);
    expect(await test.settled(id)).toEqual({ draft: 3 });
  });

  it('leaves once, however often Send is pressed, and tells what became of each mail', async () => {
    const id = await draft(await test.ids(4));
    const form = formOf(await show(id));
    const answers = await Promise.all([1, 2, 3, 4].map(() => post(id, 'dispatch', form)));
    expect(answers.map((answer) => answer.status)).toEqual([303, 303, 303, 303]);
    expect(await test.settled(id)).toEqual({ accepted: 4 });
    const sent = await test.db.query<{ type: string; count: number }[]>(
      `select v.type, count(*)::int count from email_events v join emails e on e.id = v.email_id where e.send_id = $1 group by 1`,
      [id],
    );
    expect(sent.find((event) => event.type === 'accepted')?.count).toBe(4);
    const $ = await show(id);
    expect($('#progress-title').text()).toBe('4 of 4 done');
    expect(
      $('tbody .badge')
        .map((_, badge) => $(badge).text().trim())
        .get(),
    ).toEqual(Array(4).fill('Accepted'));
    const mail = cheerio.load(
      (await test.asha.agent.get($('tbody td a[href^="/app/emails/"]').first().attr('href')!).expect(200)).text,
    );
    expect(mail('dd').text()).toContain('Meeting Invitation - ');
    const page = cheerio.load(
      (await test.asha.agent.get('/app/scheduling?scheduling_status=invited').expect(200)).text,
    );
    expect(page('tbody th').length).toBeGreaterThanOrEqual(4);
  });

  it('keeps a changed message, and shows it before it leaves', async () => {
    const id = await draft(await test.ids(2));
    const form = formOf(await show(id));
    const changed = { ...form, subject: 'Hello {{candidate_name}}', message: 'Come: {{booking_link}}' };
    const unseen = await post(id, 'dispatch', changed).expect(422);
    expect(unseen.text).toContain('changed after the preview');
    expect(await test.settled(id)).toEqual({ draft: 2 });
    const now = await show(id);
    expect(now('dd').text()).toContain('Hello ');
    await post(id, 'dispatch', formOf(now)).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 2 });
    const [mail] = await test.db.query<{ subject: string; name: string | null }[]>(
      'select t.subject, t.name from emails e join email_templates t on t.id = e.template_id where e.send_id = $1',
      [id],
    );
    expect(mail).toEqual({ subject: 'Hello {{candidate_name}}', name: null });
  });

  it('refuses a message with a name it does not know, names it and keeps what was typed', async () => {
    const id = await draft(await test.ids(1));
    const form = formOf(await show(id));
    const answer = await post(id, 'content', { ...form, message: 'Dear {{candidat_name}}, {{booking_link}}' }).expect(
      422,
    );
    const $ = cheerio.load(answer.text);
    expect($('[role=alert], .notice').text()).toContain('candidat_name');
    expect($('#message').text()).toContain('{{candidat_name}}');
    expect($('#message').attr('aria-invalid')).toBe('true');
    expect($('section.action-bar [formaction$=dispatch]')).toHaveLength(0);
    const kept = await test.db.query<{ body: string }[]>('select body from sends where id = $1', [id]);
    expect(kept[0]!.body).toBe(form.message);
  });

  it('sends nothing that a colleague changed meanwhile', async () => {
    const id = await draft(await test.ids(1));
    const mine = formOf(await show(id));
    await post(id, 'content', { ...mine, subject: 'A colleague was here' }, test.dana.agent).expect(303);
    const answer = await post(id, 'dispatch', { revision: mine.revision }).expect(422);
    expect(answer.text).toContain('was changed meanwhile');
    await post(id, 'dispatch', {}).expect(422);
    await post(id, 'content', { ...mine, subject: 'Mine' }).expect(422);
    expect(await test.settled(id)).toEqual({ draft: 1 });
  });

  it('counts each reason for skipping, and leads to its rows, all of them', async () => {
    const declined = 102;
    const [fine] = await test.ids(1);
    const ids = await test.db.query<{ id: string }[]>(
      `with a as (insert into assessments (org_id, title, closed_at)
                  values ($1, 'Over', now()), ($1, 'Not over', null) returning id, closed_at)
       insert into invitations (org_id, assessment_id, name, email, declined_at)
       select $1, a.id, 'Skipped ' || n, a.id || '-' || n || '@many.example', case when a.closed_at is null then now() end
         from a, generate_series(1, $2::int) n where a.closed_at is null or n = 1 returning id`,
      [test.acme.orgId, declined],
    );
    const send = await draft([...ids.map(({ id }) => id), fine!]);
    const $ = await show(send);
    expect($('#result').text()).toBe('1 will be sent, 103 skipped');
    const reasons = $('nav[aria-label="Reasons for skipping"] a');
    expect(reasons.map((_, link) => $(link).text()).get()).toEqual([
      'All skipped 103',
      'Declined 102',
      'Assessment closed 1',
    ]);
    const rows = async (href: string) => {
      const page = cheerio.load((await test.asha.agent.get(href).expect(200)).text);
      const table = page('section[aria-labelledby=result] table');
      expect(table.find('tbody th a[href^="/app/candidates/"]')).toHaveLength(table.find('tbody tr').length);
      return {
        names: table
          .find('tbody th b')
          .map((_, name) => page(name).text())
          .get(),
        badges: [
          ...new Set(
            table
              .find('.badge')
              .map((_, badge) => page(badge).text().trim())
              .get(),
          ),
        ],
        more: page('section[aria-labelledby=result] a:contains("that follow")').attr('href'),
      };
    };
    const closed = await rows(reasons.eq(2).attr('href')!);
    expect(closed).toEqual({ names: ['Skipped 1'], badges: ['Assessment closed'], more: undefined });
    const first = await rows(reasons.eq(1).attr('href')!);
    const second = await rows(first.more!);
    expect([first.badges, second.badges, second.more]).toEqual([['Declined'], ['Declined'], undefined]);
    expect(new Set([...first.names, ...second.names]).size).toBe(declined);
    expect((await rows(`/app/sends/${send}?skipped=nonsense&after=-1`)).names).toHaveLength(100);
  });

  it('skips who is booked, declined, mailed lately or twice in the send, and says why', async () => {
    const ids = await test.ids(5);
    const [booked, declined, lately, twice, fine] = ids as [string, string, string, string, string];
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       values ($1, $2, 'uid-1', 'http://cal.example/booking/uid-1', 'confirmed', now() + interval '1 day', now() + interval '25 hours')`,
      [test.acme.orgId, booked],
    );
    await test.db.query('update invitations set declined_at = now() where id = $1', [declined]);
    const earlier = await draft([lately]);
    await post(earlier, 'dispatch', formOf(await show(earlier))).expect(303);
    await test.settled(earlier);
    await test.db.query(
      `update invitations set email = (select email from invitations where id = $2), assessment_id =
        (select id from assessments where org_id = $3 and id <> (select assessment_id from invitations where id = $2)
           and not exists (select 1 from invitations i where i.assessment_id = assessments.id
                              and lower(i.email) = (select lower(email) from invitations where id = $2)) limit 1)
       where id = $1`,
      [twice, fine, test.acme.orgId],
    );
    const id = await draft([booked, declined, lately, fine, twice]);
    const $ = await show(id);
    expect($('#result').text()).toBe('1 will be sent, 4 skipped');
    const words = $('section[aria-labelledby=result] tbody').text();
    for (const reason of ['Already booked', 'Declined', 'Mailed recently', 'Same address twice']) {
      expect(words).toContain(reason);
    }
    await post(id, 'recent', { revision: formOf($).revision }).expect(303);
    expect((await show(id))('#result').text()).toBe('2 will be sent, 3 skipped');
  });

  it('checks again at the last moment who may get the mail', async () => {
    const [first, second] = (await test.ids(2)) as [string, string];
    const id = await draft([first, second]);
    const form = formOf(await show(id));
    await test.db.query('update invitations set declined_at = now() where id = $1', [first]);
    await post(id, 'dispatch', form).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 1, skipped: 1 });
  });

  it('writes to nobody whom another send wrote to after the preview', async () => {
    const ids = await test.ids(2);
    const [first, second] = [await draft(ids), await draft(ids)];
    const forms = [formOf(await show(first)), formOf(await show(second))];
    await post(first, 'dispatch', forms[0]!).expect(303);
    expect(await test.settled(first)).toEqual({ accepted: 2 });
    await post(second, 'dispatch', forms[1]!).expect(303);
    expect(await test.settled(second)).toEqual({ skipped: 2 });
    expect((await show(second))('tbody').text()).toContain('Another send wrote to this candidate');
  });

  it('writes to nobody twice, though the message was changed back and forth while a colleague sent', async () => {
    const ids = await test.ids(2);
    const [mine, theirs] = [await draft(ids), await draft(ids, test.dana.agent)];
    const before = formOf(await show(mine));
    await post(mine, 'content', { ...before, message: 'On {{meeting_date}}: {{booking_link}}' }).expect(303);
    await post(theirs, 'dispatch', formOf(await show(theirs)), test.dana.agent).expect(303);
    expect(await test.settled(theirs)).toEqual({ accepted: 2 });
    await post(mine, 'content', { ...before, revision: formOf(await show(mine)).revision }).expect(303);
    await post(mine, 'dispatch', formOf(await show(mine))).expect(303);
    expect(await test.settled(mine)).toEqual({ skipped: 2 });
    expect((await show(mine))('tbody').text()).toContain('Another send wrote to this candidate');
  });

  it('writes to nobody at an address that was corrected meanwhile', async () => {
    const [id] = (await test.ids(1)) as [string];
    const send = await draft([id]);
    const form = formOf(await show(send));
    const [before] = await test.db.query<{ external_id: string; title: string; token: string }[]>(
      `select i.external_id, a.title, l.token from invitations i join assessments a on a.id = i.assessment_id
         join booking_links l on l.invitation_id = i.id where i.id = $1`,
      [id],
    );
    const file = `name,email,assessment,external_id\nMoved,moved@example.org,"${before!.title}",${before!.external_id}\n`;
    await test.asha.agent.post('/app/candidates/import').attach('file', Buffer.from(file), 'moved.csv').expect(303);
    await test.visitor().get(`/i/${before!.token}`).expect(410);
    await post(send, 'dispatch', form).expect(303);
    expect(await test.settled(send)).toEqual({ skipped: 1 });
    const again = await draft([id]);
    await post(again, 'dispatch', formOf(await show(again))).expect(303);
    await test.settled(again);
    const [mail] = await test.db.query<{ to_address: string; link: string }[]>(
      `select to_address, template_values ->> 'booking_link' link from emails where send_id = $1`,
      [again],
    );
    expect(mail!.to_address).toBe('moved@example.org');
    expect(mail!.link).not.toContain(before!.token);
  });

  it('skips everybody, and says so, where the message needs a value nobody has', async () => {
    const id = await draft(await test.ids(2));
    const form = formOf(await show(id));
    await post(id, 'content', { ...form, message: 'On {{meeting_date}}: {{booking_link}}' }).expect(303);
    const $ = await show(id);
    expect($('#result').text()).toBe('0 will be sent, 2 skipped');
    expect($('main').text()).toContain('Value missing');
    const back = formOf($);
    await post(id, 'content', {
      ...back,
      message: '{{#if meeting_date}}{{meeting_date}}{{/if}} {{booking_link}}',
    }).expect(303);
    expect((await show(id))('#result').text()).toBe('2 will be sent');
  });

  it('sends a test to oneself with a sample link and leaves the draft as it was', async () => {
    const id = await draft(await test.ids(1));
    await post(id, 'test', formOf(await show(id))).expect(303);
    const [mail] = await test.db.query<{ to_address: string; link: string }[]>(
      `select to_address, template_values ->> 'booking_link' link from emails where send_id = $1 and kind = 'test'`,
      [id],
    );
    expect(mail).toEqual({ to_address: 'asha@acme.example', link: `${test.settings.publicUrl}/i/sample` });
    await test.visitor().get('/i/sample').expect(200);
    expect(await test.settled(id)).toEqual({ draft: 1 });
  });

  it('retries one failed mail, and all failed ones, and nothing else', async () => {
    const id = await draft(await test.ids(3));
    await post(id, 'dispatch', formOf(await show(id))).expect(303);
    await test.settled(id);
    const emails = await test.db.query<{ id: string }[]>('select id from emails where send_id = $1 order by position', [
      id,
    ]);
    await test.db.query(`update emails set state = 'failed', reason = 'Refused' where id = any($1)`, [
      emails.slice(0, 2).map((email) => email.id),
    ]);
    const $ = await show(id);
    expect($('#trouble-title').text()).toBe('2 need you');
    await test.asha.agent.post(`/app/emails/${emails[0]!.id}/retry`).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 2, failed: 1 });
    await post(id, 'retry', {}).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 3 });
    await test.asha.agent.post(`/app/emails/${emails[2]!.id}/retry`).expect(303);
    const [events] = await test.db.query<{ count: number }[]>(
      `select count(*)::int count from email_events where email_id = $1 and type = 'accepted'`,
      [emails[2]!.id],
    );
    expect(events!.count).toBe(1);
  });

  it('retries nothing to somebody who has booked, and nothing with a link that was replaced', async () => {
    const [booked, replaced, fine] = (await test.ids(3)) as [string, string, string];
    const id = await draft([booked, replaced, fine]);
    await post(id, 'dispatch', formOf(await show(id))).expect(303);
    await test.settled(id);
    await test.db.query(`update emails set state = 'failed' where send_id = $1`, [id]);
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       values ($1, $2, 'uid-retry', 'http://cal.example/booking/uid-retry', 'confirmed', now() + interval '1 day', now() + interval '25 hours')`,
      [test.acme.orgId, booked],
    );
    await test.db.query('update booking_links set revoked_at = now() where invitation_id = $1', [replaced]);
    await post(id, 'retry', {}).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 1, failed: 2 });
    const [kept] = await test.db.query<{ id: string }[]>(
      'select id from emails where send_id = $1 and invitation_id = $2',
      [id, booked],
    );
    await test.asha.agent.post(`/app/emails/${kept!.id}/retry`).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 1, failed: 2 });
  });

  it('can be undone while it waits', async () => {
    await test.db.query('update orgs set undo_window_seconds = 60 where id = $1', [test.acme.orgId]);
    try {
      const id = await draft(await test.ids(2));
      await post(id, 'dispatch', formOf(await show(id))).expect(303);
      const $ = await show(id);
      expect($('#progress-title').text()).toContain('2 emails will leave at');
      await post(id, 'cancellation', {}).expect(303);
      expect(await test.settled(id)).toEqual({ cancelled: 2 });
      expect((await show(id))('#progress-title').text()).toBe('Cancelled: nothing has left');
    } finally {
      await test.db.query('update orgs set undo_window_seconds = 0 where id = $1', [test.acme.orgId]);
    }
  });

  it('is nobody else’s: strangers 404, viewers 403, bad ids 404, foreign origins 403', async () => {
    const id = await draft(await test.ids(1));
    const form = formOf(await show(id));
    const [email] = await test.db.query<{ id: string }[]>('select id from emails where send_id = $1', [id]);
    for (const path of [`/app/sends/${id}`, `/app/emails/${email!.id}`, `/app/emails/${email!.id}/body`]) {
      await test.cleo.agent.get(path).expect(404);
    }
    for (const action of ['content', 'test', 'dispatch', 'cancellation', 'retry', 'recent']) {
      await post(id, action, form, test.cleo.agent).expect(404);
      await post(id, action, form, test.ben.agent).expect(403);
      await post('not-an-id', action, form).expect(404);
      await post(id, action, form).set('Origin', 'https://evil.example').expect(403);
    }
    await test.cleo.agent.post(`/app/emails/${email!.id}/retry`).expect(404);
    await test.ben.agent.get(`/app/sends/${id}`).expect(200);
    expect(await test.settled(id)).toEqual({ draft: 1 });
  });
});
