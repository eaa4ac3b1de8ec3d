import * as fc from 'fast-check';
import { randomBytes, randomUUID } from 'node:crypto';
import { EmailService } from '../../src/email/email.service.js';
import { Jobs } from '../../src/jobs/jobs.service.js';
import type { Actor } from '../../src/shared/actor.js';
import { startApp, type TestApp } from '../support/app.js';
import {
  mailEvent,
  post,
  resendWebhookSecret,
  signed,
  storeMail,
  type MailEvent,
  type Signed,
  type StoredMail,
} from '../support/resend-webhook.js';
import { until } from '../support/until.js';

interface MailRow {
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly providerId: string | null;
  readonly sentAt: Date | null;
  readonly stateAt: Date;
}

const full = { bounce: { type: 'Transient', subType: 'MailboxFull', message: 'Over quota' } };
const gone = { bounce: { type: 'Permanent', subType: 'NoEmail', diagnosticCode: ['smtp; 550 5.1.1 User unknown'] } };

describe('the webhook of Resend', () => {
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp({ RESEND_WEBHOOK_SECRET: resendWebhookSecret });
  });
  afterAll(() => test?.stop());

  async function mail({
    actor = test.acme,
    ...given
  }: Partial<StoredMail> & { actor?: Actor } = {}): Promise<StoredMail> {
    return storeMail(test.db, actor, given);
  }

  const about = ({ id, providerId }: Pick<StoredMail, 'id' | 'providerId'>, type: string, more: MailEvent = {}) =>
    mailEvent(type, { emailId: id, providerId, ...more });

  /** Signed, posted, and handled. */
  async function tell(body: string, id?: string): Promise<void> {
    const delivery = signed(body, id ? { id } : {});
    await post(test.visitor(), delivery).expect(200);
    await handled(delivery);
  }

  async function handled({ headers }: Signed): Promise<void> {
    await until(
      () =>
        test.db.query<unknown[]>('select 1 from webhook_deliveries where external_id = $1 and handled_at is not null', [
          headers['svix-id'],
        ]),
      (rows) => rows.length === 1,
    );
  }

  async function row({ id }: StoredMail): Promise<MailRow> {
    const [found] = await test.db.query<MailRow[]>(
      `select state, reason_code code, reason, provider_id "providerId", sent_at "sentAt", state_at "stateAt"
         from emails where id = $1`,
      [id],
    );
    return found!;
  }

  async function events({ id }: StoredMail, actor = test.acme): Promise<string[]> {
    const details = await test.app.get(EmailService).find(actor, id);
    return details!.events.map(({ type, detail }) => (detail ? `${type}: ${detail}` : type));
  }

  async function suppressions({ to }: Pick<StoredMail, 'to'>): Promise<object[]> {
    return test.db.query(
      `select o.slug org, cause, detail from suppressions s join orgs o on o.id = s.org_id
        where address = $1 and lifted_at is null order by cause`,
      [to],
    );
  }

  async function deliveries(id: string): Promise<object[]> {
    return test.db.query(
      'select provider, type, payload, handled_at is not null handled from webhook_deliveries where external_id = $1',
      [id],
    );
  }

  describe('who may tell', () => {
    it.each<[string, (body: string) => Partial<Signed>]>([
      ['nothing', () => ({ headers: {} })],
      ['another key', (body) => signed(body, { by: randomBytes(24) })],
      ['an old time', (body) => signed(body, { secondsAgo: 301 })],
      ['a future time', (body) => signed(body, { secondsAgo: -302 })],
      ['the signature of another body', (body) => ({ headers: signed(`${body} `).headers })],
      ['the id of another delivery', (body) => ({ headers: { ...signed(body).headers, 'svix-id': 'msg_2' } })],
      ['no id', (body) => ({ headers: { ...signed(body).headers, 'svix-id': '' } })],
      [
        'a malformed time',
        (body) => {
          const { headers } = signed(body);
          return { headers: { ...headers, 'svix-timestamp': `${headers['svix-timestamp']}abc` } };
        },
      ],
      ['a malformed signature', (body) => ({ headers: { ...signed(body).headers, 'svix-signature': 'v1' } })],
    ])('is nobody who signs with %s', async (_, forge) => {
      const target = await mail();
      const body = about(target, 'email.bounced', { data: gone });
      const before = await test.db.query<{ count: number }[]>('select count(*)::int from webhook_deliveries');
      const answer = await post(test.visitor(), { body, headers: {}, ...forge(body) }).expect(401);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toMatchObject({ status: 401, detail: 'The signature is missing or does not hold.' });
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(await test.db.query('select count(*)::int from webhook_deliveries')).toEqual(before);
      expect(await row(target)).toMatchObject({ state: 'accepted' });
    });

    it('is nobody while there is no secret', async () => {
      const closed = await startApp();
      try {
        await post(closed.visitor(), signed('{}')).expect(401);
        await post(closed.visitor(), signed('{}', { by: Buffer.alloc(0) })).expect(401);
      } finally {
        await closed.stop();
      }
    });

    it('is whoever has the secret, the old and the new one while it changes', async () => {
      const target = await mail();
      const delivery = signed(about(target, 'email.delivered'));
      const other = signed(delivery.body, { by: randomBytes(24) }).headers['svix-signature'];
      const headers = { ...delivery.headers, 'svix-signature': `${other} ${delivery.headers['svix-signature']}` };
      await post(test.visitor(), { ...delivery, headers }).expect(200);
      await handled(delivery);
      expect(await row(target)).toMatchObject({ state: 'delivered' });
    });

    it('signs the bytes, whatever they are called', async () => {
      const target = await mail();
      const body = ` ${about(target, 'email.delivered', { data: { subject: 'Łódź 😀' } })}\r\n`;
      for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
        const { headers } = signed(body);
        await test.visitor().post('/webhooks/resend').set(headers).type(type).send(body).expect(200);
      }
      await until(
        () => row(target),
        ({ state }) => state === 'delivered',
      );
    });

    it('is told when it is too much', async () => {
      const large = `"${'x'.repeat(300_000)}"`;
      const answer = await post(test.visitor(), signed(large)).expect(413);
      expect(answer.body).toMatchObject({ status: 413, title: 'Too large' });
    });

    it('does so without a session, even in a browser that has one', async () => {
      const answer = await post(test.asha.agent, signed('{}')).expect(200);
      expect(answer.headers['set-cookie']).toBeUndefined();
    });
  });

  describe('what is kept', () => {
    it('is each delivery once, without what it said about people', async () => {
      const target = await mail();
      await tell(about(target, 'email.delivered'), 'msg_once');
      await post(test.visitor(), signed(about(target, 'email.complained'), { id: 'msg_once' })).expect(200);
      await tell('{}');
      expect(await deliveries('msg_once')).toEqual([
        { provider: 'resend', type: 'email.delivered', payload: null, handled: true },
      ]);
      expect(await row(target)).toMatchObject({ state: 'delivered' });
      expect(await events(target)).toEqual(['delivered']);
    });

    it('is one of twenty that come at the same moment', async () => {
      const target = await mail();
      const delivery = signed(about(target, 'email.bounced', { data: gone }), { id: 'msg_twenty' });
      await Promise.all(Array.from({ length: 20 }, () => post(test.visitor(), delivery).expect(200)));
      await handled(delivery);
      await tell('{}');
      expect(await deliveries('msg_twenty')).toHaveLength(1);
      expect(await events(target)).toEqual(['bounced: No such mailbox: 550 5.1.1 User unknown.']);
      const jobs = await test.db.query<{ count: number }[]>(
        `select count(*)::int from pgboss.job where name = 'record-resend-reports'
            and data->>'deliveryId' = (select id::text from webhook_deliveries where external_id = 'msg_twenty')`,
      );
      expect(jobs).toEqual([{ count: 1 }]);
    });

    it('is handled once, though its job may run twice', async () => {
      const target = await mail();
      await tell(about(target, 'email.delivered'), 'msg_again');
      await test.db.query(`update emails set state = 'accepted' where id = $1`, [target.id]);
      const [[delivery]] = await test.db.query<[{ id: string }[], number]>(
        `update webhook_deliveries set payload = $1 where external_id = 'msg_again' returning id`,
        [about(target, 'email.complained')],
      );
      const data = { deliveryId: delivery!.id };
      await test.db.transaction((manager) => test.app.get(Jobs).enqueue(manager, 'record-resend-reports', data));
      await until(
        () =>
          test.db.query<unknown[]>(`select 1 from pgboss.job where data = $1 and state = 'completed'`, [
            JSON.stringify(data),
          ]),
        (jobs) => jobs.length === 2,
      );
      expect(await row(target)).toMatchObject({ state: 'accepted' });
      expect(await suppressions(target)).toEqual([]);
    });

    it.each([
      ['an unknown event', '{"type":"domain.updated","data":{"id":"x"}}', 'domain.updated'],
      ['no object', '[1]', 'unreadable'],
      ['no text', '', 'unreadable'],
      ['nothing', 'null', 'unreadable'],
      ['no JSON', '{"type":"email.sent"', 'unreadable'],
      ['what Postgres cannot keep', '{"type":"a\\u0000\\ud800","data":"\\u0000"}', 'a \ufffd'],
      ['bytes that are no text', '\u0000\u0001', 'unreadable'],
      ['a type that is no word', '{"type":{"a":1}}', 'unreadable'],
      ['a very deep one', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 'unreadable'],
      ['a mail without data', '{"type":"email.bounced"}', 'email.bounced'],
      [
        'a mail with nonsense',
        '{"type":"email.bounced","created_at":{},"data":{"email_id":7,"tags":[[]]}}',
        'email.bounced',
      ],
    ])('is %s, and nothing comes of it', async (_, body, type) => {
      const id = `msg_${randomUUID()}`;
      await tell(body, id);
      expect(await deliveries(id)).toEqual([{ provider: 'resend', type, payload: null, handled: true }]);
    });

    it('is nothing about opening and clicking', async () => {
      const target = await mail();
      await tell(about(target, 'email.opened'));
      await tell(
        about(target, 'email.clicked', { data: { click: { ipAddress: '192.0.2.7', link: 'https://x.example' } } }),
      );
      expect(await events(target)).toEqual([]);
      expect(await row(target)).toMatchObject({ state: 'accepted' });
    });

    it('is what comes in a burst, soon', async () => {
      const targets = await Promise.all(Array.from({ length: 60 }, () => mail()));
      const startedAt = Date.now();
      await Promise.all(
        targets.map((target) => post(test.visitor(), signed(about(target, 'email.delivered'))).expect(200)),
      );
      await until(
        () => Promise.all(targets.map(row)),
        (rows) => rows.every(({ state }) => state === 'delivered'),
        15_000,
      );
      expect(Date.now() - startedAt).toBeLessThan(12_000);
    });
  });

  describe('which mail is meant', () => {
    it('is told by the tag, by the header, or by the id of Resend', async () => {
      const [tagged, headed, named] = [await mail(), await mail(), await mail()];
      await tell(about(tagged, 'email.delivered', { data: { tags: [{ name: 'email_id', value: tagged.id }] } }));
      const headers = [{ name: 'X-Entity-Ref-ID', value: headed.id }];
      await tell(mailEvent('email.delivered', { providerId: headed.providerId, data: { headers } }));
      await tell(mailEvent('email.delivered', { providerId: named.providerId }));
      for (const target of [tagged, headed, named]) {
        expect(await row(target)).toMatchObject({ state: 'delivered', providerId: target.providerId });
      }
    });

    it('is none where it is not ours', async () => {
      const before = await test.db.query('select state, count(*)::int from emails group by 1 order by 1');
      const stranger = { id: randomUUID(), providerId: 're-stranger', to: 'zoe.secret@people.example' };
      await tell(about(stranger, 'email.bounced', { data: gone }));
      await tell(mailEvent('email.complained', { emailId: "1' or true", providerId: 're-stranger' }));
      expect(await test.db.query('select state, count(*)::int from emails group by 1 order by 1')).toEqual(before);
      expect(await suppressions(stranger)).toEqual([]);
    });

    it('is the one of its own organization', async () => {
      const ours = await mail();
      const theirs = await mail({ to: ours.to, actor: test.globex });
      const waiting = await mail({ to: ours.to, actor: test.globex, state: 'queued', providerId: '' });
      await tell(about(ours, 'email.bounced', { data: gone }));
      expect(await row(ours)).toMatchObject({ state: 'bounced' });
      expect(await row(theirs)).toMatchObject({ state: 'accepted', reason: null });
      expect(await row(waiting)).toMatchObject({ state: 'queued' });
      expect(await suppressions(ours)).toMatchObject([{ org: 'acme' }]);
      expect(await events(theirs, test.globex)).toEqual([]);
    });
  });

  describe('what becomes of a mail', () => {
    it('is shown with the time of the event, not of the telling', async () => {
      const target = await mail();
      const delivered = new Date(Date.now() - 30 * 60_000);
      await tell(about(target, 'email.complained'));
      await tell(about(target, 'email.delivered', { at: delivered.toISOString() }));
      const details = await test.app.get(EmailService).find(test.acme, target.id);
      expect(details!.events.map(({ type }) => type)).toEqual(['delivered', 'complained']);
      expect(details!.events[0]).toMatchObject({ at: delivered, providerId: target.providerId });
    });

    it.each(['soon', '1970-01-01T00:00:00Z', '2999-01-01T00:00:00Z', ''])('has a sane time for %j', async (at) => {
      const target = await mail();
      await tell(about(target, 'email.delivered', { at }));
      expect(Math.abs((await row(target)).stateAt.getTime() - Date.now())).toBeLessThan(30_000);
    });

    it('is the same in whatever order it is told', async () => {
      const told = [
        ['email.sent', {}],
        ['email.delivery_delayed', {}],
        ['email.delivered', {}],
        ['email.bounced', full],
        ['email.bounced', gone],
      ] as const;
      const start = Date.now() - 10 * 60_000;
      const at = (index: number) => new Date(start + index * 60_000).toISOString();
      const orders = fc.sample(fc.shuffledSubarray([...told.keys(), 1, 2, 4], { minLength: 8 }), 6);
      for (const order of orders) {
        const target = await mail();
        for (const index of order) {
          const [type, data] = told[index]!;
          await tell(about(target, type, { at: at(index), data }));
        }
        expect(await row(target)).toMatchObject({ state: 'bounced', code: 'bounce_permanent' });
        expect(await events(target)).toEqual([
          'sent',
          'delayed: The mail server of the recipient puts it off; Resend keeps trying.',
          'delivered',
          'bounced: The mailbox is full: Over quota.',
          'bounced: No such mailbox: 550 5.1.1 User unknown.',
        ]);
      }
    });

    it('is not undone by a late sent', async () => {
      const target = await mail();
      await tell(about(target, 'email.delivered'));
      await tell(about(target, 'email.sent'));
      expect(await row(target)).toMatchObject({ state: 'delivered', reason: null });
    });

    it('is a failure where Resend could not send it', async () => {
      const target = await mail();
      await tell(about(target, 'email.failed', { data: { failed: { reason: 'reached_daily_quota' } } }));
      expect(await row(target)).toMatchObject({ state: 'failed', reason: 'The daily quota at Resend was used up.' });
      expect(await suppressions(target)).toEqual([]);
    });
  });

  describe('an address that should get no more mail', () => {
    it('is not written to after a permanent bounce, by waiting mails neither', async () => {
      const target = await mail();
      const waiting = await mail({ to: target.to.toUpperCase(), state: 'queued', providerId: '' });
      await tell(about(target, 'email.bounced', { data: gone }));
      const reason = 'No such mailbox: 550 5.1.1 User unknown.';
      expect(await row(target)).toMatchObject({ state: 'bounced', code: 'bounce_permanent', reason });
      expect(await row(waiting)).toMatchObject({ state: 'skipped', code: 'suppressed' });
      expect(await suppressions(target)).toEqual([{ org: 'acme', cause: 'bounce', detail: reason }]);
    });

    it.each([
      [full, 'bounce_transient', 'The mailbox is full: Over quota.'],
      [{ bounce: { type: 'Undetermined' } }, 'bounce_undetermined', 'It came back, and nobody said why.'],
      [{}, 'bounce_undetermined', 'It came back, and nobody said why.'],
    ])('is still written to after %j', async (data, code, reason) => {
      const target = await mail();
      const waiting = await mail({ to: target.to, state: 'queued', providerId: '' });
      await tell(about(target, 'email.bounced', { data }));
      expect(await row(target)).toMatchObject({ state: 'bounced', code, reason });
      expect(await row(waiting)).toMatchObject({ state: 'queued' });
      expect(await suppressions(target)).toEqual([]);
    });

    it.each([
      ['email.complained', {}, 'complained', 'complaint'],
      ['email.suppressed', { suppressed: { reason: 'previous_complaint' } }, 'suppressed', 'complaint'],
      ['email.suppressed', { suppressed: { reason: 'previous_bounce' } }, 'suppressed', 'bounce'],
    ])('is known by %s %j', async (type, data, state, cause) => {
      const target = await mail();
      await tell(about(target, type, { data }));
      expect(await row(target)).toMatchObject({ state });
      expect(await suppressions(target)).toMatchObject([{ cause }]);
    });

    it('is not taken back on the list by what was known when it was lifted', async () => {
      const target = await mail();
      const at = new Date(Date.now() - 5_000).toISOString();
      await tell(about(target, 'email.bounced', { data: gone, at }));
      await test.db.query(`update suppressions set lifted_at = now(), lift_reason = 'Typo mended' where address = $1`, [
        target.to,
      ]);
      await tell(about(target, 'email.bounced', { data: gone, at }));
      expect(await suppressions(target)).toEqual([]);
      const again = await mail({ to: target.to });
      await tell(about(again, 'email.bounced', { data: gone }));
      expect(await suppressions(target)).toMatchObject([{ cause: 'bounce' }]);
    });

    it('is not that of an admin’s test mail', async () => {
      const target = await mail({ kind: 'test' });
      await tell(about(target, 'email.bounced', { data: gone }));
      expect(await row(target)).toMatchObject({ state: 'bounced' });
      expect(await suppressions(target)).toEqual([]);
    });
  });

  describe('a mail whose answer was lost', () => {
    it.each(['sending', 'unknown', 'queued'])('is known to have gone out, while %s', async (state) => {
      const target = await mail({ state, providerId: '' });
      const sentAt = new Date(Date.now() - 60_000);
      const told = { providerId: `re-${target.id}`, at: sentAt.toISOString() };
      await tell(mailEvent('email.sent', { emailId: target.id, ...told }));
      expect(await row(target)).toMatchObject({
        state: 'accepted',
        code: null,
        reason: null,
        providerId: told.providerId,
        sentAt,
      });
      await tell(mailEvent('email.delivered', { emailId: target.id, ...told }));
      expect(await row(target)).toMatchObject({ state: 'delivered', providerId: told.providerId, sentAt });
    });

    it.each([
      ['email.delivered', {}, 'delivered'],
      ['email.bounced', full, 'bounced'],
      ['email.failed', { failed: { reason: 'invalid' } }, 'failed'],
    ])('is known by %s alone', async (type, data, state) => {
      const target = await mail({ state: 'unknown', providerId: '' });
      await tell(mailEvent(type, { emailId: target.id, providerId: `re-${target.id}`, data }));
      expect(await row(target)).toMatchObject({ state, providerId: `re-${target.id}` });
    });

    it('is not one that was never tried', async () => {
      for (const state of ['draft', 'skipped', 'cancelled']) {
        const target = await mail({ state, providerId: '' });
        await tell(mailEvent('email.delivered', { emailId: target.id, providerId: `re-${target.id}` }));
        expect(await row(target)).toMatchObject({ state, providerId: null });
      }
    });
  });

  describe('an event of an earlier attempt', () => {
    it('changes nothing of a mail that is with Resend again', async () => {
      const target = await mail();
      await tell(about(target, 'email.bounced', { providerId: 're-earlier', data: full }));
      expect(await row(target)).toMatchObject({ state: 'accepted', providerId: target.providerId });
      expect(await events(target)).toEqual(['bounced: About an earlier attempt. The mailbox is full: Over quota.']);
    });

    it.each(['queued', 'sending', 'unknown'])('changes nothing of one that is tried again, and %s', async (state) => {
      const target = await mail();
      await tell(about(target, 'email.bounced', { data: full }));
      // What a retry leaves; it may keep the old id or not.
      await test.db.query(`update emails set state = $2, provider_id = null, reason = null where id = $1`, [
        target.id,
        state,
      ]);
      await tell(about(target, 'email.delivered'));
      expect(await row(target)).toMatchObject({ state, providerId: null });
      await test.db.query(`update emails set provider_id = $2 where id = $1`, [target.id, target.providerId]);
      await tell(about(target, 'email.sent'));
      expect(await row(target)).toMatchObject({ state });
      await tell(about(target, 'email.delivered', { providerId: 're-next' }));
      expect(await row(target)).toMatchObject({ state: 'delivered', providerId: 're-next' });
    });

    it('still tells of a complaint', async () => {
      const target = await mail();
      await tell(about(target, 'email.complained', { providerId: 're-earlier' }));
      expect(await row(target)).toMatchObject({ state: 'accepted' });
      expect(await suppressions(target)).toMatchObject([{ cause: 'complaint' }]);
    });
  });
});
