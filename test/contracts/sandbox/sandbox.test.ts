import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { SandboxClient } from './client.js';

type Listed = { uid: string }[];

describe('the API of the sandbox', () => {
  let now: Date;
  let sandbox: Sandbox;
  let client: SandboxClient;

  beforeEach(async () => {
    now = new Date('2026-11-23T09:00:00Z');
    sandbox = await startSandbox({ now: () => now });
    client = new SandboxClient(sandbox);
  });
  afterEach(() => sandbox.stop());

  it('gives a slot to one of several that ask at the same instant', async () => {
    const slow = await startSandbox({ now: () => now, raceWindowMs: 1_000 });
    const asking = new SandboxClient(slow);
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => asking.book('2026-11-24T09:00:00Z')));
    await slow.stop();
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409, 409]);
    const lost = answers.find(({ status }) => status === 409);
    expect(lost?.body).toEqual({ statusCode: 409, message: 'booking_conflict_error' });
  });

  it('lists the event types of the host, hidden ones for the host alone', async () => {
    const own = await client.ask('GET', '/v2/event-types');
    const seen = await client.ask('GET', '/v2/event-types?username=acme-interviews', { key: null });
    expect(titles(own.data)).toEqual([...titles(seen.data), 'Hiring manager call']);
    expect(titles(seen.data)).toHaveLength(5);
  });

  it('takes a booked time out of the free ones and lets the same booking see it as free', async () => {
    const { data } = await client.book('2026-11-24T09:00:00Z');
    const target = '/v2/slots?eventTypeId=1&start=2026-11-24T09:00:00Z&end=2026-11-24T10:00:00Z';
    expect((await client.ask('GET', target)).data).toEqual({ '2026-11-24': [{ start: '2026-11-24T09:30:00.000Z' }] });
    const moving = await client.ask('GET', `${target}&bookingUidToReschedule=${(data as { uid: string }).uid}`);
    expect((moving.data as Record<string, unknown[]>)['2026-11-24']).toHaveLength(2);
  });

  it('keeps the hours of the host through a change of the clocks', async () => {
    expect(await firstStart('2027-03-26')).toBe('2027-03-26T08:00:00.000Z');
    expect(await firstStart('2027-03-29')).toBe('2027-03-29T07:00:00.000Z');
  });

  it('lists what changed since a moment, that moment included, but counts everything', async () => {
    const first = (await client.book('2026-11-24T09:00:00Z')).data as { uid: string };
    now = new Date('2026-11-23T09:05:00.500Z');
    const second = (await client.book('2026-11-24T10:00:00Z')).data as { uid: string };
    const since = async (moment: string) => {
      const target = `/v2/bookings?sortUpdatedAt=asc&afterUpdatedAt=${moment}`;
      const { data, body } = await client.ask('GET', target);
      const { totalItems } = (body as { pagination: { totalItems: number } }).pagination;
      return { uids: (data as Listed).map(({ uid }) => uid), totalItems };
    };
    expect(await since('2026-11-23T09:00:00.000Z')).toEqual({ uids: [first.uid, second.uid], totalItems: 2 });
    expect(await since('2026-11-23T09:05:00.500Z')).toEqual({ uids: [second.uid], totalItems: 2 });
    expect(await since('2026-11-23T09:05:00.501Z')).toEqual({ uids: [], totalItems: 2 });
  });

  it('moves updatedAt for an absent host and not for an absent attendee', async () => {
    const { uid } = (await client.book('2026-11-24T09:00:00Z')).data as { uid: string };
    now = new Date('2026-11-24T09:10:00Z');
    const mark = (body: object) => client.ask('POST', `/v2/bookings/${uid}/mark-absent`, { body });
    const attendee = await mark({ attendees: [{ email: 'ann@example.org', absent: true }] });
    expect(attendee.data).toMatchObject({ updatedAt: '2026-11-23T09:00:00.000Z', attendees: [{ absent: true }] });
    expect((await mark({ host: true })).data).toMatchObject({ updatedAt: '2026-11-24T09:10:00.000Z' });
  });

  it('answers another shape to a client that forgets the version', async () => {
    await client.book('2026-11-24T09:00:00Z');
    const { data } = await client.ask('GET', '/v2/bookings', { version: null });
    expect(data).toMatchObject({ bookings: [{ status: 'ACCEPTED', startTime: '2026-11-24T09:00:00.000Z' }] });
    const eventTypes = await client.ask('GET', '/v2/event-types', { version: '2026-06-12' });
    expect(eventTypes.data).toMatchObject({
      eventTypeGroups: [{ eventTypes: [{ length: 30 }, { length: 60 }, {}, {}, {}, {}] }],
    });
  });

  it('blocks a key for 60 s after 120 calls in 60 s, and no other key', async () => {
    const counted: [number, string | null, string | null][] = [];
    for (let call = 1; call <= 121; call += 1) {
      const { status, headers } = await client.ask('GET', '/v2/me');
      counted.push([status, headers.get('x-ratelimit-remaining-default'), headers.get('x-ratelimit-reset-default')]);
    }
    expect(counted[0]).toEqual([200, '119', '60']);
    expect(counted[119]).toEqual([200, '0', '60']);
    expect(counted[120]).toEqual([429, '0', '60']);

    now = new Date(now.getTime() + 20_000);
    const blocked = await client.ask('GET', '/v2/me');
    expect([blocked.status, blocked.headers.get('x-ratelimit-reset-default')]).toEqual([429, '40']);
    expect(blocked.headers.has('retry-after')).toBe(false);
    expect((await client.ask('GET', '/v2/me', { key: null })).status).toBe(401);

    now = new Date(now.getTime() + 40_000);
    expect((await client.ask('GET', '/v2/me')).headers.get('x-ratelimit-remaining-default')).toBe('119');
  });

  it('refuses a body above its limit outside the envelope', async () => {
    const answer = await client.book('2026-11-24T09:00:00Z', { body: { metadata: { long: 'x'.repeat(200_000) } } });
    expect(answer.body).toEqual({ statusCode: 413, message: 'request entity too large' });
    expect(answer.headers.has('x-request-id')).toBe(false);
  });

  it('records what it was asked and what it answered', async () => {
    await client.book('2026-11-24T20:00:00Z');
    expect(sandbox.requests).toMatchObject([
      { method: 'POST', path: '/v2/bookings', status: 400, body: { eventTypeId: 1 } },
    ]);
  });

  it('still has its bookings and webhooks after a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const stateFile = join(folder, 'deeper', 'sandbox.json');
    const before = await startSandbox({ now: () => now, stateFile });
    const { data } = await new SandboxClient(before).book('2026-11-24T09:00:00Z');
    await before.stop();

    const after = await startSandbox({ now: () => now, stateFile });
    const again = await new SandboxClient(after).book('2026-11-24T10:00:00Z');
    const { uid, id } = data as { uid: string; id: number };
    expect((await new SandboxClient(after).ask('GET', `/v2/bookings/${uid}`)).data).toMatchObject({ uid });
    expect(again.data).toMatchObject({ id: id + 1 });
    await after.stop();
    await rm(folder, { recursive: true });
  });

  describe('misbehaves when told to', () => {
    it('down: drops the connection unheard, as often as asked', async () => {
      sandbox.fail('down', { times: 2 });
      await expect(client.book('2026-11-24T09:00:00Z')).rejects.toThrow();
      await expect(client.book('2026-11-24T09:00:00Z')).rejects.toThrow();
      expect(sandbox.state.bookings).toEqual([]);
      expect((await client.book('2026-11-24T09:00:00Z')).status).toBe(201);
    });

    it('lost: books, and nobody hears of it', async () => {
      sandbox.fail('lost');
      await expect(client.book('2026-11-24T09:00:00Z')).rejects.toThrow();
      expect(sandbox.state.bookings).toHaveLength(1);
    });

    it('slow: answers late', async () => {
      sandbox.fail('slow', { delayMs: 120 });
      const asked = Date.now();
      expect((await client.ask('GET', '/v2/me')).status).toBe(200);
      expect(Date.now() - asked).toBeGreaterThanOrEqual(115);
    });

    it.each(['garbage', 'truncated'] as const)('%s: answers what is not JSON', async (kind) => {
      sandbox.fail(kind);
      await expect(client.ask('GET', '/v2/me')).rejects.toThrow();
    });

    it('500 and 429: refuse, the chosen calls only', async () => {
      sandbox.fail('500', { only: ({ path }) => path === '/v2/slots' });
      sandbox.fail('429');
      expect(await client.ask('GET', '/v2/me')).toMatchObject({
        status: 429,
        message: expect.stringContaining('Too many requests') as string,
      });
      expect((await client.ask('GET', '/v2/me')).status).toBe(200);
      expect((await client.ask('GET', '/v2/slots')).status).toBe(500);
      sandbox.fail('down');
      sandbox.heal();
      expect((await client.ask('GET', '/v2/me')).status).toBe(200);
    });
  });

  async function firstStart(day: string): Promise<string | undefined> {
    const { data } = await client.ask('GET', `/v2/slots?eventTypeId=2&start=${day}&end=${day}`);
    return (data as Record<string, { start: string }[]>)[day]?.[0]?.start;
  }
});

function titles(data: unknown): string[] {
  return (data as { title: string }[]).map(({ title }) => title);
}
