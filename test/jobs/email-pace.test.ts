import { setTimeout as pause } from 'node:timers/promises';
import { CompiledTemplates } from '../../src/email/delivery/compiled-templates.service.js';
import { RateGatesService } from '../../src/email/delivery/rate-gates.service.js';
import { SettlementsService } from '../../src/email/delivery/settlements.service.js';
import { MAIL_TRANSPORT, type MailTransport } from '../../src/email/transports/mail-transport.js';
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

/** How much later than it left a call may arrive on a busy machine. */
const underWayMs = 100;

describe('the pace of sending', () => {
  let database: TestDatabase;
  let resend: ResendServer;
  const replicas: MailReplica[] = [];

  beforeEach(async () => {
    database = await createTestDatabase();
    resend = await ResendServer.start();
  });

  afterEach(async () => {
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
    await resend?.stop();
    await database?.drop();
  });

  /** Each call takes one mail, so that there are many of them. */
  async function start(requestsPerSecond: number): Promise<MailReplica> {
    const replica = await startMailReplica(database.url, {
      EMAIL_TRANSPORT: 'resend',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: String(requestsPerSecond),
    });
    Object.defineProperty(replica.module.get<MailTransport>(MAIL_TRANSPORT), 'maxPerCall', { value: 1 });
    replicas.push(replica);
    return replica;
  }

  async function queue(replica: MailReplica, count: number): Promise<QueuedSend> {
    return queueSend(replica, await createOrganization(replica.db, 'Acme'), count);
  }

  function eachOnce({ addresses }: QueuedSend): Record<string, number> {
    return Object.fromEntries(addresses.map((address) => [address, 1]));
  }

  async function gate(replica: MailReplica): Promise<{ rate: number; paused: boolean }> {
    const [row] = await replica.db.query<{ rate: number; paused: boolean }[]>(
      'select requests_per_second rate, paused_until is not null paused from email_rate_gates',
    );
    return row!;
  }

  it('rises to the limit that the answers tell, and never over it', async () => {
    const leavesAt: number[] = [];
    resend.requestsPerSecond = 20;
    const replica = await start(2);
    const gates = replica.module.get(RateGatesService);
    const confirm = gates.confirm.bind(gates);
    jest.spyOn(gates, 'confirm').mockImplementation((turn) => {
      leavesAt.push(turn.at);
      return confirm(turn);
    });
    const send = await queue(replica, 60);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(eachOnce(send));
    expect((await gate(replica)).rate).toBe(20);
    const inASecond = leavesAt.map((from) => leavesAt.filter((at) => at >= from && at < from + 1000).length);
    expect(Math.max(...inASecond)).toBeGreaterThan(10);
    expect(Math.max(...inASecond)).toBeLessThanOrEqual(20);
  });

  it('leaves in its turn, however long it takes to prepare the mails', async () => {
    const left: number[] = [];
    resend.fault = () => (left.push(Date.now()), null);
    const replica = await start(2);
    const [preparingMs, turnMs, mails] = [400, 500, 10];
    const templates = replica.module.get(CompiledTemplates);
    const load = templates.load.bind(templates);
    jest.spyOn(templates, 'load').mockImplementation(async (...given) => {
      await pause(preparingMs);
      return load(...given);
    });
    const send = await queue(replica, mails);
    await untilStates(replica.db, send.sendId, ['accepted']);
    const oneAfterTheOther = (mails - 1) * (preparingMs + turnMs);
    expect(left.at(-1)! - left[0]!).toBeLessThan(0.8 * oneAfterTheOther);
  });

  it('counts a second from when a call really left', async () => {
    const left: number[] = [];
    const replica = await start(5);
    const transport = replica.module.get<MailTransport>(MAIL_TRANSPORT);
    const deliver = transport.deliver.bind(transport);
    jest.spyOn(transport, 'deliver').mockImplementation(async (...given) => {
      const heldUpUntil = performance.now() + (left.length === 0 ? 200 : 0);
      while (performance.now() < heldUpUntil);
      left.push(performance.now());
      return deliver(...given);
    });
    const send = await queue(replica, 6);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(left[5]! - left[0]!).toBeGreaterThanOrEqual(1_000);
  });

  it('keeps what it learned over a restart, and begins anew with another number in the environment', async () => {
    resend.requestsPerSecond = 20;
    const first = await start(2);
    await untilStates(first.db, (await queue(first, 2)).sendId, ['accepted']);
    const second = await start(2);
    expect((await gate(second)).rate).toBe(20);
    const third = await start(3);
    expect((await gate(third)).rate).toBe(3);
  });

  it('calls nothing before retry-after, on any of three replicas, and each mail once', async () => {
    const holds: { askedAt: number; heldAt: number; waitMs: number }[] = [];
    const letGo: { askedAt: number; leavesAt: number }[] = [];
    const given: (Fault | null)[] = [null, null, slowDown('1'), null, null, null, slowDown('2')];
    resend.fault = () => given.shift() ?? null;
    const [replica] = await Promise.all([start(50), start(50), start(50)]);
    for (const { module } of replicas) {
      const gates = module.get(RateGatesService);
      const hold = gates.hold.bind(gates);
      const confirm = gates.confirm.bind(gates);
      jest.spyOn(gates, 'hold').mockImplementation(async (waitMs) => {
        const askedAt = performance.now();
        await hold(waitMs);
        holds.push({ askedAt, heldAt: performance.now(), waitMs });
      });
      jest.spyOn(gates, 'confirm').mockImplementation(async (turn) => {
        const askedAt = performance.now();
        const mayLeave = await confirm(turn);
        if (mayLeave) {
          letGo.push({ askedAt, leavesAt: turn.at });
        }
        return mayLeave;
      });
    }
    const send = await queue(replica, 40);
    await untilStates(replica.db, send.sendId, ['accepted'], 15_000);
    expect(resend.mailsTo).toEqual(eachOnce(send));
    expect(holds.map(({ waitMs }) => waitMs)).toEqual([1_000, 2_000]);
    expect(letGo.length).toBeGreaterThanOrEqual(resend.requests.length);
    const early = letGo.filter((call) =>
      holds.some((hold) => call.askedAt > hold.heldAt && call.leavesAt < hold.askedAt + hold.waitMs),
    );
    expect(early).toEqual([]);
  });

  it('leaves the rest of a window to others who use the account', async () => {
    resend.requestsPerSecond = 10;
    const replica = await start(10);
    await pause(1000 - (Date.now() % 1000) + 20);
    const others = () => fetch(`${resend.url}/domains`, { headers: { authorization: 'Bearer re_test' } });
    await Promise.all(Array.from({ length: 9 }, others));
    const send = await queue(replica, 4);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.requests).toHaveLength(4);
  });

  it('asks once in each pause whether a quota has begun anew, says why it waits, and goes on by itself', async () => {
    let used = true;
    const asked: number[] = [];
    resend.fault = () => {
      asked.push(Date.now());
      return used ? failure(429, 'daily_quota_exceeded', 'You have reached your daily quota.') : null;
    };
    const [replica] = await Promise.all([start(50), start(50)]);
    const send = await queue(replica, 20);
    await until(
      () => replica.emails.currentPause(),
      (found) => found?.code === 'daily_quota_exceeded',
    );
    await pause(underWayMs);
    asked.length = 0;
    await pause(2_100);
    expect(asked.length).toBeGreaterThanOrEqual(2);
    expect(asked.length).toBeLessThanOrEqual(6);
    const rows = await emailRows(replica.db, send.sendId);
    expect(rows.filter(({ state }) => state === 'failed')).toEqual([]);
    expect(rows.some(({ reason }) => reason?.includes('daily quota'))).toBe(true);
    used = false;
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(eachOnce(send));
    expect(await replica.emails.currentPause()).toBeNull();
  });

  it('lets no more than the daily cap leave, and the rest after midnight in the zone of the organization', async () => {
    const replica = await start(50);
    const capped = await createOrganization(replica.db, 'Capped');
    await replica.db.query(`update orgs set daily_mail_cap = 5, time_zone = 'Pacific/Auckland' where id = $1`, [
      capped.orgId,
    ]);
    const send = await queueSend(replica, capped, 12);
    const free = await queue(replica, 3);
    await untilStates(replica.db, free.sendId, ['accepted']);
    const rows = await until(
      () => emailRows(replica.db, send.sendId),
      (found) => found.filter(({ code }) => code === 'daily_cap').length === 7,
    );
    expect(rows.map(({ state }) => state)).toEqual([...Array(5).fill('accepted'), ...Array(7).fill('queued')]);
    expect(rows.at(-1)?.reason).toContain('daily cap of 5');
    const [due] = await replica.db.query<{ local: string; days: number }[]>(
      `select to_char(max(due_at) at time zone 'Pacific/Auckland', 'HH24:MI') local,
              (max(due_at) at time zone 'Pacific/Auckland')::date - (now() at time zone 'Pacific/Auckland')::date days
         from emails where send_id = $1 and state = 'queued'`,
      [send.sendId],
    );
    expect(due).toEqual({ local: '00:00', days: 1 });

    await replica.db.query(`update email_batches set created_at = created_at - interval '1 day' where org_id = $1`, [
      capped.orgId,
    ]);
    await replica.db.query(`update emails set due_at = now() where send_id = $1 and state = 'queued'`, [send.sendId]);
    await until(
      () => emailRows(replica.db, send.sendId),
      (found) => found.filter(({ state }) => state === 'accepted').length === 10,
    );
    await pause(200);
    const next = await emailRows(replica.db, send.sendId);
    expect(next.map(({ state }) => state)).toEqual([...Array(10).fill('accepted'), ...Array(2).fill('queued')]);
    expect(next.filter(({ state, reason }) => state === 'accepted' && reason !== null)).toEqual([]);
  });

  it('does not count against the cap what was never taken', async () => {
    const replica = await start(50);
    const capped = await createOrganization(replica.db, 'Capped');
    await replica.db.query(`update orgs set daily_mail_cap = 2 where id = $1`, [capped.orgId]);
    resend.failNext(failure(403, 'invalid_api_key', 'API key is invalid'), failure(403, 'invalid_api_key', 'Still'));
    const send = await queueSend(replica, capped, 2);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.mailsTo).toEqual(eachOnce(send));
  });

  it('writes an answer down when the database comes back, without a second call', async () => {
    const replica = await start(50);
    const settlements = replica.module.get(SettlementsService);
    const settle = jest.spyOn(settlements, 'settle');
    for (let times = 0; times < 6; times += 1) {
      settle.mockRejectedValueOnce(new Error('terminating connection due to administrator command'));
    }
    const send = await queue(replica, 1);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(resend.requests).toHaveLength(1);
    expect(resend.mailsTo).toEqual(eachOnce(send));
  });
});

function slowDown(retryAfter: string): Fault {
  return { ...failure(429, 'rate_limit_exceeded', 'Slow down'), headers: { 'retry-after': retryAfter } };
}
