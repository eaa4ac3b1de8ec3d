import * as cheerio from 'cheerio';
import { request as httpRequest } from 'node:http';
import { ResendServer } from '../../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';
import { until } from '../../support/until.js';

interface WireMail {
  readonly to: readonly string[];
  readonly html: string;
  readonly text: string;
  readonly headers: Readonly<Record<string, string>>;
}

describe('no more mails', () => {
  let test: SchedulingTest;
  let resend: ResendServer;
  let eventType: string;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '200',
    });
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    eventType = page('#event_type_id option').first().attr('value')!;
  });
  afterAll(async () => {
    await test?.stop();
    await resend?.stop();
  });

  const draft = async (ids: readonly string[]) => {
    const answer = await test.asha.agent
      .post('/app/scheduling/sends')
      .type('form')
      .send({ invitation_ids: ids, event_type_id: eventType })
      .expect(303);
    return answer.headers['location']!.split('/').at(-1)!;
  };
  const dispatch = async (id: string) => {
    const $ = cheerio.load((await test.asha.agent.get(`/app/sends/${id}`).expect(200)).text);
    const revision = $('#message-form input[name=revision]').attr('value');
    await test.asha.agent.post(`/app/sends/${id}/dispatch`).type('form').send({ revision }).expect(303);
  };
  const linkOf = async (id: string) => {
    const [row] = await test.db.query<{ token: string; email: string; linkId: string }[]>(
      `select l.token, i.email, l.id "linkId" from booking_links l join invitations i on i.id = l.invitation_id
        where i.id = $1 and l.revoked_at is null`,
      [id],
    );
    return { ...row!, invitationId: id, path: `/i/${row!.token}/unsubscribe` };
  };
  const withLink = async () => {
    const [id] = (await test.ids(1)) as [string];
    await draft([id]);
    return linkOf(id);
  };
  const inForce = async (address: string) =>
    test.db.query<{ cause: string; org_id: string }[]>(
      'select cause, org_id from suppressions where address = lower($1) and lifted_at is null',
      [address],
    );
  const headingOf = (html: string) => cheerio.load(html)('h1').text();

  /** As a mail service posts: none of what a browser adds, and a body of whatever kind. */
  const barePost = (path: string, type: string | null, body: string, headers: Record<string, string> = {}) =>
    new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
      const sent = httpRequest(
        `${test.url}${path}`,
        { method: 'POST', headers: { ...(type ? { 'Content-Type': type } : {}), ...headers } },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8').on('data', (part: string) => (text += part));
          answer.on('end', () => resolve({ status: answer.statusCode!, headers: answer.headers, text }));
        },
      );
      sent.on('error', reject).end(body);
    });

  it('are one click away in every invitation, which carries no other link, picture or pixel', async () => {
    const ids = await test.ids(2);
    const send = await draft(ids);
    await dispatch(send);
    await test.settled(send);
    const mails = resend.requests.flatMap(({ text }) => JSON.parse(text) as WireMail[]);
    expect(mails).toHaveLength(2);
    for (const id of ids) {
      const { email, token, path } = await linkOf(id);
      const mail = mails.find(({ to }) => to[0] === email)!;
      expect(mail.headers['List-Unsubscribe']).toBe(`<${test.settings.publicUrl}${path}>`);
      expect(mail.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
      const $ = cheerio.load(mail.html);
      const addresses = ['href', 'src', 'action', 'background'].flatMap((name) =>
        $(`[${name}]`)
          .map((_, element) => $(element).attr(name))
          .get(),
      );
      expect([...new Set(addresses)]).toEqual([`${test.settings.publicUrl}/i/${token}`]);
      expect($('img, link, script, iframe, object, embed, style, video, audio, form')).toHaveLength(0);
      expect(mail.html).not.toMatch(/url\(|@import/i);
    }
  });

  it('of a test mail lead to a page that says so and changes nothing', async () => {
    const id = await draft(await test.ids(1));
    const $ = cheerio.load((await test.asha.agent.get(`/app/sends/${id}`).expect(200)).text);
    const revision = $('#message-form input[name=revision]').attr('value');
    resend.requests.length = 0;
    await test.asha.agent.post(`/app/sends/${id}/test`).type('form').send({ revision }).expect(303);
    await until(
      () => resend.requests.length,
      (count) => count > 0,
    );
    const [mail] = JSON.parse(resend.requests[0]!.text) as WireMail[];
    const path = `/i/sample/unsubscribe`;
    expect(mail!.headers['List-Unsubscribe']).toBe(`<${test.settings.publicUrl}${path}>`);
    const before = await test.db.query('select count(*)::int from suppressions');
    expect(headingOf((await test.visitor().get(path).expect(200)).text)).toBe('This is a sample link');
    expect(headingOf((await barePost(path, null, '')).text)).toBe('This is a sample link');
    expect(headingOf((await barePost(`${path}/reversal`, null, '')).text)).toBe('This is a sample link');
    expect(await test.db.query('select count(*)::int from suppressions')).toEqual(before);
  });

  it('change nothing while somebody or a scanner only looks', async () => {
    const link = await withLink();
    const answer = await test.visitor().get(link.path).expect(200);
    const $ = cheerio.load(answer.text);
    expect($('h1').text()).toBe('No more mails about this?');
    expect($('main').text()).toContain('Acme');
    expect($('form[method=post] button')).toHaveLength(1);
    expect($('form').attr('action')).toBe(link.path);
    await test.visitor().head(link.path).expect(200);
    await test.visitor().get(`${link.path}?List-Unsubscribe=One-Click`).expect(200);
    await test.visitor().get(`${link.path}/reversal`).expect(404);
    expect(await inForce(link.email)).toEqual([]);
    const [opens] = await test.db.query('select open_count from booking_links where token = $1', [link.token]);
    expect(opens).toEqual({ open_count: 0 });
    expect(answer.headers['referrer-policy']).toBe('same-origin');
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(answer.headers['cache-control']).toBe('no-store');
  });

  it.each([
    ['application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    [
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
    ['application/json', 'List-Unsubscribe=One-Click'],
    ['application/x-www-form-urlencoded; charset=nonsense', 'List-Unsubscribe=One-Click'],
    ['text/plain', 'List-Unsubscribe=One-Click'],
    [null, ''],
  ])('come at once with a bare post of %s', async (type, body) => {
    const link = await withLink();
    const answer = await barePost(link.path, type, body);
    expect(answer.status).toBe(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(headingOf(answer.text)).toBe('You get no more mails');
    expect(await inForce(link.email)).toEqual([{ cause: 'opt_out', org_id: test.acme.orgId }]);
    expect((await barePost(link.path, type, body)).status).toBe(200);
    expect(await inForce(link.email)).toHaveLength(1);
    expect(headingOf((await test.visitor().get(link.path).expect(200)).text)).toBe('You get no more mails');
    expect((await test.visitor().get(`/i/${link.token}`).expect(200)).text).toContain('You asked for no more mails');
  });

  it('come from our own page, and not from a page of somebody else', async () => {
    const link = await withLink();
    for (const Origin of ['https://evil.example', 'null']) {
      expect((await barePost(link.path, 'text/plain', '', { Origin })).status).toBe(403);
    }
    expect(await inForce(link.email)).toEqual([]);
    const done = await test.visitor().post(link.path).type('form').send({}).expect(200);
    expect(headingOf(done.text)).toBe('You get no more mails');
    expect(await inForce(link.email)).toHaveLength(1);
  });

  it('work for somebody who is signed in too, and leave the session alone', async () => {
    const link = await withLink();
    const answer = await test.asha.agent.post(link.path).type('form').send({}).expect(200);
    expect(answer.headers['set-cookie']).toBeUndefined();
    expect(await inForce(link.email)).toHaveLength(1);
    await test.asha.agent.get('/app/scheduling').expect(200);
  });

  it('can be taken back by who pressed the button by mistake, as often as it takes', async () => {
    const link = await withLink();
    await test.db.query(`insert into suppressions (org_id, address, cause) values ($1, lower($2), 'complaint')`, [
      test.acme.orgId,
      link.email,
    ]);
    const done = await test.visitor().post(link.path).expect(200);
    const action = cheerio.load(done.text)('form').attr('action')!;
    const back = await test.visitor().post(action).expect(303);
    expect(headingOf((await test.visitor().get(back.headers['location']!).expect(200)).text)).toBe(
      'You get mails again',
    );
    await test.visitor().post(action).expect(303);
    expect(await inForce(link.email)).toEqual([{ cause: 'complaint', org_id: test.acme.orgId }]);
    await test.visitor().post(link.path).expect(200);
    expect((await inForce(link.email)).map(({ cause }) => cause).toSorted()).toEqual(['complaint', 'opt_out']);
    expect(headingOf((await test.visitor().get(back.headers['location']!).expect(200)).text)).toBe(
      'You get no more mails',
    );
  });

  it('work with links that are expired, replaced or booked: the link names the person', async () => {
    const [expired, revoked, booked] = [await withLink(), await withLink(), await withLink()];
    await test.db.query('update booking_links set expires_at = now() where id = $1', [expired.linkId]);
    await test.db.query('update booking_links set revoked_at = now() where id = $1', [revoked.linkId]);
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       values ($1, $2, 'uid-9', $3, 'confirmed', now() + interval '1 day', now() + interval '25 hours')`,
      [test.acme.orgId, booked.invitationId, `${test.sandbox.url}/booking/uid-9`],
    );
    for (const [link, status] of [
      [expired, 410],
      [revoked, 410],
      [booked, 200],
    ] as const) {
      const page = cheerio.load((await test.visitor().get(`/i/${link.token}`).expect(status)).text);
      expect(page(`a[href="${link.path}"]`).text()).toBe('No more mails about this');
      expect((await barePost(link.path, null, '')).status).toBe(200);
      expect(await inForce(link.email)).toHaveLength(1);
    }
    const [booking] = await test.db.query<{ status: string }[]>(
      `select status from cal_com_bookings where booking_id = 'uid-9'`,
    );
    expect(booking).toEqual({ status: 'confirmed' });
  });

  it('go for the address that was written to, not for one that was corrected since', async () => {
    const link = await withLink();
    await test.db.query(`update invitations set email = 'corrected@people.example' where id = $1`, [link.invitationId]);
    await test.db.query('update booking_links set revoked_at = now() where id = $1', [link.linkId]);
    expect((await barePost(link.path, null, '')).status).toBe(200);
    expect(await inForce(link.email)).toHaveLength(1);
    expect(await inForce('corrected@people.example')).toEqual([]);
  });

  it('are kindly not found where nobody knows the link, and nothing is written down', async () => {
    const before = await test.db.query('select count(*)::int from suppressions');
    for (const token of ['nonsense', 'A'.repeat(22), '%00', encodeURIComponent(`'; drop table suppressions; --`)]) {
      const path = `/i/${token}/unsubscribe`;
      const looked = await test.visitor().get(path).expect(404);
      expect(headingOf(looked.text)).toBe('We do not know this link');
      const posted = await barePost(path, 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click');
      expect([posted.status, headingOf(posted.text)]).toEqual([404, 'We do not know this link']);
      expect((await barePost(`${path}/reversal`, null, '')).status).toBe(404);
    }
    expect(await test.db.query('select count(*)::int from suppressions')).toEqual(before);
  });

  it('stop the mails that wait for their turn, of that organization alone', async () => {
    await test.db.query('update orgs set undo_window_seconds = 60 where id = $1', [test.acme.orgId]);
    try {
      const ids = (await test.ids(2)) as [string, string];
      const send = await draft(ids);
      await dispatch(send);
      const link = await linkOf(ids[0]);
      await test.db.query(
        `with template as (
           insert into email_templates (org_id, subject, body) values ($1, 's', 'b') returning id),
         send as (
           insert into sends (org_id, event_type_id, template_id, subject, body) select $1, 1, id, 's', 'b' from template returning id)
         insert into emails (org_id, send_id, state, to_name, to_address, due_at)
         select $1, id, 'queued', 'Somebody', upper($2), now() + interval '1 hour' from send`,
        [test.globex.orgId, link.email],
      );
      expect((await barePost(link.path, null, '')).status).toBe(200);
      const states = await test.db.query(
        `select e.org_id = $1 acme, e.state, e.reason_code code, (e.invitation_id = $2) is true mine from emails e
          where e.send_id = $3 or e.org_id = $4 order by 1, 2`,
        [test.acme.orgId, ids[0], send, test.globex.orgId],
      );
      expect(states).toEqual([
        { acme: false, state: 'queued', code: null, mine: false },
        { acme: true, state: 'queued', code: null, mine: false },
        { acme: true, state: 'skipped', code: 'opted_out', mine: true },
      ]);
    } finally {
      await test.db.query('update orgs set undo_window_seconds = 0 where id = $1', [test.acme.orgId]);
      await test.db.query(`update emails set state = 'cancelled' where state = 'queued'`);
    }
  });

  it('are not overtaken by a send that is being dispatched at that moment', async () => {
    const [id] = (await test.ids(1)) as [string];
    const send = await draft([id]);
    const link = await linkOf(id);
    const runner = test.db.createQueryRunner();
    await runner.startTransaction();
    let answer: Promise<{ status: number }>;
    try {
      await runner.query('select 1 from orgs where id = $1 for no key update', [test.acme.orgId]);
      answer = barePost(link.path, null, '');
      await until(
        () =>
          test.db.query(
            `select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
          ),
        (waiting: unknown[]) => waiting.length > 0,
      );
      await runner.query(`update emails set state = 'queued', due_at = now() + interval '1 hour' where send_id = $1`, [
        send,
      ]);
      await runner.commitTransaction();
    } finally {
      await runner.release();
    }
    expect((await answer).status).toBe(200);
    expect(await test.settled(send)).toEqual({ skipped: 1 });
  });
});
