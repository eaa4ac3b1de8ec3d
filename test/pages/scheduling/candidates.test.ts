import * as cheerio from 'cheerio';
import { CandidateListService } from '../../../src/scheduling/candidates/candidate-list.service.js';
import { until } from '../../support/until.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const statuses = 'nav[aria-label="Scheduling status"]';

describe('the Scheduling page', () => {
  let test: SchedulingTest;

  beforeAll(async () => {
    test = await startScheduling();
  });
  afterAll(() => test.stop());

  const page = async (query = '', agent = test.asha.agent) =>
    cheerio.load((await agent.get(`/app/scheduling${query}`).expect(200)).text);
  const names = ($: cheerio.CheerioAPI) =>
    $('tbody th[scope=row] b')
      .map((_, cell) => $(cell).text())
      .get();
  const post = (path: string, body: object, agent = test.asha.agent) =>
    agent.post(`/app/scheduling/${path}`).type('form').send(body);
  const firstEventType = async () => (await page())('#event_type_id option').first().attr('value')!;

  it('shows everybody by name, in pages that neither miss nor repeat a row', async () => {
    const seen: string[] = [];
    let next: string | undefined = '/app/scheduling';
    while (next) {
      const $: cheerio.CheerioAPI = cheerio.load((await test.asha.agent.get(next).expect(200)).text);
      seen.push(
        ...$('input[name="invitation_ids[]"]')
          .map((_, box) => $(box).attr('value')!)
          .get(),
      );
      next = $('a[rel=next]').attr('href');
    }
    expect(seen).toHaveLength(60);
    expect(new Set(seen).size).toBe(60);
  });

  it('goes back to the page it came from', async () => {
    const first = await page();
    const second = cheerio.load((await test.asha.agent.get(first('a[rel=next]').attr('href')!)).text);
    const back = cheerio.load((await test.asha.agent.get(second('a[rel=prev]').attr('href')!)).text);
    expect(names(back)).toEqual(names(first));
  });

  it('filters by assessment, status and text, and counts each scheduling status', async () => {
    const everybody = await page();
    const assessment = everybody('#assessment_id option').eq(1).attr('value')!;
    const $ = await page(`?assessment_id=${assessment}&status=submitted,reviewed`);
    expect(names($).length).toBeGreaterThan(0);
    expect(names($).length).toBeLessThan(60);
    expect($('#status option[selected]').text()).toBe('Handed in');
    expect($(`${statuses} a`).first().text()).toMatch(new RegExp(`All\\s*${names($).length}`));
    const name = names($)[0]!;
    const found = await page(`?q=${encodeURIComponent(name)}`);
    expect(names(found)).toContain(name);
    expect(names(await page('?q=100%25_nobody'))).toEqual([]);
  });

  it('ignores filters and cursors that nobody handed out', async () => {
    for (const query of [
      '?status=nonsense&assessment_id=1&scheduling_status=x',
      '?cursor=AAAA',
      '?cursor=%00',
      '?q=%00',
      '?q[]=a&q[]=b',
    ]) {
      expect(names(await page(query)).length).toBeGreaterThan(0);
    }
  });

  it('selects the page without a script', async () => {
    const ofPage = await page('?select=page');
    expect(ofPage('input[name="invitation_ids[]"]:checked').length).toBe(names(ofPage).length);
  });

  it('makes a personal link for each, keeps the ticks, and reuses what is there', async () => {
    const ids = await test.ids(3);
    const body = { invitation_ids: ids, event_type_id: await firstEventType() };
    const before = test.sandbox.requests.length;
    await post('booking-links', body).expect(303);
    expect(test.sandbox.requests.length).toBe(before);
    const $ = await page();
    expect($('.notice').text()).toContain('3 booking links are ready');
    const links = await test.db.query<{ token: string; ref: string }[]>(
      'select token, ref from booking_links where invitation_id = any($1)',
      [ids],
    );
    expect(links).toHaveLength(3);
    expect(new Set(links.flatMap((link) => [link.token, link.ref])).size).toBe(6);
    expect(links.every((link) => Buffer.from(link.token, 'base64url').length === 16)).toBe(true);
    await post('booking-links', body).expect(303);
    const after = await test.db.query('select token, ref from booking_links where invitation_id = any($1)', [ids]);
    expect(after).toEqual(links);
  });

  it('replaces links only after a confirmation', async () => {
    const ids = await test.ids(2);
    const body = { invitation_ids: ids, event_type_id: await firstEventType() };
    const tokens = async () =>
      (
        await test.db.query<{ token: string }[]>(
          'select token from booking_links where invitation_id = any($1) and revoked_at is null',
          [ids],
        )
      ).map((row) => row.token);
    await post('booking-links', body).expect(303);
    const old = await tokens();
    const asked = cheerio.load((await post('booking-links', { ...body, on_existing: 'replace' }).expect(422)).text);
    expect(asked('main').text()).toContain('2 candidates of the 2 selected have an open link');
    expect(await tokens()).toEqual(old);
    const fields = Object.fromEntries(
      asked('form input[type=hidden]')
        .map((_, input) => [[asked(input).attr('name')!, asked(input).attr('value')!]])
        .get() as unknown as [string, string][],
    );
    await post('booking-links', { ...fields, ...body, asked: 'yes', on_existing: 'replace' }).expect(422);
    await post('booking-links', { ...body, on_existing: 'replace', confirm_replace: 'yes' }).expect(303);
    expect((await tokens()).some((token) => old.includes(token))).toBe(false);
    await test.visitor().get(`/i/${old[0]}`).expect(410);
  });

  it('makes a link for all that match, by the filters of the form', async () => {
    await post('booking-links', {
      select: 'matching',
      status: 'reviewed',
      event_type_id: await firstEventType(),
    }).expect(303);
    const [row] = await test.db.query<{ missing: number }[]>(
      `select count(*)::int missing from invitations i where org_id = $1 and status = 'reviewed'
         and not exists (select 1 from booking_links l where l.invitation_id = i.id and l.revoked_at is null)`,
      [test.acme.orgId],
    );
    expect(row!.missing).toBe(0);
  });

  it('says what is missing and keeps what was ticked', async () => {
    const nobody = await post('booking-links', { event_type_id: await firstEventType() }).expect(422);
    expect(nobody.text).toContain('Select at least one candidate');
    const [id] = await test.ids(1);
    const first = (await page())('input[name="invitation_ids[]"]').first().attr('value')!;
    const noType = cheerio.load((await post('sends', { invitation_ids: [first], event_type_id: '' }).expect(422)).text);
    expect(noType('.notice, [role=alert]').text()).toContain('Choose an event type');
    expect(noType(`input[value="${first}"]`).is(':checked')).toBe(true);
    await post('sends', { invitation_ids: [id], event_type_id: '999999' }).expect(422);
  });

  it('refuses ids that are not the organization’s, and changes nothing', async () => {
    const [mine] = await test.ids(1);
    const eventType = await firstEventType();
    const [theirs] = await test.db.query<{ id: string }[]>(
      `with a as (insert into assessments (org_id, title) values ($1, 'Globex only') returning id)
       insert into invitations (org_id, assessment_id, name, email) select $1, a.id, 'Hank', 'hank@example.org' from a returning id`,
      [test.globex.orgId],
    );
    await post('booking-links', { invitation_ids: [mine, theirs!.id], event_type_id: eventType }).expect(404);
    await post('sends', { invitation_ids: [mine, 'not-an-id'], event_type_id: eventType }).expect(404);
    expect(
      await test.db.query('select 1 from booking_links where invitation_id = any($1)', [[mine, theirs!.id]]),
    ).toEqual([]);
  });

  it('lets viewers look and nobody else in', async () => {
    const $ = await page('', test.ben.agent);
    expect($('input[name="invitation_ids[]"]')).toHaveLength(0);
    expect($('section.action-bar')).toHaveLength(0);
    const [id] = await test.ids(1);
    await post('booking-links', { invitation_ids: [id] }, test.ben.agent).expect(403);
    await post('sends', { invitation_ids: [id] }, test.ben.agent).expect(403);
    await test.dana.agent.post('/app/scheduling/sends').set('Origin', 'https://evil.example').expect(403);
    await test.visitor().get('/app/scheduling').expect(303);
  });

  describe('in an order', () => {
    const idsOn = ($: cheerio.CheerioAPI) =>
      $('input[name="invitation_ids[]"]')
        .map((_, box) => $(box).attr('value')!)
        .get();
    /** Both pages, and the first once more by the way back. */
    const walk = async (query: string) => {
      const first = await page(query);
      const second = await page(new URL(first('a[rel=next]').attr('href')!, test.url).search);
      const back = await page(new URL(second('a[rel=prev]').attr('href')!, test.url).search);
      expect(idsOn(back)).toEqual(idsOn(first));
      return [...idsOn(first), ...idsOn(second)];
    };
    const inOrder = async (by: string) => {
      const sql = `select id from invitations where org_id = $1 order by ${by}`;
      return (await test.db.query<{ id: string }[]>(sql, [test.acme.orgId])).map(({ id }) => id);
    };

    it('of handing in, the last first, whoever never did at the end, both ways', async () => {
      await test.db.query(
        `update invitations set submitted_at = '2026-11-02 09:00+00'::timestamptz + (random() * 5)::int * interval '1 microsecond'
          where org_id = $1 and submitted_at is not null and length(name) % 2 = 0`,
        [test.acme.orgId],
      );
      expect(await walk('?sort=submitted')).toEqual(await inOrder('submitted_at desc nulls last, id desc'));
    });

    it('of what last happened', async () => {
      const [opened, mailed] = await test.ids(2);
      await test.db.query(
        `insert into booking_links (org_id, invitation_id, event_type_id, token, ref, expires_at, last_opened_at)
         select $1, id, 99, id::text, id::text, now() + interval '1 day', now() + case when id = $2 then interval '2 hours' else '0' end
           from unnest(array[$2, $3]::uuid[]) id`,
        [test.acme.orgId, opened, mailed],
      );
      await mailedAgo(mailed!, '-1 hour');
      const seen = await walk('?sort=activity');
      expect(seen.slice(0, 2)).toEqual([opened, mailed]);
      expect(seen.toSorted()).toEqual(await inOrder('id'));
    });

    it('that the filters keep, and that a cursor of another order does not confuse', async () => {
      const $ = await page('?sort=submitted&status=submitted,reviewed');
      expect($('#sort option[selected]').text()).toBe('Last submitted first');
      expect($(`${statuses} a`).first().attr('href')).toContain('sort=submitted');
      const next = new URL((await page('?sort=activity'))('a[rel=next]').attr('href')!, test.url);
      next.searchParams.delete('sort');
      expect(names(await page(next.search))).toEqual(names(await page()));
    });
  });

  const mailedAgo = (invitationId: string, ago: string) =>
    test.db.query(
      `with template as (insert into email_templates (org_id, subject, body) values ($1, '', '') returning id),
            send as (insert into sends (org_id, event_type_id, template_id, subject, body)
                     select $1, 1, id, '', '' from template returning id)
       insert into emails (org_id, send_id, invitation_id, state, to_name, to_address, sent_at)
       select $1, id, $2, 'accepted', '', 'mailed@people.example', now() - $3::interval from send`,
      [test.acme.orgId, invitationId, ago],
    );

  it('finds who was mailed so many days ago and has not booked', async () => {
    const [long, lately, again, booked, declined] = await test.ids(5);
    for (const id of [long, again, booked, declined]) {
      await mailedAgo(id!, '7 days 1 minute');
    }
    await mailedAgo(lately!, '6 days 23 hours');
    await mailedAgo(again!, '1 day');
    await test.db.query('update invitations set declined_at = now() where id = $1', [declined]);
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time, matched_by)
       values ($1, $2, 'booked-meanwhile', '', 'confirmed', now(), now() + interval '1 hour', 'ref')`,
      [test.acme.orgId, booked],
    );
    const found = async (days: number) => {
      const $ = await page(`?not_booked_for=${days}`);
      expect($('#not_booked_for option[selected]').text()).toBe(`for ${days} days or more`);
      return $('input[name="invitation_ids[]"]')
        .map((_, box) => $(box).attr('value')!)
        .get()
        .filter((id) => [long, lately, again, booked, declined].includes(id));
    };
    expect(await found(7)).toEqual([long]);
    expect(new Set(await found(5))).toEqual(new Set([long, lately]));
    await test.asha.agent.get('/app/scheduling?not_booked_for=-1').expect(200);
    await test.asha.agent.get('/app/scheduling?not_booked_for=99999999999').expect(200);
  });

  it('searches names and addresses with an index', async () => {
    const plan = await test.db.transaction(async (manager) => {
      await manager.query('set local enable_seqscan = off');
      await manager.query('set local enable_indexscan = off');
      return manager.query<{ 'QUERY PLAN': string }[]>(
        `explain select 1 from invitations where name ilike '%okafor%' or email ilike '%okafor%'`,
      );
    });
    expect(plan.map((line) => line['QUERY PLAN']).join('\n')).toContain('invitations_text');
  });

  describe('is exported', () => {
    const csv = async (query = '') => {
      const answer = await test.asha.agent.get(`/app/scheduling/candidates.csv${query}`).buffer(true).expect(200);
      const [header, ...lines] = answer.text.trimEnd().split('\r\n');
      return { header: header!, lines, headers: answer.headers as Record<string, string> };
    };

    it('by the filters of the page, as a file that a program for tables opens as text', async () => {
      const [evil, booked] = (await test.ids(7)).slice(5);
      await test.db.query('update invitations set name = $2 where id = $1', [
        evil,
        '=HYPERLINK("https://evil.example")',
      ]);
      await test.db.query(
        `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time, matched_by)
         values ($1, $2, 'for-the-file', '', 'confirmed', '2026-07-01T07:00:00Z', '2026-07-01T07:30:00Z', 'ref')`,
        [test.acme.orgId, booked],
      );
      await test.db.query(`update orgs set time_zone = 'Europe/Berlin' where id = $1`, [test.acme.orgId]);
      const { header, lines, headers } = await csv();
      expect(headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(headers['content-disposition']).toMatch(/^attachment; filename="candidates-acme-\d{4}-\d\d-\d\d\.csv"$/);
      expect(header).toBe(
        '\uFEFF"name","email","assessment","status","scheduling_status","booking_link","interview_start",' +
          '"interview_end","local_start","local_end","local_time_zone","last_mail","last_mail_at"',
      );
      expect(lines).toHaveLength(60);
      expect(lines.find((line) => line.includes('HYPERLINK'))).toMatch(/^"'=HYPERLINK\(""https:/);
      expect(lines.filter((line) => line.includes('"2026-07-01T07:00:00.000Z"'))).toEqual([
        expect.stringContaining(
          '"booked","","2026-07-01T07:00:00.000Z","2026-07-01T07:30:00.000Z","2026-07-01 09:00:00","2026-07-01 09:30:00","Europe/Berlin","",""',
        ),
      ]);
      const link = await page('?status=reviewed&sort=activity');
      const href = link('a:contains("Export")').attr('href')!;
      const reviewed = await csv(new URL(href, test.url).search);
      expect(reviewed.lines).toEqual(lines.filter((line) => line.includes('"reviewed"')));
      expect(reviewed.lines.length).toBeGreaterThan(0);
    });

    it('and noted, with how many, and without what was searched for', async () => {
      const { lines } = await csv('?q=example&not_booked_for=3');
      const [noted] = await test.db.query<unknown[]>(
        `select who_id "whoId", after from activity where action = 'candidates.exported' order by id desc limit 1`,
      );
      expect(noted).toEqual({
        whoId: test.asha.actor.userId,
        after: { count: lines.length, notBookedForDays: 3, searchedByText: true },
      });
    });

    it('to schedulers, and of the own organization', async () => {
      await test.ben.agent.get('/app/scheduling/candidates.csv').expect(403);
      expect((await page('', test.ben.agent))('a:contains("Export")')).toHaveLength(0);
      await test.dana.agent.get('/app/scheduling/candidates.csv').expect(200);
      await test.visitor().get('/app/scheduling/candidates.csv').expect(303);
      const theirs = await test.cleo.agent.get('/app/scheduling/candidates.csv').buffer(true).expect(200);
      expect(theirs.text).not.toContain(names(await page())[0]!);
    });

    it('only as far as somebody takes it', async () => {
      const count = 3_000;
      await test.db.query(
        `with a as (insert into assessments (org_id, title) values ($1, 'Long') returning id)
         insert into invitations (org_id, assessment_id, name, email)
         select $1, a.id, repeat('Long name ', 200) || n, n || '@long.example' from a, generate_series(1, $2::int) n`,
        [test.globex.orgId, count],
      );
      const list = test.app.get(CandidateListService);
      const listAll = list.listAll.bind(list);
      let batches = 0;
      let ended = false;
      Object.assign(list, {
        async *listAll(...asked: Parameters<typeof listAll>) {
          try {
            for await (const rows of listAll(...asked)) {
              batches += 1;
              yield rows;
            }
          } finally {
            ended = true;
          }
        },
      });
      const asked = test.cleo.agent.get('/app/scheduling/candidates.csv').parse((answer: unknown) => {
        (answer as NodeJS.ReadableStream).once('data', () => asked.abort());
      });
      await expect(Promise.resolve(asked)).rejects.toThrow('Aborted');
      await until(
        () => ended,
        (over) => over,
      );
      expect(batches).toBeLessThan(count / 500);
      Object.assign(list, { listAll });
    });
  });

  it('asks to connect Cal.com where it is not connected', async () => {
    const $ = await page('', test.cleo.agent);
    expect($('main').text()).toContain('Connect Cal.com');
    expect($('a[href="/app/settings/cal-com"]').length).toBeGreaterThan(0);
  });
});

describe('the Scheduling page while Cal.com does not answer', () => {
  it('renders, says so and offers Retry', async () => {
    const test = await startScheduling();
    try {
      test.sandbox.fail('down', { times: 10 });
      const $ = cheerio.load((await test.asha.agent.get('/app/scheduling').expect(200)).text);
      expect($('.notice').text()).toContain('Cal.com could not be read');
      expect($('.notice a').text()).toContain('Retry');
      test.sandbox.heal();
      const healed = cheerio.load((await test.asha.agent.get('/app/scheduling').expect(200)).text);
      expect(healed('#event_type_id option').length).toBeGreaterThan(0);
    } finally {
      await test.stop();
    }
  });
});
