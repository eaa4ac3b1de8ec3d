import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { ClaimedBatch } from '../../src/email/delivery/claimed-batch.js';
import { EmailWorker } from '../../src/email/delivery/email-worker.service.js';
import { NewBatchesService } from '../../src/email/delivery/new-batches.service.js';
import { SettlementsService } from '../../src/email/delivery/settlements.service.js';
import { MAIL_TRANSPORT, type MailTransport } from '../../src/email/transports/mail-transport.js';
import type { Actor } from '../../src/shared/actor.js';
import { projectRoot } from '../../src/shared/project-root.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  createOrganization,
  emailRows,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
  type QueuedSend,
} from '../support/mail-replica.js';
import { failure, ResendServer, type Fault } from '../support/resend-server.js';
import { until } from '../support/until.js';

/** Never looks by itself, and holds a batch for 0.8 s only. */
const doomedTimings = { pollMs: 3_600_000, requestTimeoutMs: 300, leaseMarginMs: 500 };

describe('recovering from what broke off', () => {
  let database: TestDatabase;
  let resend: ResendServer;
  /** Claims by hand: a worker that can die at any point. */
  let doomed: MailReplica;
  let acme: Actor;
  const replicas: MailReplica[] = [];
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    resend = await ResendServer.start();
    doomed = await start({}, doomedTimings);
    await doomed.module.get(EmailWorker).beforeApplicationShutdown();
    replicas.length = 0;
    acme = await createOrganization(doomed.db, 'Acme');
  });

  afterAll(async () => {
    await doomed?.stop();
    await resend?.stop();
    await database?.drop();
  });

  beforeEach(() => resend.reset());

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  });

  async function start(environment: Record<string, string> = {}, timings = {}): Promise<MailReplica> {
    const replica = await startMailReplica(
      database.url,
      { EMAIL_TRANSPORT: 'resend', RESEND_BASE_URL: resend.url, ...environment },
      timings,
    );
    replicas.push(replica);
    return replica;
  }

  /** Queues without a wake-up call, which the doomed worker would hear too. */
  async function queue(count: number): Promise<QueuedSend> {
    const wake = jest.spyOn(doomed.emails, 'wake').mockResolvedValue();
    const send = await queueSend(doomed, acme, count);
    wake.mockRestore();
    return send;
  }

  async function claim(): Promise<ClaimedBatch> {
    const newBatches = doomed.module.get(NewBatchesService);
    const claimed = await doomed.db.transaction((manager) => newBatches.claim(manager));
    if (claimed.kind !== 'batch') {
      throw new Error(`Expected a batch, got ${claimed.kind}`);
    }
    return claimed.batch;
  }

  async function call(batch: ClaimedBatch) {
    return doomed.module.get<MailTransport>(MAIL_TRANSPORT).deliver(batch, AbortSignal.timeout(1000));
  }

  function eachOnce(send: QueuedSend): Record<string, number> {
    return Object.fromEntries(send.addresses.map((address) => [address, 1]));
  }

  it('sends the same batch when a worker died before its call, within lease + 1 s', async () => {
    const send = await queue(3);
    const batch = await claim();
    const leaseEnds = Date.now() + doomedTimings.requestTimeoutMs + doomedTimings.leaseMarginMs;
    await start();
    const begins = Math.max(leaseEnds, Date.now());
    await untilStates(doomed.db, send.sendId, ['accepted']);
    expect(Date.now()).toBeLessThan(begins + 1000);
    expect(resend.requests.map(({ headers }) => headers['idempotency-key'])).toEqual([batch.id]);
    expect(resend.mailsTo).toEqual(eachOnce(send));
  });

  it('doubles nothing when a worker died after its call, and tells of the broken attempt', async () => {
    const send = await queue(3);
    const batch = await claim();
    await call(batch);
    await start();
    const rows = await untilStates(doomed.db, send.sendId, ['accepted']);
    expect(resend.requests.map(({ headers, text }) => [headers['idempotency-key'], text])).toEqual([
      [batch.id, batch.body],
      [batch.id, batch.body],
    ]);
    expect(resend.mailsTo).toEqual(eachOnce(send));
    expect(rows[0]?.providerId).toBe(resend.sent[0]?.id);
    const found = await doomed.emails.find(acme, send.emailIds[0]!);
    expect(found?.events.map(({ type }) => type)).toEqual(['unclear', 'accepted']);
  });

  it('ignores a worker that comes back after it lost its lease', async () => {
    const send = await queue(2);
    const batch = await claim();
    await call(batch);
    const { promise: cameBack, resolve: answerNow } = Promise.withResolvers<void>();
    resend.fault = async () => {
      await cameBack;
      return null;
    };
    await start();
    await until(
      async () => resend.requests.length,
      (seen) => seen === 2,
    );
    const before = await emailRows(doomed.db, send.sendId);
    const settlements = doomed.module.get(SettlementsService);
    const late = { kind: 'refused', code: 'late', reason: 'Too late.' } as const;
    await doomed.db.transaction((manager) => settlements.settle(manager, batch, late));
    await doomed.db.transaction((manager) => settlements.end(manager, batch, { ...late, kind: 'failed' }));
    await doomed.db.transaction((manager) => settlements.release(manager, batch, null));
    expect(await emailRows(doomed.db, send.sendId)).toEqual(before);
    answerNow();
    await untilStates(doomed.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(eachOnce(send));
  });

  it('freezes the text: a value changed after the first attempt changes nothing', async () => {
    const send = await queue(1);
    const batch = await claim();
    await doomed.db.query(
      `update emails set template_values = '{"candidate_name": "Somebody else"}' where state = 'sending'`,
    );
    await start({ EMAIL_FROM: 'Other <other@acme.example>' });
    await untilStates(doomed.db, send.sendId, ['accepted']);
    expect(resend.requests[0]?.text).toBe(batch.body);
  });

  it.each([
    [
      'its first attempt is 23 hours old',
      `update email_batches set first_attempt_at = now() - interval '23 hours 1 minute' where settled_at is null`,
      {},
      'too_old',
    ],
    [
      'its body is not what was frozen',
      `update email_batches set body = replace(body, 'Hi', 'Ho') where settled_at is null`,
      {},
      'body_changed',
    ],
    ['the key was changed', 'select 1', { RESEND_API_KEY: 're_other' }, 'key_changed'],
    ['mail goes another way now', 'select 1', { EMAIL_TRANSPORT: 'capture' }, 'transport_changed'],
  ])('leaves an unclear batch to a person when %s', async (_, change, environment, code) => {
    const send = await queue(2);
    await call(await claim());
    await doomed.db.query(change);
    await start(environment);
    const rows = await untilStates(doomed.db, send.sendId, ['unknown']);
    expect(rows.map((row) => row.code)).toEqual([code, code]);
    expect(rows[0]?.reason).toMatch(/^[A-Z].+ It may or may not have gone out\.$/);
    expect(rows[0]?.sentAt).not.toBeNull();
    expect(resend.mailsTo).toEqual(eachOnce(send));
    expect(await doomed.emails.retry(acme, send.emailIds, { action: 'email.retried' })).toMatchObject({ retried: [] });
  });

  it('lets a call under way end before it stops', async () => {
    const { promise: stopping, resolve: answerNow } = Promise.withResolvers<void>();
    resend.fault = async () => {
      await stopping;
      return null;
    };
    await start();
    const send = await queue(2);
    await until(
      async () => resend.requests.length,
      (seen) => seen === 1,
    );
    setTimeout(answerNow, 200);
    await Promise.all(replicas.splice(0).map((each) => each.stop()));
    expect((await emailRows(doomed.db, send.sendId)).map((row) => row.state)).toEqual(['accepted', 'accepted']);
  });

  it('sends with the new key what the old one was clearly refused for', async () => {
    const send = await queue(2);
    resend.failNext({ ...failure(429, 'rate_limit_exceeded', 'Slow down'), headers: { 'retry-after': '0' } });
    const batch = await claim();
    const settlements = doomed.module.get(SettlementsService);
    const { outcome } = await call(batch);
    await doomed.db.transaction((manager) => settlements.settle(manager, batch, outcome));
    resend.apiKeys = ['re_new'];
    await start({ RESEND_API_KEY: 're_new' });
    await untilStates(doomed.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(eachOnce(send));
  });

  it('sends everything once with three replicas, faults of every kind and a rate limit', async () => {
    const faults: Fault[] = [
      'reset before',
      'reset after',
      'truncated after',
      'empty 200 after',
      '500 before',
      '500 after',
      '502 html',
      'hang after',
      { ...failure(429, 'rate_limit_exceeded', 'Slow down'), headers: { 'retry-after': '0.1' } },
    ];
    resend.requestsPerSecond = 40;
    resend.fault = (_, nth) => (nth % 4 === 0 ? faults[(nth / 4) % faults.length]! : null);
    await Promise.all([1, 2, 3].map(() => start({ RESEND_REQUESTS_PER_SECOND: '50' })));
    const globex = await createOrganization(doomed.db, 'Globex');
    const sends = [await queueSend(doomed, acme, 1500), await queueSend(doomed, globex, 700)];
    for (const send of sends) {
      await untilStates(doomed.db, send.sendId, ['accepted'], 25_000);
      expect(send.addresses.filter((address) => resend.mailsTo[address] !== 1)).toEqual([]);
    }
    expect(resend.sent).toHaveLength(2200);
    const orgsPerBatch = await doomed.db.query<unknown[]>(
      'select 1 from emails e join email_batches b on b.id = e.batch_id where e.org_id <> b.org_id',
    );
    expect(orgsPerBatch).toEqual([]);
  });

  it('survives replicas killed at any moment', async () => {
    resend.fault = (_, nth) => (nth % 5 === 0 ? 'reset after' : null);
    const send = await queue(1200);
    for (let kill = 0; kill < 3; kill += 1) {
      const child = spawn(
        process.execPath,
        [
          '--import',
          './test/support/run-typescript.mjs',
          './test/support/mail-replica-child.ts',
          database.url,
          resend.url,
        ],
        { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] },
      );
      children.push(child);
      const seen = resend.requests.length;
      await until(
        async () => resend.requests.length,
        (requests) => requests > seen,
        20_000,
      );
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await start();
    await untilStates(doomed.db, send.sendId, ['accepted'], 20_000);
    expect(resend.mailsTo).toEqual(eachOnce(send));
  });
});
