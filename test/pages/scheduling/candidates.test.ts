import * as cheerio from 'cheerio';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

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
    expect($('.pills a').first().text()).toMatch(new RegExp(`All\\s*${names($).length}`));
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

  it('selects the page and all that match without a script', async () => {
    const ofPage = await page('?select=page');
    expect(ofPage('input[name="invitation_ids[]"]:checked').length).toBe(names(ofPage).length);
    const matching = await page('?select=matching');
    expect(matching('section.action-bar').text()).toContain('All 60 that match are selected');
    expect(matching('form#selection input[name=select]').attr('value')).toBe('matching');
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
