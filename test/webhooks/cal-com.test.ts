import { randomBytes } from 'node:crypto';
import { Vault } from '../../src/encryption/vault.service.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.js';
import { otherApiKey } from '../../src/sandbox/seed.js';
import type { Actor } from '../../src/shared/actor.js';
import { BookingNews } from '../../src/webhooks/cal-com/booking-news.service.js';
import { ForgetPayloadsJob } from '../../src/webhooks/cal-com/forget-payloads.job.js';
import { startApp, type TestApp } from '../support/app.js';
import {
  bookingNews,
  type CalComEndpoint,
  calComSignature,
  connectedEndpoint,
  meetingNews,
  postTo,
} from '../support/cal-com-webhook.js';

interface Kept {
  readonly provider: string;
  readonly type: string;
  readonly orgId: string;
  readonly payload: string | null;
}

interface Hint {
  readonly data: { readonly orgId: string; readonly bookingId: string; readonly trigger: string };
  readonly key: string;
}

const megabyte = 1024 * 1024;
const inUse = 1;
const ofGlobex = 7;
const notInUse = 3;
const refusal = { status: 401, title: 'Sign in first', detail: 'The signature is missing or does not hold.' };

describe('the webhook of Cal.com', () => {
  let sandbox: Sandbox;
  let test: TestApp;
  let acme: CalComEndpoint;
  let globex: CalComEndpoint;

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    test = await startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1' });
    acme = await connectedEndpoint(test.asha, sandbox);
    globex = await connectedEndpoint(test.cleo, sandbox, otherApiKey);
  });
  afterAll(async () => {
    await test?.stop();
    await sandbox?.stop();
  });

  const newUid = () => randomBytes(11).toString('hex');
  const tell = (body: string, to = acme) => postTo(test.visitor(), to, body);
  const kept = (uid: string) =>
    test.db.query<Kept[]>(
      `select provider, type, org_id "orgId", payload from webhook_deliveries where booking_id = $1 order by received_at`,
      [uid],
    );
  const hints = async (uid: string) => {
    await test.app.get(BookingNews).passOn(0);
    return passedOn(uid);
  };
  const passedOn = (uid: string) =>
    test.db.query<Hint[]>(
      `select data, singleton_key "key" from pgboss.job
        where name = 'booking-hint' and data->>'bookingId' = $1 and not data ? 'look'`,
      [uid],
    );
  const seenAt = async ({ orgId }: Actor) =>
    (
      await test.db.query<{ at: Date | null }[]>('select webhook_seen_at at from cal_com_configs where org_id = $1', [
        orgId,
      ])
    )[0]!.at;
  const know = (actor: Actor, uid: string, eventTypeId = notInUse) =>
    test.db.query(
      `insert into cal_com_bookings (org_id, booking_id, event_type_id, booking_url, status, start_time, end_time)
       values ($1, $2, $3, 'https://cal.example', 'confirmed', now(), now())`,
      [actor.orgId, uid, eventTypeId],
    );
  /** Everything that a delivery could leave behind; what is looked at again is of others before. */
  const traces = async () => ({
    rows: await test.db.query<object[]>(`select count(*)::int deliveries from webhook_deliveries`),
    seen: await test.db.query<object[]>('select org_id, webhook_seen_at, updated_at from cal_com_configs order by 1'),
    bookings: await test.db.query<object[]>('select count(*)::int bookings from cal_com_bookings'),
  });

  describe('a good one', () => {
    it('is kept, noted, answered, and the booking is to be read again a little later', async () => {
      const uid = newUid();
      const body = bookingNews('BOOKING_CREATED', { uid });
      const answer = await tell(body).expect(200);
      expect(answer.text).toBe('');
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(await kept(uid)).toEqual([
        { provider: 'cal_com', type: 'BOOKING_CREATED', orgId: test.acme.orgId, payload: body },
      ]);
      const news = test.app.get(BookingNews);
      await news.passOn();
      expect(await passedOn(uid)).toEqual([]);
      await test.db.query(
        `update webhook_deliveries set received_at = received_at - interval '3 s' where booking_id = $1`,
        [uid],
      );
      await Promise.all([news.passOn(), news.passOn()]);
      expect(await passedOn(uid)).toMatchObject([
        {
          data: { orgId: test.acme.orgId, bookingId: uid, trigger: 'BOOKING_CREATED' },
          key: `${test.acme.orgId}:${uid}`,
        },
      ]);
      expect(Date.now() - (await seenAt(test.acme))!.getTime()).toBeLessThan(10_000);
    });

    it.each([
      ['BOOKING_NO_SHOW_UPDATED', (uid: string) => bookingNews('BOOKING_NO_SHOW_UPDATED', { more: noShow(uid) })],
      ['MEETING_ENDED', (uid: string) => meetingNews('MEETING_ENDED', { uid })],
      ['BOOKING_RESCHEDULED', (uid: string) => bookingNews('BOOKING_RESCHEDULED', { uid })],
      ['BOOKING_REQUESTED', (uid: string) => bookingNews('BOOKING_REQUESTED', { uid })],
      ['BOOKING_CANCELLED', (uid: string) => bookingNews('BOOKING_CANCELLED', { uid })],
      ['BOOKING_REJECTED', (uid: string) => bookingNews('BOOKING_REJECTED', { uid })],
    ])('is %s', async (trigger, bodyFor) => {
      const uid = newUid();
      if (trigger === 'BOOKING_NO_SHOW_UPDATED') await know(test.acme, uid);
      await tell(bodyFor(uid)).expect(200);
      expect(await kept(uid)).toMatchObject([{ type: trigger }]);
      expect(await hints(uid)).toMatchObject([{ data: { trigger } }]);
    });

    it('changes nothing when it comes again, byte by byte', async () => {
      const uid = newUid();
      const body = bookingNews('BOOKING_CREATED', { uid });
      await Promise.all(Array.from({ length: 10 }, () => tell(body).expect(200)));
      const before = await traces();
      await test.db.query(`update cal_com_configs set webhook_seen_at = '2026-11-01' where org_id = $1`, [
        test.acme.orgId,
      ]);
      await tell(body).expect(200);
      expect(await traces()).toMatchObject({ rows: before.rows });
      expect(await seenAt(test.acme)).toEqual(new Date('2026-11-01'));
      expect(await kept(uid)).toHaveLength(1);
    });

    it('that differs by a millisecond is kept, and the booking still read once', async () => {
      const uid = newUid();
      const body = bookingNews('BOOKING_CREATED', { uid });
      await tell(body).expect(200);
      await tell(body.replace('09:00:00.000Z', '09:00:00.001Z')).expect(200);
      expect(await kept(uid)).toHaveLength(2);
      expect(await hints(uid)).toHaveLength(1);
    });

    it('is over the bytes, whatever they are called and whatever they hold', async () => {
      const uid = newUid();
      const body = ` ${bookingNews('BOOKING_CREATED', { uid, more: { note: 'Łódź 😀 \\u0000' } })}\r\n`;
      await test
        .visitor()
        .post(acme.path)
        .type('text/plain')
        .set('X-Cal-Signature-256', calComSignature(body, acme.secret))
        .send(body)
        .expect(200);
      expect(await kept(uid)).toMatchObject([{ payload: body }]);
    });

    it('is each of fifty that come at the same moment', async () => {
      const uids = Array.from({ length: 50 }, newUid);
      const bodies = uids.map((uid, index) =>
        bookingNews('BOOKING_CREATED', { uid, eventTypeId: index % 2 ? inUse : notInUse }),
      );
      await Promise.all(bodies.map((body) => tell(body).expect(200)));
      for (const [index, uid] of uids.entries()) {
        expect(await kept(uid)).toMatchObject(index % 2 ? [{ payload: bodies[index] }] : []);
        expect(await hints(uid)).toHaveLength(index % 2);
      }
    });

    it('is taken though the secret was encrypted anew since the last one', async () => {
      const [first, second] = [newUid(), newUid()];
      await tell(bookingNews('BOOKING_CREATED', { uid: first })).expect(200);
      const { orgId } = test.acme;
      const place = `${orgId}|cal_com_configs|webhook_secret|${orgId}`;
      await test.db.query('update cal_com_configs set webhook_secret = $2 where org_id = $1', [
        orgId,
        test.app.get(Vault).encrypt(acme.secret, place),
      ]);
      await tell(bookingNews('BOOKING_CREATED', { uid: second })).expect(200);
      expect(await kept(second)).toHaveLength(1);
    });

    it('may be as large as a megabyte', async () => {
      const uid = newUid();
      const body = bookingNews('BOOKING_CREATED', { uid });
      await tell(padded(body, megabyte)).expect(200);
      expect(await kept(uid)).toHaveLength(1);
    });

    it('is answered fast where nothing else keeps the machine busy', async () => {
      const times: number[] = [];
      for (let count = 0; count < 30; count += 1) {
        const body = bookingNews('BOOKING_CREATED', { uid: newUid() });
        const startedAt = performance.now();
        await tell(body).expect(200);
        times.push(performance.now() - startedAt);
      }
      expect(Math.min(...times)).toBeLessThan(50);
    });
  });

  describe('what nobody may tell', () => {
    const body = bookingNews('BOOKING_CANCELLED', { uid: 'someones-booking' });
    const forgeries: readonly (readonly [string, () => string])[] = [
      ['without a signature', () => ''],
      ['with the words for no secret', () => 'no-secret-provided'],
      ['with an empty secret', () => calComSignature(body, '')],
      ['with another secret', () => calComSignature(body, 'guess')],
      ["with another organization's secret", () => calComSignature(body, globex.secret)],
      ['with the signature of another body', () => calComSignature(`${body} `, acme.secret)],
      ['with a prefix', () => `sha256=${calComSignature(body, acme.secret)}`],
      ['in capital letters', () => calComSignature(body, acme.secret).toUpperCase()],
      ['with a part of the signature', () => calComSignature(body, acme.secret).slice(0, -1)],
    ];

    it.each(forgeries)('is one %s, and it leaves no trace', async (_, signature) => {
      const before = await traces();
      const answer = await postTo(test.visitor(), acme, body, signature()).expect(401);
      expect(answer.type).toBe('application/problem+json');
      expect(answer.body).toMatchObject(refusal);
      expect(await traces()).toEqual(before);
    });

    it.each([
      ['an unknown one', () => randomBytes(16).toString('base64url')],
      ['no id', () => 'x'],
      ['a name of a column', () => 'null'],
      ['a NUL', () => '%00'],
      ['a quote', () => `'${' '.repeat(20)}'`],
      ['a very long one', () => 'a'.repeat(5_000)],
    ])('is one to %s, which is answered in the same way as a forged one', async (_, id) => {
      const before = await traces();
      const path = `/webhooks/cal-com/${encodeURIComponent(decodeURIComponent(id()))}`;
      const unknown = await tell(body, { path, secret: acme.secret }).expect(401);
      const forged = await postTo(test.visitor(), acme, body, 'no').expect(401);
      expect(comparable(unknown)).toEqual(comparable(forged));
      expect(await traces()).toEqual(before);
    });

    it('takes as long to refuse for an unknown endpoint as for a known one', async () => {
      const nobodys = { path: `/webhooks/cal-com/${randomBytes(16).toString('base64url')}`, secret: 'guess' };
      const forged = { ...acme, secret: 'guess' };
      const large = padded(body, megabyte);
      const tookMs: Record<string, number[]> = { nobodys: [], forged: [] };
      for (let round = 0; round < 15; round += 1) {
        for (const [name, endpoint] of Object.entries({ nobodys, forged })) {
          const startedAt = performance.now();
          await tell(large, endpoint).expect(401);
          tookMs[name]!.push(performance.now() - startedAt);
        }
      }
      const [one, other] = [median(tookMs['nobodys']!), median(tookMs['forged']!)];
      expect(Math.max(one, other) / Math.min(one, other)).toBeLessThan(2);
    });

    it.each([
      ['an empty', () => seal('')],
      ['no', () => Promise.resolve(null)],
    ])('is anything while %s secret is stored', async (_, secretOf) => {
      const [row] = await test.db.query<{ webhook_secret: string }[]>(
        'select webhook_secret from cal_com_configs where org_id = $1',
        [test.globex.orgId],
      );
      const stored = await secretOf();
      await test.db.query('update cal_com_configs set webhook_secret = $2 where org_id = $1', [
        test.globex.orgId,
        stored,
      ]);
      try {
        const before = await traces();
        for (const signature of [calComSignature(body, ''), 'no-secret-provided', '']) {
          await postTo(test.visitor(), globex, body, signature).expect(401);
        }
        expect(await traces()).toEqual(before);
      } finally {
        await test.db.query('update cal_com_configs set webhook_secret = $2 where org_id = $1', [
          test.globex.orgId,
          row!.webhook_secret,
        ]);
      }
    });
  });

  describe('what cannot be read', () => {
    it('is more than a megabyte, signed or not', async () => {
      const before = await traces();
      const body = padded(bookingNews('BOOKING_CREATED', { uid: newUid() }), megabyte + 1);
      for (const signature of [undefined, '']) {
        const answer = await postTo(test.visitor(), acme, body, signature).expect(413);
        expect(answer.body).toMatchObject({ status: 413, title: 'Too large' });
      }
      expect(await traces()).toEqual(before);
    });

    it.each([
      ['nothing', ''],
      ['text', 'title=Interview'],
      ['half of it', '{"triggerEvent":"BOOKING_CREATED"'],
      ['a list', '[{"triggerEvent":"BOOKING_CREATED"}]'],
      ['a word', '"BOOKING_CREATED"'],
      ['null', 'null'],
      ['brackets', '['.repeat(100_000)],
    ])('is %s, once the signature holds', async (_, body) => {
      const before = await traces();
      await postTo(test.visitor(), acme, body, 'forged').expect(401);
      const answer = await tell(body).expect(400);
      expect(answer.body).toMatchObject({ status: 400, detail: 'The body is not an object in JSON.' });
      expect(await traces()).toEqual(before);
    });
  });

  describe('whose business it is', () => {
    it('is not that of an organization that does not use the event type', async () => {
      const uid = newUid();
      const before = await traces();
      await tell(bookingNews('BOOKING_CREATED', { uid, eventTypeId: notInUse })).expect(200);
      await tell(meetingNews('MEETING_ENDED', { uid, eventTypeId: notInUse })).expect(200);
      expect(await kept(uid)).toEqual([]);
      const after = await traces();
      expect({ ...after, seen: null }).toEqual({ ...before, seen: null });
    });

    it('is, once the event type is in use', async () => {
      const uid = newUid();
      const choose = (eventTypeIds: string[]) =>
        test.asha.agent.post('/app/settings/cal-com/used-event-types').type('form').send({ eventTypeIds }).expect(303);
      await choose(['2']);
      await tell(bookingNews('BOOKING_CREATED', { uid, eventTypeId: 2 })).expect(200);
      expect(await kept(uid)).toHaveLength(1);
      await choose([]);
      await tell(bookingNews('BOOKING_CREATED', { uid: newUid(), eventTypeId: 2 })).expect(200);
      await tell(bookingNews('BOOKING_CANCELLED', { uid, eventTypeId: 2 })).expect(200);
      expect(await kept(uid)).toHaveLength(1);
    });

    it('is not that of another organization, whatever its endpoint is told', async () => {
      const uid = newUid();
      await know(test.acme, uid, inUse);
      await tell(bookingNews('BOOKING_CANCELLED', { uid, eventTypeId: inUse }), globex).expect(200);
      await tell(bookingNews('BOOKING_NO_SHOW_UPDATED', { more: noShow(uid) }), globex).expect(200);
      await tell(bookingNews('BOOKING_CANCELLED', { uid, eventTypeId: null }), globex).expect(200);
      expect(await kept(uid)).toEqual([]);
      expect(await hints(uid)).toEqual([]);
    });

    it('is kept under the organization of the endpoint, even where the uid is another organization’s', async () => {
      const uid = newUid();
      await know(test.acme, uid, inUse);
      await tell(bookingNews('BOOKING_CANCELLED', { uid, eventTypeId: ofGlobex }), globex).expect(200);
      expect(await kept(uid)).toMatchObject([{ orgId: test.globex.orgId }]);
      expect(await hints(uid)).toMatchObject([{ data: { orgId: test.globex.orgId } }]);
    });

    it('is, without an event type, where the booking is known', async () => {
      const [known, unknown] = [newUid(), newUid()];
      await know(test.acme, known);
      for (const uid of [known, unknown]) {
        await tell(bookingNews('BOOKING_CANCELLED', { uid, eventTypeId: null })).expect(200);
        await tell(bookingNews('BOOKING_NO_SHOW_UPDATED', { more: noShow(uid) })).expect(200);
      }
      expect(await kept(known)).toHaveLength(2);
      expect(await kept(unknown)).toEqual([]);
      expect(await hints(unknown)).toEqual([]);
    });

    it('is, where a known booking was moved to become this one', async () => {
      const [former, uid] = [newUid(), newUid()];
      await know(test.acme, former);
      await tell(
        bookingNews('BOOKING_RESCHEDULED', { uid, eventTypeId: notInUse, more: { rescheduleUid: former } }),
      ).expect(200);
      expect(await kept(uid)).toHaveLength(1);
    });
  });

  describe('what is kept and leads to nothing', () => {
    it.each(['BOOKING_POSTPONED', 'RECORDING_READY', 'booking_created', '__proto__'])('is %j', async (trigger) => {
      const uid = newUid();
      await tell(bookingNews(trigger, { uid })).expect(200);
      expect(await kept(uid)).toMatchObject([{ type: trigger }]);
      expect(await hints(uid)).toEqual([]);
    });

    it.each([
      ['a test of Cal.com', 'PING', { type: 'Test', title: 'Test trigger event', attendees: [] }],
      ['somebody’s holiday', 'OOO_CREATED', { oooEntry: { id: 4, notes: 'hook-holiday-62' } }],
    ])('is %s, without what it says', async (_, trigger, payload) => {
      const createdAt = new Date().toISOString();
      await tell(JSON.stringify({ triggerEvent: trigger, createdAt, payload })).expect(200);
      expect(
        await test.db.query('select org_id, booking_id, payload from webhook_deliveries where type = $1', [trigger]),
      ).toEqual([{ org_id: test.acme.orgId, booking_id: null, payload: null }]);
    });

    it.each([
      ['no trigger', { payload: { uid: 'nonsense-1', eventTypeId: 1 } }, 'nonsense-1'],
      [
        'a trigger that is no word',
        { triggerEvent: { a: 1 }, payload: { uid: 'nonsense-2', eventTypeId: 1 } },
        'nonsense-2',
      ],
      [
        'no payload',
        { triggerEvent: 'BOOKING_CREATED', payload: null, uid: 'nonsense-3', eventTypeId: 1 },
        'nonsense-3',
      ],
    ])('is %s, where it is about a booking', async (_, event, uid) => {
      await tell(JSON.stringify(event)).expect(200);
      expect(await kept(uid)).toHaveLength(1);
    });

    it.each(['../../me', 7, 'x'.repeat(101), ['a'], '', 'a b'])('is one whose uid is none: %j', async (uid) => {
      const trigger = `ODD_${randomBytes(4).toString('hex')}`;
      await tell(JSON.stringify({ triggerEvent: trigger, payload: { uid, eventTypeId: inUse } })).expect(200);
      expect(
        await test.db.query('select booking_id, payload from webhook_deliveries where type = $1', [trigger]),
      ).toEqual([{ booking_id: null, payload: null }]);
    });
  });

  describe('what is forgotten', () => {
    it('is what was told more than 90 days ago, but not that it was told', async () => {
      const [old, young] = [newUid(), newUid()];
      for (const uid of [old, young]) await tell(bookingNews('BOOKING_CREATED', { uid })).expect(200);
      await test.db.query(
        `update webhook_deliveries set received_at = now() - (case booking_id when $1 then 91 else 89 end) * interval '1 day'
          where booking_id in ($1, $2)`,
        [old, young],
      );
      await test.app.get(ForgetPayloadsJob).forget();
      expect(await kept(old)).toMatchObject([{ type: 'BOOKING_CREATED', payload: null }]);
      expect((await kept(young))[0]!.payload).toContain(young);
    });
  });

  async function seal(secret: string): Promise<string> {
    const { orgId } = test.globex;
    return test.app.get(Vault).encrypt(secret, `${orgId}|cal_com_configs|webhook_secret|${orgId}`);
  }
});

function noShow(uid: string): object {
  return {
    eventTypeId: undefined,
    message: 'zoe.secret@people.example marked as no-show',
    bookingUid: uid,
    bookingId: 7,
    attendees: [{ email: 'zoe.secret@people.example', noShow: true }],
  };
}

function comparable({ status, body, headers }: { status: number; body: unknown; headers: Record<string, string> }) {
  const { 'x-request-id': _id, date: _date, ...others } = headers;
  const policy = others['content-security-policy']?.replaceAll(/'nonce-[^']+'/g, "'nonce'");
  return { status, body, headers: { ...others, 'content-security-policy': policy } };
}

/** JSON may end in spaces; names take more bytes than letters. */
function padded(body: string, bytes: number): string {
  return body + ' '.repeat(bytes - Buffer.byteLength(body));
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;
}
