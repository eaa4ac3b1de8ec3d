import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  createOrganization,
  emailRows,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
  type QueuedSend,
  quickTimings,
} from '../support/mail-replica.js';
import { failure, ResendServer, type Fault } from '../support/resend-server.js';
import { until } from '../support/until.js';
import type { Actor } from '../../src/shared/actor.js';

describe('sending through Resend', () => {
  let database: TestDatabase;
  let resend: ResendServer;
  let replica: MailReplica;
  let acme: Actor;

  beforeAll(async () => {
    database = await createTestDatabase();
    resend = await ResendServer.start();
    replica = await startMailReplica(database.url, { EMAIL_TRANSPORT: 'resend', RESEND_BASE_URL: resend.url });
    acme = await createOrganization(replica.db, 'Acme');
  });

  afterAll(async () => {
    await replica?.stop();
    await resend?.stop();
    await database?.drop();
  });

  beforeEach(() => resend.reset());

  function once(addresses: readonly string[]): Record<string, number> {
    return Object.fromEntries(addresses.map((address) => [address, 1]));
  }

  it('sends 250 mails in three requests and knows the id of each', async () => {
    const send = await queueSend(replica, acme, 250);
    const rows = await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(once(send.addresses));
    expect(resend.requests).toHaveLength(3);
    expect(new Set(resend.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(3);
    const byEmail = new Map(resend.sent.map((mail) => [mail.emailId, mail.id]));
    expect(rows.map((row) => row.providerId)).toEqual(rows.map((row) => byEmail.get(row.id)));
    expect(rows.every((row) => row.attempts === 1 && row.sentAt !== null && row.reason === null)).toBe(true);
  });

  it('clears the body of a settled batch and writes one event for each mail', async () => {
    const send = await queueSend(replica, acme, 2);
    await untilStates(replica.db, send.sendId, ['accepted']);
    const [batch] = await replica.db.query<{ body: string | null; settled: boolean }[]>(
      'select body, settled_at is not null settled from email_batches where $1 = any(email_ids)',
      [send.emailIds[0]],
    );
    expect(batch).toEqual({ body: null, settled: true });
    const found = await replica.emails.find(acme, send.emailIds[0]!);
    expect(found?.events.map(({ type }) => type)).toEqual(['accepted']);
  });

  it.each<[string, Fault]>([
    ['a reset before accepting', 'reset before'],
    ['a reset after accepting', 'reset after'],
    ['a truncated answer', 'truncated after'],
    ['an empty answer', 'empty 200 after'],
    ['a foreign page with status 200', 'html 200 after'],
    ['an error that says nothing', 'null body after'],
    ['a 500 before accepting', '500 before'],
    ['a 500 after accepting', '500 after'],
    ['an HTML error page', '502 html'],
    ['a hang before accepting', 'hang before'],
    ['a hang after accepting', 'hang after'],
    ['an answer of the wrong length', { status: 200, body: { data: [{ id: 'one' }] } }],
    ['a name nobody knows', failure(503, 'brand_new_error', 'New')],
    ['an error without a status', { status: 500, body: { message: 'odd' } }],
    ['a concurrent request', failure(409, 'concurrent_idempotent_requests', 'Still running')],
    ['a locked resource', failure(409, 'resource_locked', 'Locked')],
    ['a 429', { ...failure(429, 'rate_limit_exceeded', 'Slow down'), headers: { 'retry-after': '0.1' } }],
    ['a refusal that is not from Resend', { status: 403, body: 'Forbidden by proxy' }],
  ])('loses and doubles nothing after %s', async (_, fault) => {
    resend.failNext(fault, fault);
    const send = await queueSend(replica, acme, 3);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(once(send.addresses));
    expect(resend.requests).toHaveLength(3);
    expect(new Set(resend.requests.map(({ text }) => text)).size).toBe(1);
    expect(new Set(resend.requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(1);
    const found = await replica.emails.find(acme, send.emailIds[0]!);
    expect(found?.events).toHaveLength(3);
    expect(found?.events.at(-1)?.type).toBe('accepted');
  });

  it('never calls a 429 a failure nor an attempt, and sends nothing before retry-after', async () => {
    resend.failNext({ ...failure(429, 'rate_limit_exceeded', 'Slow down'), headers: { 'retry-after': '1' } });
    const send = await queueSend(replica, acme, 1);
    const [row] = await untilStates(replica.db, send.sendId, ['accepted']);
    expect(row?.attempts).toBe(1);
    expect(resend.requests[1]!.at - resend.requests[0]!.at).toBeGreaterThanOrEqual(1000);
  });

  it('lets one bad address fail alone, in the words of the provider', async () => {
    const send = await startSlowly(5);
    resend.badAddresses.add(send.addresses[2]!);
    resend.fault = () => null;
    const rows = await untilStates(replica.db, send.sendId, ['accepted', 'failed']);
    expect(rows.map((row) => row.state)).toEqual(['accepted', 'accepted', 'failed', 'accepted', 'accepted']);
    expect(rows[2]).toMatchObject({ reason: 'Resend refused it: Invalid `to` field.', attempts: 2, providerId: null });
    const others = send.addresses.filter((address) => address !== send.addresses[2]);
    expect(resend.mailsTo).toEqual(once(others));
    const ids = new Map(resend.sent.map((mail) => [mail.emailId, mail.id]));
    expect(rows.map((row) => row.providerId)).toEqual(rows.map((row) => ids.get(row.id) ?? null));
  });

  it('tries each mail alone under a key of its own when the request as a whole is refused', async () => {
    const send = await startSlowly(4);
    resend.badAddresses.add(send.addresses[1]!);
    resend.strict = true;
    resend.fault = () => null;
    const rows = await untilStates(replica.db, send.sendId, ['accepted', 'failed']);
    expect(rows.map((row) => row.state)).toEqual(['accepted', 'failed', 'accepted', 'accepted']);
    expect(rows[1]?.reason).toBe('Resend refused it: Invalid `to` field.');
    expect(resend.mailsTo).toEqual(once(send.addresses.filter((_, index) => index !== 1)));
    const keys = resend.requests.map(({ headers }) => headers['idempotency-key']);
    expect(new Set(keys).size).toBe(5);
  });

  it('retries only what failed, and only once', async () => {
    const send = await startSlowly(2);
    resend.badAddresses.add(send.addresses[0]!);
    resend.fault = () => null;
    await untilStates(replica.db, send.sendId, ['accepted', 'failed']);
    resend.badAddresses.clear();
    const outcomes = await Promise.all(
      [1, 2, 3].map(() => replica.emails.retry(acme, send.emailIds, { action: 'email.retried' })),
    );
    expect(outcomes.flatMap(({ retried }) => retried)).toEqual([send.emailIds[0]]);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(once(send.addresses));
    const globex = await createOrganization(replica.db, 'Globex');
    expect(await replica.emails.retry(globex, send.emailIds, { action: 'email.retried' })).toEqual({
      retried: [],
      notRetried: send.emailIds,
    });
    expect(await replica.emails.find(globex, send.emailIds[0]!)).toBeNull();
  });

  it.each([
    ['a wrong key', failure(403, 'invalid_api_key', 'API key is invalid'), 'Resend does not accept the API key.'],
    ['a missing key', failure(401, 'missing_api_key', 'Missing'), 'Resend does not accept the API key.'],
    [
      'an unverified domain',
      failure(403, 'validation_error', 'The acme.example domain is not verified'),
      'Resend takes no mail at the moment: The acme.example domain is not verified.',
    ],
    [
      'a used up quota',
      failure(429, 'daily_quota_exceeded', 'Quota'),
      'The daily quota at Resend is used up. Sending goes on by itself when it starts anew.',
    ],
  ])('holds the queue, with the reason, after %s and goes on by itself', async (_, fault, reason) => {
    resend.failNext(fault, fault);
    const send = await queueSend(replica, acme, 120);
    await until(
      () => replica.emails.currentPause(),
      (pause) => pause?.reason === reason,
    );
    const held = await emailRows(replica.db, send.sendId);
    expect(new Set(held.map((row) => row.state))).not.toContain('failed');
    expect(held.some((row) => row.state === 'queued' && row.reason === reason)).toBe(true);
    const rows = await untilStates(replica.db, send.sendId, ['accepted']);
    expect(rows.every((row) => row.reason === null)).toBe(true);
    expect(resend.mailsTo).toEqual(once(send.addresses));
    expect(await replica.emails.currentPause()).toBeNull();
    const [told] = await replica.db.query<{ most: number }[]>(
      `select max(count)::int most from (select count(*) from email_events
        where type = 'released' and email_id = any($1) group by email_id) each`,
      [send.emailIds],
    );
    expect(told?.most).toBe(1);
    const [, second, third] = resend.requests.map(({ at }) => at);
    expect(third! - second!).toBeGreaterThanOrEqual(Math.min(quickTimings.pauseMs, quickTimings.maxBackoffMs) - 1);
  });

  it('leaves it to a person when the provider knows the key with another body', async () => {
    resend.failNext(failure(409, 'invalid_idempotent_request', 'Other body'));
    const send = await queueSend(replica, acme, 2);
    const rows = await untilStates(replica.db, send.sendId, ['unknown']);
    expect(rows[0]?.reason).toMatch(/may or may not/);
    expect(await replica.emails.retry(acme, send.emailIds, { action: 'email.retried' })).toMatchObject({ retried: [] });
  });

  it('does not freeze what is not due, and skips what has no value', async () => {
    const later = await queueSend(replica, acme, 2, { dueInSeconds: 3600 });
    await replica.db.query(
      `update emails set due_at = clock_timestamp(), template_values = template_values - 'candidate_name'
        where send_id = $1 and position = 2`,
      [later.sendId],
    );
    const rows = await until(
      () => emailRows(replica.db, later.sendId),
      (seen) => seen[1]?.state === 'skipped',
    );
    expect(rows[0]?.state).toBe('queued');
    expect(rows[1]).toMatchObject({ code: 'missing_value', reason: 'No value for candidate_name.' });
    expect(resend.requests).toHaveLength(0);
  });

  it('does not let a stopped mail leave when its batch comes back unsent', async () => {
    const { promise: stopped, resolve: answerNow } = Promise.withResolvers<void>();
    resend.fault = async () => {
      await stopped;
      return failure(403, 'invalid_api_key', 'API key is invalid');
    };
    const send = await queueSend(replica, acme, 2);
    await untilStates(replica.db, send.sendId, ['sending']);
    await replica.db.query('update sends set cancelled_at = now() where id = $1', [send.sendId]);
    answerNow();
    const rows = await untilStates(replica.db, send.sendId, ['cancelled', 'accepted', 'queued']);
    expect(rows.map((row) => row.state)).toEqual(['cancelled', 'cancelled']);
    expect(resend.sent).toHaveLength(0);
  });

  /** Holds the first request off, so that a test can learn the addresses before it lets the mails through. */
  async function startSlowly(count: number): Promise<QueuedSend> {
    resend.fault = () => failure(500, 'internal_server_error', 'Not yet');
    const send = await queueSend(replica, acme, count);
    await until(
      async () => resend.requests.length,
      (seen) => seen > 0,
    );
    return send;
  }
});
