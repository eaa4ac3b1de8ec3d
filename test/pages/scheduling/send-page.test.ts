import * as cheerio from 'cheerio';
import { failure, ResendServer } from '../../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';
import { until } from '../../support/until.js';

describe('the page of a send', () => {
  let resend: ResendServer;
  let test: SchedulingTest;
  let eventType: string;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '50',
    });
    await test.db.query('update orgs set recent_mail_days = 0');
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    eventType = page('#event_type_id option').attr('value')!;
  });
  afterAll(async () => {
    await test.stop();
    await resend.stop();
  });
  beforeEach(() => resend.reset());

  const get = async (path: string, agent = test.asha.agent) => cheerio.load((await agent.get(path).expect(200)).text);
  const show = (id: string, query = '') => get(`/app/sends/${id}${query}`);
  const apiState = async (id: string) =>
    (await test.asha.agent.get(`/api/admin/scheduling/sends/${id}`).expect(200)).body.state as string;
  const draft = async (ids: readonly string[]) => {
    const form = { invitation_ids: ids, event_type_id: eventType };
    const answer = await test.asha.agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
    return answer.headers['location']!.split('/').at(-1)!;
  };
  const send = async (ids: readonly string[]) => {
    const id = await draft(ids);
    await test.asha.agent.post(`/app/sends/${id}/dispatch`).type('form').send({ revision: '1' }).expect(303);
    return id;
  };
  const emailsOf = (id: string) =>
    test.db.query<{ id: string; invitationId: string; state: string; providerId: string | null }[]>(
      `select id, invitation_id "invitationId", state, provider_id "providerId" from emails
        where send_id = $1 order by position`,
      [id],
    );
  const retry = (emailId: string, body: object = {}, agent = test.asha.agent) =>
    agent.post(`/app/emails/${emailId}/retry`).type('form').send(body);
  const flashAfter = async (answer: { headers: Record<string, string> }) =>
    (await get(answer.headers['location']!))('#flash').text().trim();

  /** No call has its turn before an hour is over. */
  const holdAll = () =>
    test.db.query(`update email_rate_gates set calls = array[clock_timestamp() + interval '1 hour']`);
  const goOn = () => test.db.query(`update email_rate_gates set calls = '{}', held_until = null, paused_until = null`);

  describe('while mails leave', () => {
    beforeEach(() => holdAll());
    afterEach(() => goOn());

    it('says nothing about the end before there is a measure', async () => {
      const id = await send(await test.ids(4));
      const $ = await show(id);
      expect($('#progress-title').text()).toBe('0 of 4 done');
      expect($('section .text-secondary').first().text()).not.toContain('left, at');
      expect($('main').attr('data-refresh-seconds')).toBe('2');
      await test.asha.agent.post(`/app/sends/${id}/cancellation`).expect(303);
    });

    it('tells the pace of the last minute and when all will be done', async () => {
      const id = await send(await test.ids(20));
      const emails = await emailsOf(id);
      await test.db.query(
        `with left_alone as (
           insert into email_batches (org_id, transport, key_fingerprint, email_ids, body_hash, outcome, settled_at)
           select $2, 'resend', '', array[n.id], '', 'answered', clock_timestamp() - make_interval(secs => 3 * n.nth)
             from unnest($1::uuid[]) with ordinality n(id, nth))
         update emails set state = 'accepted', sent_at = clock_timestamp() where id = any($1)`,
        [emails.slice(0, 10).map((email) => email.id), test.acme.orgId],
      );
      const $ = await show(id);
      expect($('#progress-title').text()).toBe('10 of 20 done');
      const note = $('#progress-title').next().text();
      expect(note).toMatch(
        /^Less than a minute left, at 1[78] a minute; done at about ([A-Z].+, )?\d\d:\d\d Berlin time$/,
      );
      expect($('form[action$=cancellation] button').text()).toBe('Stop the rest (10)');
      await test.asha.agent.post(`/app/sends/${id}/cancellation`).expect(303);
      expect((await show(id))('#flash').text()).toContain('10 emails will not leave. 10 had left before.');
      expect((await show(id))('#progress-title').text()).toBe('Stopped: 10 of 20 did not leave');
    });

    it('says that mails of other sends leave first', async () => {
      const [first, second] = [await send(await test.ids(3)), await send(await test.ids(2))];
      expect((await show(second))('#progress-title').next().text()).toBe('3 emails of other sends leave first');
      expect((await show(first))('#progress-title').next().text()).not.toContain('other sends');
      for (const id of [first, second]) {
        await test.asha.agent.post(`/app/sends/${id}/cancellation`).expect(303);
      }
    });

    it('keeps the state that is shown when it is refreshed, on every page of the list', async () => {
      const id = await send(await test.ids(2));
      const $ = await show(id, '?state=queued');
      expect($('a:contains("Refresh")').attr('href')).toBe(`/app/sends/${id}?state=queued`);
      expect($('#all-title').text()).toBe('Queued: 2');
      await test.asha.agent.post(`/app/sends/${id}/cancellation`).expect(303);
    });
  });

  it('is paused while the provider takes nothing, says why, and goes on by itself', async () => {
    resend.fault = () => failure(429, 'daily_quota_exceeded', 'You have reached your daily quota');
    const id = await send(await test.ids(2));
    await until(
      () => apiState(id),
      (state) => state === 'paused',
    );
    const $ = await show(id);
    expect($('#progress-title').text()).toBe('Paused at 0 of 2');
    expect($('.notice[role=status]').text()).toMatch(
      /No mail leaves right now\. .*quota.*The next try is at \d\d:\d\d:\d\d Berlin time\./,
    );
    expect($('section').first().text()).toContain('2 wait until the mail service takes mail again.');
    expect((await get('/app/sends'))('tbody tr').first().text()).toContain('Paused');
    resend.fault = () => null;
    await goOn();
    expect(await test.settled(id)).toEqual({ accepted: 2 });
    expect(await apiState(id)).toBe('done');
  });

  it('alerts where a person has to act, and says how', async () => {
    resend.fault = () => failure(401, 'restricted_api_key', 'This API key is restricted to only send emails');
    const id = await send(await test.ids(1));
    await until(
      () => apiState(id),
      (state) => state === 'paused',
    );
    const alert = (await show(id))('.notice[role=alert]').text();
    expect(alert).toContain('The Resend API key may not send');
    expect(alert).toContain('RESEND_API_KEY');
    resend.fault = () => null;
    await goOn();
    await test.settled(id);
  });

  it('tells what the daily cap holds back, and until when', async () => {
    const [used] = await test.db.query<{ mails: number }[]>(
      'select coalesce(sum(cardinality(email_ids)), 0)::int mails from email_batches where outcome = $1',
      ['answered'],
    );
    const cap = used!.mails + 2;
    await test.db.query('update orgs set daily_mail_cap = $1 where id = $2', [cap, test.acme.orgId]);
    const id = await send(await test.ids(5));
    await until(
      () => apiState(id),
      (state) => state === 'paused',
    );
    const $ = await show(id);
    expect($('#progress-title').text()).toBe('Paused at 2 of 5');
    expect($('section').first().text()).toMatch(
      new RegExp(`The daily cap of ${cap} is reached; 3 wait until [A-Z]\\w\\w \\d+ \\w+, 00:00\\.`),
    );
    await test.asha.agent.post(`/app/sends/${id}/cancellation`).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 2, cancelled: 3 });
    await test.db.query('update orgs set daily_mail_cap = null where id = $1', [test.acme.orgId]);
  });

  it('warns before the daily cap is reached', async () => {
    await holdAll();
    await test.db.query('update orgs set daily_mail_cap = 1000000 where id = $1', [test.acme.orgId]);
    const id = await send(await test.ids(3));
    expect((await show(id))('section').first().text()).not.toContain('daily cap');
    await test.db.query('update orgs set daily_mail_cap = 1 where id = $1', [test.acme.orgId]);
    expect((await show(id))('section').first().text()).toMatch(
      /The daily cap of 1 lets \d more leave today; the rest waits until .*00:00\./,
    );
    await test.asha.agent.post(`/app/sends/${id}/cancellation`).expect(303);
    await test.db.query('update orgs set daily_mail_cap = null where id = $1', [test.acme.orgId]);
    await goOn();
  });

  describe('a second attempt', () => {
    const sentTo = async (count: number) => {
      const id = await send(await test.ids(count));
      expect(await test.settled(id)).toEqual({ accepted: count });
      return { id, emails: await emailsOf(id) };
    };
    const setState = (id: string, state: string, code: string | null = null) =>
      test.db.query('update emails set state = $2, reason_code = $3 where id = $1', [id, state, code]);

    it('is for what came back for now, one by one, and forgets the provider’s id', async () => {
      const { id, emails } = await sentTo(4);
      const codes = ['bounce_permanent', 'bounce_transient', 'bounce_undetermined', 'bounce_transient'];
      await Promise.all(emails.map((email, index) => setState(email.id, 'bounced', codes[index]!)));
      const $ = await show(id);
      expect($('form[action$=retry]')).toHaveLength(3);
      expect($(`form[action="/app/sends/${id}/retry"]`)).toHaveLength(0);
      await test.asha.agent.post(`/app/sends/${id}/retry`).expect(303);
      expect(await test.settled(id)).toEqual({ bounced: 4 });
      expect(await flashAfter(await retry(emails[0]!.id).expect(303))).toContain('was not tried again');
      await holdAll();
      await retry(emails[1]!.id).expect(303);
      expect((await emailsOf(id))[1]).toMatchObject({ state: 'queued', providerId: null });
      await goOn();
      await retry(emails[2]!.id).expect(303);
      await until(
        () => emailsOf(id),
        (now) => now.map(({ state }) => state).join() === 'bounced,accepted,accepted,bounced',
      );
    });

    it('is not for those who need no mail any more, and says why', async () => {
      const { id, emails } = await sentTo(5);
      const [declined, suppressed, optedOut, despite] = emails;
      await Promise.all(emails.map((email) => setState(email.id, 'failed', 'refused')));
      await test.db.query('update invitations set declined_at = now() where id = $1', [declined!.invitationId]);
      const suppress = (email: { invitationId: string }, cause: string) =>
        test.db.query(
          `insert into suppressions (org_id, address, cause) select org_id, lower(email), $2 from invitations where id = $1`,
          [email.invitationId, cause],
        );
      await suppress(suppressed!, 'bounce');
      await suppress(optedOut!, 'opt_out');
      await suppress(despite!, 'opt_out');
      await test.db.query('update emails set despite_opt_out = true where id = $1', [despite!.id]);
      expect(await flashAfter(await retry(declined!.id).expect(303))).toContain(
        'This candidate no longer wants an interview.',
      );
      const answer = await test.asha.agent.post(`/app/sends/${id}/retry`).expect(303);
      const said = await flashAfter(answer);
      expect(said).toContain('2 emails will be tried again.');
      expect(said).toContain('1 declined');
      expect(said).toContain('1 suppressed');
      expect(said).toContain('1 opted out');
      await test.settled(id);
      expect((await emailsOf(id)).map(({ state }) => state)).toEqual([
        'failed',
        'failed',
        'failed',
        'accepted',
        'accepted',
      ]);
    });

    it('is not for whom another send has written to since', async () => {
      const ids = await test.ids(1);
      const first = await send(ids);
      await test.settled(first);
      const [email] = await emailsOf(first);
      await setState(email!.id, 'failed', 'refused');
      await test.settled(await send(ids));
      expect(await flashAfter(await retry(email!.id).expect(303))).toContain('Another send wrote to this candidate');
      expect(await test.settled(first)).toEqual({ failed: 1 });
    });

    it('of a mail that may have gone out needs a person who says so', async () => {
      const { id, emails } = await sentTo(2);
      const [unknown, failed] = [emails[0]!, emails[1]!];
      await setState(unknown.id, 'unknown', 'no_answer');
      await setState(failed.id, 'failed', 'refused');
      const list = await show(id);
      expect(list(`a[href="/app/emails/${unknown.id}#send-again"]`)).toHaveLength(1);
      expect(list(`form[action="/app/emails/${unknown.id}/retry"]`)).toHaveLength(0);
      await test.asha.agent.post(`/app/sends/${id}/retry`).expect(303);
      expect(await test.settled(id)).toEqual({ unknown: 1, accepted: 1 });

      for (const body of [{}, { may_arrive_twice: 'no' }]) {
        const refused = cheerio.load((await retry(unknown.id, body).expect(422)).text);
        expect(refused('#errors a').attr('href')).toBe('#may_arrive_twice');
        expect(refused('#may_arrive_twice').attr('aria-invalid')).toBe('true');
      }
      const yes = { may_arrive_twice: 'yes' };
      await retry(unknown.id, yes, test.cleo.agent).expect(404);
      await retry(unknown.id, yes, test.ben.agent).expect(403);
      await retry(unknown.id, yes).set('Origin', 'https://evil.example').expect(403);
      expect(await test.settled(id)).toEqual({ unknown: 1, accepted: 1 });
      expect((await get(`/app/emails/${unknown.id}`, test.ben.agent))('form#send-again')).toHaveLength(0);

      const said = await flashAfter(await retry(unknown.id, yes).expect(303));
      expect(said).toMatch(/^The mail to .+ will be sent again\.$/);
      expect(await test.settled(id)).toEqual({ accepted: 2 });
      expect((await get(`/app/emails/${unknown.id}`))('tbody').text()).toMatch(/Sent again anyway\s*By Asha Menon\./);
      expect(resend.sent.filter((mail) => mail.emailId === unknown.id)).toHaveLength(2);
    });

    it('stays a decision after the doubtful mail failed for certain', async () => {
      const { id, emails } = await sentTo(1);
      const email = emails[0]!;
      await setState(email.id, 'unknown', 'no_answer');
      await retry(email.id, { may_arrive_twice: 'yes' }).expect(303);
      await test.settled(id);
      await setState(email.id, 'failed', 'refused');
      await test.asha.agent.post(`/app/sends/${id}/retry`).expect(303);
      await retry(email.id).expect(422);
      expect(await test.settled(id)).toEqual({ failed: 1 });
    });
  });

  it('lists sends by the hundred, the newest first, and forth and back', async () => {
    await test.db.query(
      `insert into sends (org_id, event_type_id, template_id, subject, body, created_at)
       select s.org_id, s.event_type_id, s.template_id, 'old', 'old', now() - interval '1 year' - make_interval(mins => n / 2)
         from (select * from sends where org_id = $1 limit 1) s, generate_series(1, 230) n`,
      [test.acme.orgId],
    );
    const [total] = await test.db.query<{ count: number }[]>(
      'select count(*)::int count from sends where org_id = $1 and (dispatched_at is not null or cancelled_at is null)',
      [test.acme.orgId],
    );
    const hrefs = ($: cheerio.CheerioAPI) =>
      $('tbody th a')
        .map((_, link) => $(link).attr('href')!)
        .get();
    const pages: string[][] = [];
    let path: string | undefined = '/app/sends';
    let last: cheerio.CheerioAPI | null = null;
    while (path) {
      last = await get(path);
      pages.push(hrefs(last));
      path = last('a[rel=next]').attr('href');
    }
    expect(pages[0]).toHaveLength(100);
    expect(new Set(pages.flat()).size).toBe(total!.count);
    expect(pages.flat()).toHaveLength(total!.count);
    const before = await get(last!('a[rel=prev]').attr('href')!);
    expect(hrefs(before)).toEqual(pages.at(-2));
    expect(hrefs(await get('/app/sends?show=drafts'))).toHaveLength(100);
    expect(hrefs(await get('/app/sends?show=under-way'))).toEqual([]);
    const needing = await get('/app/sends?show=needs-you');
    expect(hrefs(needing).length).toBeGreaterThan(0);
    expect(
      needing('tbody tr')
        .toArray()
        .every((row) => /bounced|failed|unknown/.test(needing(row).text())),
    ).toBe(true);
    const foreign = await get(`/app/sends?older=${pages[0]![0]!.split('/').at(-1)!}`, test.cleo.agent);
    expect(hrefs(foreign)).toEqual([]);
  });
});
