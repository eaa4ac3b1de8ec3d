import { load } from 'cheerio';
import { CappedEmailsService } from '../../../src/email/capped-emails.service.js';
import { DailyCapsService } from '../../../src/email/delivery/daily-caps.service.js';
import { SuppressionsService } from '../../../src/email/suppressions.service.js';
import type { SuppressionCause } from '../../../src/email/suppression.entity.js';
import type { Actor } from '../../../src/shared/actor.js';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';
import { startScheduling } from '../../support/scheduling.js';
import { until } from '../../support/until.js';

const path = '/app/settings/email';
const good = { undoWindowSeconds: '45', recentMailDays: '7', dailyMailCap: '150' };

describe('the mail settings', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(async () => {
    await app.db.query('delete from suppressions');
    await app.db.query(
      `update orgs set undo_window_seconds = 30, recent_mail_days = 3, daily_mail_cap = null,
                      confirmation_mails_since = null, mail_sender_name = null, mail_reply_to = null`,
    );
  });
  afterAll(() => app.stop());

  const save = (person: TestPerson, form: object) => person.agent.post(path).type('form').send(form);
  const rulesOf = async ({ orgId }: Actor) => {
    const [row] = await app.db.query<object[]>(
      `select undo_window_seconds "undoWindowSeconds", recent_mail_days "recentMailDays", daily_mail_cap "dailyMailCap"
         from orgs where id = $1`,
      [orgId],
    );
    return row;
  };
  const suppress = async (
    actor: Actor,
    address: string,
    cause: SuppressionCause = 'bounce',
    detail: string | null = null,
  ) => {
    await app.app.get(SuppressionsService).suppress(app.db.manager, actor, address, { cause, detail });
    const [row] = await app.db.query<{ id: string }[]>(
      `select id from suppressions where address = lower($1) and cause = $2 order by created_at desc limit 1`,
      [address, cause],
    );
    return `${path}/suppressions/${row!.id}`;
  };
  const lift = (person: TestPerson, at: string, reason: unknown) =>
    person.agent.post(`${at}/lifting`).type('form').send({ reason });

  describe('what is in force', () => {
    it('tells how mail leaves, without a way to change it', async () => {
      const $ = await read(app.asha);
      const facts = $('section:contains("How mail leaves")').text().replaceAll(/\s+/g, ' ');
      expect(facts).toContain('Captured, not sent');
      expect(facts).toContain(app.settings.email.from);
      expect(facts).toContain('No limit');
      expect($('nav[aria-label="Settings"] [aria-current="page"]').text()).toBe('Mail');
      expect($('.side-nav [aria-current="page"]').text()).toBe('Settings');
    });

    it('shows the rules of one organization, and names the midnight its days begin at', async () => {
      await app.db.query(`update orgs set undo_window_seconds = 5, daily_mail_cap = 77 where slug = 'globex'`);
      const $ = await read(app.asha);
      expect([$('#undoWindowSeconds').val(), $('#recentMailDays').val(), $('#dailyMailCap').val()]).toEqual([
        '30',
        '3',
        '',
      ]);
      expect($('#dailyMailCap-hint').text()).toMatch(/from midnight to midnight in Berlin, CES?T \(UTC\+[12]\)/);
      expect((await read(app.cleo))('#dailyMailCap').val()).toBe('77');
    });
  });

  describe('the rules', () => {
    it('are saved for this organization alone', async () => {
      const globex = await rulesOf(app.globex);
      await save(app.asha, good).expect(303).expect('Location', path);
      expect(await rulesOf(app.acme)).toEqual({ undoWindowSeconds: 45, recentMailDays: 7, dailyMailCap: 150 });
      expect(await rulesOf(app.globex)).toEqual(globex);
      const $ = await read(app.asha);
      expect($('#flash').text()).toContain('Saved.');
      expect($('#dailyMailCap').val()).toBe('150');
    });

    it.each([
      [{ undoWindowSeconds: '0', recentMailDays: '0', dailyMailCap: '' }, [0, 0, null]],
      [{ undoWindowSeconds: '3600', recentMailDays: '90', dailyMailCap: '1000000' }, [3600, 90, 1_000_000]],
      [{ undoWindowSeconds: ' 7 ', recentMailDays: '007', dailyMailCap: '1' }, [7, 7, 1]],
      [{ undoWindowSeconds: '1', recentMailDays: '1', dailyMailCap: '   ' }, [1, 1, null]],
    ])('take %j', async (form, [undoWindowSeconds, recentMailDays, dailyMailCap]) => {
      await save(app.asha, form).expect(303);
      expect(await rulesOf(app.acme)).toEqual({ undoWindowSeconds, recentMailDays, dailyMailCap });
    });

    it.each([
      ['undoWindowSeconds', '3601'],
      ['undoWindowSeconds', '-1'],
      ['undoWindowSeconds', ''],
      ['undoWindowSeconds', 'half a minute'],
      ['recentMailDays', '91'],
      ['recentMailDays', '1.5'],
      ['recentMailDays', '1e1'],
      ['dailyMailCap', '0'],
      ['dailyMailCap', '1000001'],
      ['dailyMailCap', '99999999999999999999'],
      ['dailyMailCap', '<b>150</b>'],
    ])('refuse %s %j: what was typed stays, nothing is saved', async (field, value) => {
      const before = await rulesOf(app.acme);
      const page = await save(app.asha, { ...good, [field]: value }).expect(422);
      const $ = load(page.text);
      expect($('#errors a').length).toBe(1);
      expect($('#errors a').attr('href')).toBe(`#${field}`);
      expect($(`#${field}`).attr('aria-invalid')).toBe('true');
      expect($(`#${$(`#${field}`).attr('aria-describedby')!.split(' ')[0]}`).text()).toBe($('#errors a').text());
      expect($(`#${field}`).val()).toBe(value);
      const other = field === 'recentMailDays' ? 'undoWindowSeconds' : 'recentMailDays';
      expect($(`#${other}`).val()).toBe(good[other]);
      expect(await rulesOf(app.acme)).toEqual(before);
    });

    it('keep the sender name and the reply-to address of this organization alone', async () => {
      await save(app.asha, { ...good, mailSenderName: ' Acme,  Hiring ', mailReplyTo: ' jobs@acme.example ' }).expect(
        303,
      );
      const $ = await read(app.asha);
      expect([$('#mailSenderName').val(), $('#mailReplyTo').val()]).toEqual(['Acme, Hiring', 'jobs@acme.example']);
      expect((await read(app.cleo))('#mailSenderName').val()).toBe('');
      await save(app.asha, { ...good, mailSenderName: '  ', mailReplyTo: '' }).expect(303);
      expect((await read(app.asha))('#mailSenderName').val()).toBe('');
    });

    it.each([
      ['mailSenderName', 'Acme\nBcc: all@evil.example'],
      ['mailSenderName', 'Acme\t'],
      ['mailSenderName', 'Acme \u202eexe'],
      ['mailSenderName', 'Acme <ceo'],
      ['mailSenderName', 'Acme "Hiring"'],
      ['mailSenderName', 'ceo@bank.example'],
      ['mailSenderName', 'a'.repeat(71)],
      ['mailReplyTo', 'jobs'],
      ['mailReplyTo', 'jobs@acme.example, all@evil.example'],
      ['mailReplyTo', 'Jobs <jobs@acme.example>'],
      ['mailReplyTo', 'jobs@acme.example\n'],
      [
        'mailReplyTo',
        `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.example`,
      ],
    ])('refuse %s %j, keep it in the field and save nothing', async (field, value) => {
      const $ = load((await save(app.asha, { ...good, [field]: value }).expect(422)).text);
      expect($('#errors a').attr('href')).toBe(`#${field}`);
      expect($(`#${field}`).val()).toBe(value);
      const stored = await app.db.query<object[]>(
        `select 1 from orgs where mail_sender_name is not null or mail_reply_to is not null`,
      );
      expect(stored).toEqual([]);
    });

    it('turn our own confirmation on from that moment, and off again', async () => {
      const since = async () =>
        (
          await app.db.query<{ since: Date | null }[]>(
            'select confirmation_mails_since since from orgs where id = $1',
            [app.acme.orgId],
          )
        )[0]!.since;
      expect((await read(app.asha))('#confirmationMails').attr('checked')).toBeUndefined();
      await save(app.asha, { ...good, confirmationMails: 'on' }).expect(303);
      const first = await since();
      expect(Math.abs(first!.getTime() - Date.now())).toBeLessThan(60_000);
      const $ = await read(app.asha);
      expect($('#confirmationMails').attr('checked')).toBe('checked');
      expect($('fieldset').text()).toContain('Cal.com also mails by itself');
      await save(app.asha, { ...good, recentMailDays: '9', confirmationMails: 'on' }).expect(303);
      expect(await since()).toEqual(first);
      expect((await read(app.cleo))('#confirmationMails').attr('checked')).toBeUndefined();
      await save(app.asha, good).expect(303);
      expect(await since()).toBeNull();
    });

    it('keep a ticked box when another field is refused, and refuse another word in it', async () => {
      const kept = load(
        (await save(app.asha, { ...good, recentMailDays: 'x', confirmationMails: 'on' }).expect(422)).text,
      );
      expect(kept('#confirmationMails').attr('checked')).toBe('checked');
      const refused = load((await save(app.asha, { ...good, confirmationMails: 'perhaps' }).expect(422)).text);
      expect(refused('#errors a').attr('href')).toBe('#confirmationMails');
    });

    it('refuse lists and missing fields', async () => {
      await app.asha.agent
        .post(path)
        .type('form')
        .send('dailyMailCap[a]=1&recentMailDays=1&recentMailDays=2')
        .expect(422);
      await app.asha.agent.post(path).expect(422);
    });
  });

  describe('addresses that get no mail', () => {
    it('are listed with cause, time and the words of the provider', async () => {
      await suppress(app.acme, 'Gone@People.example', 'bounce', '550 5.1.1 user unknown');
      await suppress(app.acme, 'angry@people.example', 'complaint');
      await suppress(app.acme, 'no@people.example', 'opt_out');
      await suppress(app.globex, 'stranger@people.example');
      const $ = await read(app.asha);
      const rows = $('tbody tr')
        .toArray()
        .map((row) => $(row).text().replaceAll(/\s+/g, ' ').trim());
      expect(rows).toHaveLength(3);
      expect(rows[0]).toMatch(/^no@people.example ?Today, \d\d:\d\d Opted out ?Lift/);
      expect(rows[1]).toMatch(/^angry@people.example.* Complained/);
      expect(rows[2]).toMatch(/^gone@people.example.* Bounced for good ?550 5.1.1 user unknown/);
    });

    it('shows what a provider said as text', async () => {
      await suppress(app.acme, 'a@people.example', 'bounce', '<script>alert(1)</script>');
      const $ = await read(app.asha);
      expect($('tbody script')).toHaveLength(0);
      expect($('tbody').text()).toContain('<script>alert(1)</script>');
    });

    it('are lifted with a reason, which is kept with who and when', async () => {
      const at = await suppress(app.acme, 'gone@people.example');
      const $ = load((await app.asha.agent.get(at).expect(200)).text);
      expect($('h1').text()).toBe('gone@people.example');
      expect($('form[action$="/lifting"]').attr('action')).toBe(`${at}/lifting`);
      expect($('.notice')).toHaveLength(0);
      await lift(app.asha, at, ' The mailbox works again. ').expect(303).expect('Location', path);
      expect((await read(app.asha))('#flash').text()).toContain('gone@people.example may get mail again');
      expect((await read(app.asha))('tbody tr')).toHaveLength(0);
      const history = await read(app.asha, '?show=lifted');
      expect(history('tbody tr').text().replaceAll(/\s+/g, ' ')).toMatch(
        /gone@people.example.*Today, \d\d:\d\d, by Asha Menon ?The mailbox works again\./,
      );
      const after = load((await app.asha.agent.get(at).expect(200)).text);
      expect(after('form[action$="/lifting"]')).toHaveLength(0);
      expect(after('main').text()).toContain('by Asha Menon');
    });

    it('warns before an opt-out is lifted', async () => {
      const at = await suppress(app.acme, 'no@people.example', 'opt_out');
      const $ = load((await app.asha.agent.get(at).expect(200)).text);
      expect($('.notice.tone-warn').text()).toContain('This person asked for no mail.');
    });

    it.each(['', '   ', 'x'.repeat(501)])('are not lifted with the reason %j', async (reason) => {
      const at = await suppress(app.acme, 'gone@people.example');
      const $ = load((await lift(app.asha, at, reason).expect(422)).text);
      expect($('#errors a').attr('href')).toBe('#reason');
      expect($('textarea').val()).toBe(reason);
      expect((await read(app.asha))('tbody tr')).toHaveLength(1);
    });

    it('says what else keeps an address from mail', async () => {
      await suppress(app.acme, 'both@people.example', 'opt_out');
      const at = await suppress(app.acme, 'both@people.example', 'bounce');
      expect(load((await app.asha.agent.get(at)).text)('.list-group-item').text()).toContain('Still in force');
      await lift(app.asha, at, 'A new mailbox').expect(303);
      expect((await read(app.asha))('#flash').text()).toContain('both@people.example still gets no mail: opted out.');
    });

    it('are lifted once: whoever comes second is told', async () => {
      const at = await suppress(app.acme, 'gone@people.example');
      await lift(app.asha, at, 'The first reason').expect(303);
      await lift(app.asha, at, 'The second reason').expect(303);
      expect((await read(app.asha))('#flash').text()).toContain('It was lifted already.');
      expect((await read(app.asha, '?show=lifted'))('tbody').text()).toContain('The first reason');
    });

    it('are found by a part of the address, taken literally', async () => {
      await app.db.query(
        `insert into suppressions (org_id, address, cause) select $1, 'p' || n || '_%@people.example', 'bounce'
           from generate_series(1, 12) n`,
        [app.acme.orgId],
      );
      expect((await read(app.asha, '?q=P11_'))('tbody th a').text()).toBe('p11_%@people.example');
      expect((await read(app.asha, '?q=11%25@'))('tbody tr')).toHaveLength(0);
      const none = await read(app.asha, '?q=%3Cb%3Enobody');
      expect(none('main').text()).toContain('No address here contains <b>nobody.');
      expect(none('#q').val()).toBe('<b>nobody');
    });

    it('are leafed through, forth and back, without losing one', async () => {
      await app.db.query(
        `insert into suppressions (org_id, address, cause, created_at)
         select $1, 'p' || n || '@people.example', 'bounce', now() - make_interval(mins => n / 3)
           from generate_series(1, 120) n`,
        [app.acme.orgId],
      );
      const shown = ($: Awaited<ReturnType<typeof read>>) =>
        $('tbody th a')
          .toArray()
          .map((cell) => $(cell).text());
      const follow = async ($: Awaited<ReturnType<typeof read>>, rel: string) =>
        read(app.asha, $(`a[rel=${rel}]`).attr('href')!.slice(path.length).replace(/#.*/, ''));
      const first = await read(app.asha);
      const second = await follow(first, 'next');
      const third = await follow(second, 'next');
      const all = [...shown(first), ...shown(second), ...shown(third)];
      expect([shown(first).length, shown(second).length, shown(third).length]).toEqual([50, 50, 20]);
      expect(new Set(all).size).toBe(120);
      expect(third('a[rel=next]')).toHaveLength(0);
      expect(first('a[rel=prev]')).toHaveLength(0);
      const back = await follow(third, 'prev');
      expect(shown(back)).toEqual(shown(second));
      expect(shown(await follow(back, 'prev'))).toEqual(shown(first));
      expect(first('main').text()).toContain('50 of 120');
    });

    it('take any address of the page without falling over', async () => {
      for (const query of ['?after=1', '?before=x&q[]=1', `?after=${app.acme.orgId}`, '?show=a&q=%00', '?q=a&q=b']) {
        await app.asha.agent.get(`${path}${query}`).expect(200);
      }
    });
  });

  describe('who may', () => {
    it.each(['ben', 'dana'] as const)('%s may not: only admins see and change settings', async (who) => {
      const at = await suppress(app.acme, 'gone@people.example');
      const { agent } = app[who];
      await agent.get(path).expect(403);
      await agent.post(path).type('form').send(good).expect(403);
      await agent.get(at).expect(403);
      await agent.post(`${at}/lifting`).type('form').send({ reason: 'because' }).expect(403);
      expect((await read(app.asha))('tbody tr')).toHaveLength(1);
    });

    it('a visitor signs in first', async () => {
      await app
        .visitor()
        .get(path)
        .expect(303)
        .expect('Location', /^\/sign-in/);
    });

    it('another organization finds nothing', async () => {
      const at = await suppress(app.acme, 'gone@people.example');
      await app.cleo.agent.get(at).expect(404);
      await lift(app.cleo, at, 'because').expect(404);
      await lift(app.cleo, at, '').expect(404);
      expect((await read(app.asha))('tbody tr')).toHaveLength(1);
    });

    it.each(['1', 'x', '00000000-0000-0000-0000-000000000000'])('nobody finds the id %s', async (id) => {
      await app.asha.agent.get(`${path}/suppressions/${id}`).expect(404);
      await lift(app.asha, `${path}/suppressions/${id}`, 'because').expect(404);
    });

    it('a foreign origin is refused', async () => {
      const at = await suppress(app.acme, 'gone@people.example');
      for (const action of [path, `${at}/lifting`]) {
        await app.asha.agent.post(action).set('Origin', 'https://evil.example').expect(403);
      }
    });
  });
});

describe('a changed daily limit', () => {
  it('lets the mails go on that the old one held back, and only those', async () => {
    const test = await startScheduling({ UNDO_WINDOW_SECONDS: '0' });
    try {
      await test.db.query('update orgs set undo_window_seconds = 3600');
      const ids = await test.ids(3);
      const asked = { invitation_ids: ids, event_type_id: 1 };
      const sent = await test.dana.agent.post('/api/admin/scheduling/send-emails').send(asked).expect(202);
      const sendId = (sent.body as { send_id: string }).send_id;
      await test.db.query(
        `update emails set reason_code = 'daily_cap', reason = 'The daily limit is reached.',
                due_at = now() + interval '1 day' where send_id = $1 and position <= 2`,
        [sendId],
      );
      const page = await test.asha.agent.get(path).expect(200);
      expect(page.text).toContain('2 mails wait for the next day because of this limit.');
      const save = (dailyMailCap: string) =>
        test.asha.agent.post(path).type('form').send({ undoWindowSeconds: '3600', recentMailDays: '3', dailyMailCap });
      const waiting = async () =>
        test.db.query<{ position: number; reason_code: string | null }[]>(
          `select position, reason_code from emails where send_id = $1 and state = 'queued' order by position`,
          [sendId],
        );
      await save('').expect(303);
      expect(await waiting()).toHaveLength(3);
      await save('500').expect(303);
      expect((await test.asha.agent.get(path)).text).toContain('2 mails held back by the old limit now may go out.');
      await expect(until(waiting, (rows) => rows.length === 1)).resolves.toEqual([{ position: 3, reason_code: null }]);
    } finally {
      await test.stop();
    }
  });

  it('holds nothing back by a limit that has just been changed', async () => {
    const test = await startScheduling({ UNDO_WINDOW_SECONDS: '0' });
    try {
      await test.db.query('update orgs set daily_mail_cap = 500');
      const caps = test.app.get(DailyCapsService);
      const due = { id: '', orgId: test.acme.orgId, dailyCap: 0 };
      const held = () => test.app.get(CappedEmailsService).count(test.acme);
      await test.db.query('update orgs set undo_window_seconds = 3600');
      const asked = { invitation_ids: await test.ids(2), event_type_id: 1 };
      await test.dana.agent.post('/api/admin/scheduling/send-emails').send(asked).expect(202);
      await test.db.transaction(async (manager) => {
        await manager.query(`update emails set due_at = now() where state = 'queued'`);
        expect(await caps.withinCap(manager, due, [due])).toEqual([]);
      });
      expect(await held()).toBe(0);
    } finally {
      await test.stop();
    }
  });
});

describe('mail that leaves for real', () => {
  const facts = async (environment: Record<string, string>, prepare: (app: TestApp) => Promise<unknown>) => {
    const app = await startApp({ EMAIL_FROM: 'Acme <hiring@acme.example>', ...environment });
    try {
      await prepare(app);
      const page = await app.asha.agent.get(path).expect(200);
      const secrets = ['s3cret', 're_s3cret', 'mailer'].filter((secret) => page.text.includes(secret));
      return { text: load(page.text)('main').text().replaceAll(/\s+/g, ' '), secrets };
    } finally {
      await app.stop();
    }
  };

  it.each([
    ['smtp://mailer:s3cret@mail.acme.example:2525', 'mail.acme.example, port 2525, encrypted (STARTTLS)'],
    ['smtps://mailer:s3cret@mail.acme.example', 'mail.acme.example, port 465, encrypted from the start'],
  ])('through %s names the server and no secret', async (SMTP_URL, words) => {
    const { text, secrets } = await facts({ EMAIL_TRANSPORT: 'smtp', SMTP_URL }, async () => undefined);
    expect(text).toContain(words);
    expect(text).toMatch(/Up to \d+ mails a second/);
    expect(secrets).toEqual([]);
  });

  it('through Resend tells the pace that was learnt, and why nothing leaves at the moment', async () => {
    const { text, secrets } = await facts({ EMAIL_TRANSPORT: 'resend', RESEND_API_KEY: 're_s3cret' }, ({ db }) =>
      db.query(
        `update email_rate_gates set requests_per_second = 5, paused_until = '2027-01-04T12:00Z',
                pause_code = 'invalid_api_key', pause_reason = 'Resend does not accept the API key.'`,
      ),
    );
    expect(text).toContain('Up to 5 requests a second, 100 mails each');
    expect(text).toContain('Resend does not accept the API key.');
    expect(text).toMatch(/tries again by itself: Mon 4 Jan( 2027)?, 13:00 CET \(UTC\+1\)/);
    expect(secrets).toEqual([]);
  });
});

async function read(person: TestPerson, query = '') {
  return load((await person.agent.get(`${path}${query}`).expect(200)).text);
}
