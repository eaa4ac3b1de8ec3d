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
import { failure, ResendServer } from '../support/resend-server.js';
import { until } from '../support/until.js';
import type { Actor } from '../../src/shared/actor.js';

const busy = { ...failure(429, 'rate_limit_exceeded', 'Too many requests'), headers: { 'retry-after': '60' } };

describe('stopping what is frozen in a request', () => {
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

  beforeEach(async () => {
    resend.reset();
    await replica.db.query('update email_rate_gates set held_until = null');
  });

  const stop = async ({ sendId }: QueuedSend): Promise<string[]> => {
    await replica.db.query('update sends set cancelled_at = clock_timestamp() where id = $1', [sendId]);
    return replica.emails.withdraw(acme, sendId);
  };
  const goOn = () => replica.db.query('update email_rate_gates set held_until = null');
  const openBatch = async (send: QueuedSend) => {
    const [row] = await replica.db.query<{ leased: boolean; unclear: boolean }[]>(
      `select lease_until is not null leased, unclear from email_batches
        where $1 = any(email_ids) and settled_at is null`,
      [send.emailIds[0]],
    );
    return row ?? null;
  };

  it('stops a request that was only told to wait, and queues the mails of another send in it again', async () => {
    resend.fault = () => busy;
    const stopped = await queueSend(replica, acme, 2, { dueInSeconds: 1 });
    const other = await queueSend(replica, acme, 2, { dueInSeconds: 1 });
    await replica.db.query(
      `update emails set due_at = (select min(due_at) from emails where send_id = $1) where send_id = $2`,
      [stopped.sendId, other.sendId],
    );
    await until(
      () => Promise.all([openBatch(stopped), openBatch(other)]),
      (batches) => batches.every((batch) => batch !== null && !batch.leased),
    );
    expect(await replica.emails.countWithdrawable(acme, stopped.sendId)).toBe(2);
    expect((await stop(stopped)).toSorted()).toEqual([...stopped.emailIds].toSorted());
    expect(await stop(stopped)).toEqual([]);
    resend.fault = () => null;
    await goOn();
    await untilStates(replica.db, other.sendId, ['accepted']);
    expect((await emailRows(replica.db, stopped.sendId)).map((row) => row.state)).toEqual(['cancelled', 'cancelled']);
    expect(resend.mailsTo).toEqual(Object.fromEntries(other.addresses.map((address) => [address, 1])));
  });

  it('leaves a request alone whose call is under way', async () => {
    let answer: (() => void) | null = null;
    resend.fault = () => new Promise((resolve) => (answer = () => resolve(null)));
    const send = await queueSend(replica, acme, 3);
    await until(
      () => answer,
      (waiting) => waiting !== null,
    );
    expect(await replica.emails.countWithdrawable(acme, send.sendId)).toBe(0);
    expect(await stop(send)).toEqual([]);
    answer!();
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(Object.fromEntries(send.addresses.map((address) => [address, 1])));
  });

  it('leaves a request alone that may have gone out, and repeats it until that is known', async () => {
    let lost = true;
    resend.fault = () => (lost ? 'reset after' : null);
    const send = await queueSend(replica, acme, 3);
    await until(
      () => openBatch(send),
      (batch) => batch !== null && batch.unclear && !batch.leased,
    );
    expect(await stop(send)).toEqual([]);
    lost = false;
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(Object.fromEntries(send.addresses.map((address) => [address, 1])));
  });

  it('leaves a request alone whose worker died', async () => {
    const send = await queueSend(replica, acme, 1, { dueInSeconds: 3_600 });
    const [id] = send.emailIds;
    await replica.db.query(
      `with batch as (
         insert into email_batches (org_id, transport, key_fingerprint, email_ids, body, body_hash, claims,
                                    lease_until, next_attempt_at, first_attempt_at)
         values ($1, 'resend', 'another key', array[$2::uuid], '[]', 'hash', 1, now() - interval '1 s',
                 now() + interval '1 hour', now() - interval '20 s') returning id)
       update emails set state = 'sending', batch_id = batch.id, due_at = now() - interval '30 s' from batch
        where emails.id = $2`,
      [acme.orgId, id],
    );
    expect(await replica.emails.countWithdrawable(acme, send.sendId)).toBe(0);
    expect(await stop(send)).toEqual([]);
    expect((await emailRows(replica.db, send.sendId))[0]!.state).toBe('sending');
  });

  it('does not send what was stopped while its call was told to wait', async () => {
    let answer: (() => void) | null = null;
    resend.fault = () => new Promise((resolve) => (answer = () => resolve(busy)));
    const send = await queueSend(replica, acme, 2);
    await until(
      () => answer,
      (waiting) => waiting !== null,
    );
    expect(await stop(send)).toEqual([]);
    resend.fault = () => null;
    answer!();
    await until(
      () => openBatch(send),
      (batch) => batch === null || !batch.leased,
    );
    await goOn();
    await replica.db.query('update email_batches set next_attempt_at = now() where settled_at is null');
    await untilStates(replica.db, send.sendId, ['cancelled']);
    expect(resend.mailsTo).toEqual({});
  });

  it.each([
    { told: 'to wait', fault: busy, first: ['skipped', 'accepted'], mails: [0, 1] },
    { told: 'nothing clear', fault: 'reset after' as const, first: ['accepted', 'accepted'], mails: [1, 1] },
  ])('asks anew whether a mail is wanted where its call was told $told', async ({ fault, first, mails }) => {
    resend.fault = () => fault;
    const send = await queueSend(replica, acme, 2);
    await until(
      () => openBatch(send),
      (batch) => batch !== null && !batch.leased,
    );
    await replica.db.query(
      'update invitations set declined_at = now() where id = (select invitation_id from emails where emails.id = $1)',
      [send.emailIds[0]],
    );
    resend.fault = () => null;
    await goOn();
    await replica.db.query('update email_batches set next_attempt_at = now() where settled_at is null');
    const rows = await untilStates(replica.db, send.sendId, ['accepted', 'skipped']);
    expect(rows.map(({ state }) => state)).toEqual(first);
    expect(send.addresses.map((address) => resend.mailsTo[address] ?? 0)).toEqual(mails);
  });

  it('sends a mail that was retried after the stop, and stops it when it is stopped again', async () => {
    const send = await queueSend(replica, acme, 2);
    await untilStates(replica.db, send.sendId, ['accepted']);
    await replica.db.query(`update emails set state = 'failed' where send_id = $1`, [send.sendId]);
    await stop(send);
    resend.fault = () => busy;
    await replica.emails.retry(acme, send.emailIds, { action: 'email.retried' });
    await until(
      () => openBatch(send),
      (batch) => batch !== null && !batch.leased,
    );
    // Whoever gives the batch back finds mails that became due after the stop.
    await replica.db.query(
      `update email_batches set key_fingerprint = 'old', next_attempt_at = now() where settled_at is null`,
    );
    await untilStates(replica.db, send.sendId, ['queued']);
    await replica.db.query(`update emails set due_at = now() where send_id = $1`, [send.sendId]);
    resend.fault = () => busy;
    await goOn();
    await until(
      () => openBatch(send),
      (batch) => batch !== null && !batch.leased,
    );
    expect(await stop(send)).toHaveLength(2);
    expect((await emailRows(replica.db, send.sendId)).map((row) => row.state)).toEqual(['cancelled', 'cancelled']);
  });

  it('keeps a mail unknown that may have gone out before it was sent again and stopped', async () => {
    const send = await queueSend(replica, acme, 1);
    await untilStates(replica.db, send.sendId, ['accepted']);
    const [id] = send.emailIds as [string];
    await replica.db.query(`update emails set state = 'unknown', provider_id = null where id = $1`, [id]);
    expect(await replica.emails.retry(acme, [id], { action: 'email.retried' })).toEqual({
      retried: [],
      notRetried: [id],
    });
    resend.fault = () => busy;
    expect(await replica.emails.sendAgain(acme, id, { action: 'email.retried' })).toBe(true);
    await until(
      () => openBatch(send),
      (batch) => batch !== null && !batch.leased,
    );
    expect(await stop(send)).toEqual([id]);
    expect((await emailRows(replica.db, send.sendId))[0]).toMatchObject({ state: 'unknown', providerId: null });
    await replica.db.query(`update emails set state = 'failed' where id = $1`, [id]);
    expect(await replica.emails.retry(acme, [id], { action: 'email.retried' })).toEqual({
      retried: [],
      notRetried: [id],
    });
  });
});
