import * as cheerio from 'cheerio';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

type Cause = 'opt_out' | 'bounce' | 'complaint';

describe('somebody who opted out', () => {
  let test: SchedulingTest;
  let eventType: string;

  beforeAll(async () => {
    test = await startScheduling();
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    eventType = page('#event_type_id option').first().attr('value')!;
  });
  afterAll(() => test.stop());

  const draft = async (ids: readonly string[]) => {
    const answer = await test.asha.agent
      .post('/app/scheduling/sends')
      .type('form')
      .send({ invitation_ids: ids, event_type_id: eventType })
      .expect(303);
    return answer.headers['location']!.split('/').at(-1)!;
  };
  const show = async (id: string, agent = test.asha.agent) =>
    cheerio.load((await agent.get(`/app/sends/${id}`).expect(200)).text);
  const post = (id: string, action: string, body: object, agent = test.asha.agent) =>
    agent.post(`/app/sends/${id}/${action}`).type('form').send(body);
  const dispatch = async (id: string) => {
    const revision = (await show(id))('#message-form input[name=revision]').attr('value');
    await post(id, 'dispatch', { revision }).expect(303);
  };
  const suppress = async (invitationId: string, cause: Cause = 'opt_out') =>
    test.db.query(
      `insert into suppressions (org_id, address, cause) select org_id, lower(email), $2 from invitations where id = $1`,
      [invitationId, cause],
    );
  const lift = async (invitationId: string) =>
    test.db.query(
      `update suppressions set lifted_at = now()
        where lifted_at is null and address = (select lower(email) from invitations where id = $1)`,
      [invitationId],
    );
  const optOutByLink = async (invitationId: string) => {
    const [link] = await test.db.query<{ token: string }[]>(
      'select token from booking_links where invitation_id = $1 and revoked_at is null',
      [invitationId],
    );
    await test.visitor().post(`/i/${link!.token}/unsubscribe`).expect(200);
  };
  const mails = async (sendId: string) =>
    test.db.query<{ invitationId: string; state: string; code: string | null; despite: boolean }[]>(
      `select invitation_id "invitationId", state, reason_code code, despite_opt_out despite from emails
        where send_id = $1 and kind = 'invitation' order by position`,
      [sendId],
    );
  const onceForm = ($: cheerio.CheerioAPI, nth = 0) => {
    const form = $('form[action$="/opted-out"]').eq(nth);
    return Object.fromEntries(
      form
        .find('input:not([name="page_organization"])')
        .map((_, input) => [[$(input).attr('name')!, $(input).attr('value')!]])
        .get(),
    ) as { revision: string; email_id: string; confirmed: string };
  };

  it('is skipped and named in the next draft, and so is whose address bounced or complained', async () => {
    const ids = (await test.ids(4)) as [string, string, string, string];
    await suppress(ids[0]);
    await suppress(ids[1], 'bounce');
    await suppress(ids[2], 'complaint');
    await suppress(ids[2]);
    const id = await draft(ids);
    expect((await mails(id)).map(({ code }) => code)).toEqual(['opted_out', 'suppressed', 'suppressed', null]);
    const $ = await show(id);
    expect($('#result').text()).toBe('1 will be sent, 3 skipped');
    const rows = $('section[aria-labelledby=result] tbody tr');
    expect(rows.eq(0).text()).toContain('This candidate asked for no more mail.');
    expect(rows.eq(0).find('form')).toHaveLength(1);
    expect(rows.eq(0).find('details').attr('open')).toBeUndefined();
    expect(rows.eq(1).find('form')).toHaveLength(0);
    expect(rows.eq(1).find('a[href="/app/settings/email"]')).toHaveLength(1);
    expect(rows.eq(2).find('form')).toHaveLength(0);
    const forDana = (await show(id, test.dana.agent))('section[aria-labelledby=result] tbody tr');
    expect(forDana.eq(0).find('form')).toHaveLength(1);
    expect(forDana.eq(1).find('a[href^="/app/settings"]')).toHaveLength(0);
    expect(forDana.eq(1).text()).toContain('An admin can lift that');
    expect((await show(id, test.ben.agent))('form[action$="/opted-out"]')).toHaveLength(0);
    await dispatch(id);
    expect(await test.settled(id)).toEqual({ accepted: 1, skipped: 3 });
  });

  it('is asked about again at the last moment', async () => {
    const ids = (await test.ids(2)) as [string, string];
    const id = await draft(ids);
    await optOutByLink(ids[0]);
    await dispatch(id);
    expect(await test.settled(id)).toEqual({ accepted: 1, skipped: 1 });
    expect((await mails(id))[0]).toMatchObject({ state: 'skipped', code: 'opted_out' });
  });

  it('is written to once, after a warning, and skipped again the next time', async () => {
    const ids = (await test.ids(2)) as [string, string];
    await suppress(ids[0]);
    const id = await draft(ids);
    const $ = await show(id);
    const form = onceForm($);
    const { confirmed: _, ...unticked } = form;
    const refused = await post(id, 'opted-out', unticked).expect(422);
    const again = cheerio.load(refused.text);
    const [fault] = again('#errors a').get();
    expect(again(fault).text()).toContain('Tick the box first');
    const box = again(again(fault).attr('href')!);
    expect(box.attr('aria-invalid')).toBe('true');
    expect(box.closest('details').attr('open')).toBeDefined();
    expect(again('section.action-bar [formaction$=dispatch]')).toHaveLength(1);
    expect((await mails(id))[0]).toMatchObject({ state: 'skipped', despite: false });
    await post(id, 'opted-out', form).expect(303);
    const now = await show(id);
    expect(now('#flash').text()).toContain('is in this send');
    expect(now('#result').text()).toBe('2 will be sent');
    expect((await mails(id))[0]).toMatchObject({ state: 'draft', code: null, despite: true });
    await post(id, 'dispatch', { revision: form.revision }).expect(422);
    await dispatch(id);
    expect(await test.settled(id)).toEqual({ accepted: 2 });
    const told = cheerio.load((await test.asha.agent.get(`/app/emails/${form.email_id}`).expect(200)).text);
    expect(told('main').text()).toContain('By Asha Menon, for this mail only.');
    const next = await draft(ids);
    expect((await mails(next))[0]).toMatchObject({ state: 'skipped', code: 'opted_out', despite: false });
  });

  it('is not written to a second time within a few days without being told', async () => {
    const ids = (await test.ids(2)) as [string, string];
    const earlier = await draft(ids);
    await dispatch(earlier);
    await test.settled(earlier);
    await Promise.all(ids.map((id) => suppress(id)));
    const id = await draft(ids);
    await post(id, 'opted-out', onceForm(await show(id))).expect(303);
    const $ = await show(id);
    expect($('#flash').text()).toContain('is still skipped. This candidate was invited in the last few days.');
    expect(await mails(id)).toMatchObject([
      { state: 'skipped', code: 'recent', despite: true },
      { state: 'skipped', code: 'opted_out', despite: false },
    ]);
    const revision = $('#message-form input[name=revision]').attr('value');
    await post(id, 'recent', { revision }).expect(303);
    await dispatch(id);
    expect(await test.settled(id)).toEqual({ accepted: 1, skipped: 1 });
  });

  it('is tried again only where somebody had decided to write', async () => {
    const ids = (await test.ids(2)) as [string, string];
    await suppress(ids[0]);
    const id = await draft(ids);
    await post(id, 'opted-out', onceForm(await show(id))).expect(303);
    await dispatch(id);
    await test.settled(id);
    await suppress(ids[1]);
    await test.db.query(`update emails set state = 'failed' where send_id = $1`, [id]);
    await post(id, 'retry', {}).expect(303);
    expect(await test.settled(id)).toEqual({ accepted: 1, failed: 1 });
    expect((await mails(id)).map(({ state }) => state)).toEqual(['accepted', 'failed']);
  });

  it('is asked about once more before a mail leaves that was on its way when they opted out', async () => {
    await test.db.query('update orgs set undo_window_seconds = 60 where id = $1', [test.acme.orgId]);
    try {
      const ids = (await test.ids(4)) as [string, string, string, string];
      await suppress(ids[1]);
      const id = await draft(ids);
      await post(id, 'opted-out', onceForm(await show(id))).expect(303);
      await dispatch(id);
      await suppress(ids[0]);
      await suppress(ids[2], 'complaint');
      await test.db.query(`update emails set due_at = now() where send_id = $1`, [id]);
      expect(await test.settled(id)).toEqual({ accepted: 2, skipped: 2 });
      expect((await mails(id)).map(({ code }) => code)).toEqual(['opted_out', null, 'suppressed', null]);
    } finally {
      await test.db.query('update orgs set undo_window_seconds = 0 where id = $1', [test.acme.orgId]);
    }
  });

  it('gets no mail that waits if they ask once more', async () => {
    await test.db.query('update orgs set undo_window_seconds = 60 where id = $1', [test.acme.orgId]);
    try {
      const ids = (await test.ids(1)) as [string];
      await suppress(ids[0]);
      const id = await draft(ids);
      await post(id, 'opted-out', onceForm(await show(id))).expect(303);
      await dispatch(id);
      expect((await mails(id))[0]).toMatchObject({ state: 'queued' });
      await optOutByLink(ids[0]);
      expect((await mails(id))[0]).toMatchObject({ state: 'skipped', code: 'opted_out' });
    } finally {
      await test.db.query('update orgs set undo_window_seconds = 0 where id = $1', [test.acme.orgId]);
    }
  });

  it('stays skipped where something else stands against the mail, and that is said', async () => {
    const ids = (await test.ids(3)) as [string, string, string];
    const [bounced, booked, twice] = ids;
    await Promise.all(ids.map((id) => suppress(id)));
    const id = await draft(ids);
    await suppress(bounced, 'bounce');
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       values ($1, $2, 'uid-3', 'http://cal.example/booking/uid-3', 'confirmed', now() + interval '1 day', now() + interval '25 hours')`,
      [test.acme.orgId, booked],
    );
    await test.db.query(
      `insert into emails (org_id, send_id, position, state, to_name, to_address)
       select org_id, send_id, 9, 'draft', 'The same address', upper(to_address) from emails where send_id = $1 and invitation_id = $2`,
      [id, twice],
    );
    for (const why of ['came back for good', 'has an interview', 'has the same address']) {
      await post(id, 'opted-out', onceForm(await show(id))).expect(303);
      const $ = await show(id);
      expect($('#flash').text()).toContain('is still skipped');
      expect($('#flash').text()).toContain(why);
    }
    expect((await mails(id)).slice(0, 3)).toMatchObject([
      { state: 'skipped', code: 'suppressed', despite: false },
      { state: 'skipped', code: 'booked', despite: false },
      { state: 'skipped', code: 'twice', despite: false },
    ]);
  });

  it('is not written to on the word of a page that is out of date', async () => {
    const ids = (await test.ids(2)) as [string, string];
    await Promise.all(ids.map((id) => suppress(id)));
    const id = await draft(ids);
    const [first, second] = [onceForm(await show(id), 0), onceForm(await show(id), 1)];
    await post(id, 'opted-out', first).expect(303);
    const answer = await post(id, 'opted-out', second).expect(422);
    expect(answer.text).toContain('was changed meanwhile');
    expect((await mails(id)).map(({ state }) => state)).toEqual(['draft', 'skipped']);
    await post(id, 'cancellation', {}).expect(303);
    await post(id, 'opted-out', second).expect(303);
    expect((await mails(id)).map(({ state }) => state)).toEqual(['cancelled', 'skipped']);
  });

  it('keeps the draft out of reach of strangers 404, viewers 403, bad ids 404, foreign origins 403', async () => {
    const ids = (await test.ids(2)) as [string, string];
    await suppress(ids[0]);
    const id = await draft(ids);
    const other = await draft([ids[1]]);
    const form = onceForm(await show(id));
    const [theOther] = await mails(other);
    await post(id, 'opted-out', form, test.cleo.agent).expect(404);
    await post(id, 'opted-out', form, test.ben.agent).expect(403);
    await post('not-an-id', 'opted-out', form).expect(404);
    await post(id, 'opted-out', form).set('Origin', 'https://evil.example').expect(403);
    for (const emailId of ['not-an-id', theOther!.invitationId, '', 'x"><script>']) {
      await post(id, 'opted-out', { ...form, email_id: emailId }).expect(404);
    }
    await post(other, 'opted-out', form).expect(404);
    const [going] = await test.db.query<{ id: string }[]>(
      `select id from emails where send_id = $1 and state = 'draft'`,
      [id],
    );
    await post(id, 'opted-out', { ...form, email_id: going!.id }).expect(404);
    expect((await mails(id)).map(({ state }) => state)).toEqual(['skipped', 'draft']);
    await post(id, 'opted-out', form).expect(303);
  });

  it('is named with the code in the answer of the JSON API', async () => {
    const ids = (await test.ids(3)) as [string, string, string];
    await suppress(ids[0]);
    await suppress(ids[1], 'complaint');
    const answer = await test.asha.agent
      .post('/api/admin/scheduling/send-emails')
      .send({ invitation_ids: ids, event_type_id: Number(eventType.split(':')[0]), include_recent: true })
      .expect(202);
    expect(answer.body).toMatchObject({
      queued: 1,
      skipped: [
        { invitation_id: ids[0], reason: 'opted_out' },
        { invitation_id: ids[1], reason: 'suppressed' },
      ],
    });
    await test.settled((answer.body as { send_id: string }).send_id);
  });

  it('is marked in the Scheduling list beside a status that stays what it is', async () => {
    const [out, bad, fine] = (await test.ids(3)) as [string, string, string];
    await suppress(out);
    await suppress(bad, 'bounce');
    await suppress(bad);
    await test.db.query(
      `insert into suppressions (org_id, address, cause) select $1, lower(email), 'opt_out'
                           from invitations where id = $2`,
      [test.globex.orgId, fine],
    );
    const badges = async (id: string) => {
      const [{ email }] = (await test.db.query('select email from invitations where id = $1', [id])) as [
        { email: string },
      ];
      const $ = cheerio.load(
        (await test.asha.agent.get(`/app/scheduling?q=${encodeURIComponent(email)}`).expect(200)).text,
      );
      return $(`input[value="${id}"]`)
        .closest('tr')
        .find('.badge')
        .map((_, badge) => $(badge).text().trim())
        .get();
    };
    expect(await badges(out)).toEqual(['Not invited', 'Opted out']);
    expect(await badges(bad)).toEqual(['Not invited', 'Suppressed']);
    expect(await badges(fine)).toEqual(['Not invited']);
    await lift(out);
    expect(await badges(out)).toEqual(['Not invited']);
  });
});
