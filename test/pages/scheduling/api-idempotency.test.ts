import { api, startApi, type ApiTest } from '../../support/api.js';

const bookings = `${api}/cal-com/bookings`;

describe('an Idempotency-Key', () => {
  let test: ApiTest;

  beforeAll(async () => {
    test = await startApi();
  });
  afterEach(() => test.sandbox.heal());
  afterAll(() => test.stop());

  const send = (ids: readonly string[], key: string, as = test.dana) =>
    test.ask('post', `${api}/send-emails`, { body: { invitation_ids: ids, include_recent: true }, key, as });
  const sends = async () => (await test.db.query<{ count: string }[]>('select count(*) from sends'))[0]!.count;

  it('gives the first answer again, and does nothing a second time', async () => {
    const ids = await test.ids(2);
    const first = await send(ids, 'monday');
    await test.settled(first.body.send_id);
    const before = await sends();
    const second = await send(ids, 'monday', test.asha);
    expect(second.status).toBe(202);
    expect(second.body).toEqual(first.body);
    expect(await sends()).toBe(before);
    expect((await send(ids, 'tuesday')).body.send_id).not.toBe(first.body.send_id);
  });

  it('is refused for another body or another route', async () => {
    const [first, second] = await test.ids(2);
    await send([first!], 'once');
    const other = await send([second!], 'once');
    expect(other.status).toBe(409);
    expect(other.body.detail).toContain('used for another request');
    const elsewhere = await test.ask('post', bookings, { body: { invitation_ids: [first] }, key: 'once' });
    expect(elsewhere.status).toBe(409);
    expect(await test.ids(1)).toEqual([second]);
  });

  it('lets one of several requests at a time run', async () => {
    const ids = await test.ids(1);
    const before = Number(await sends());
    const answers = await Promise.all([1, 2, 3, 4].map(() => send(ids, 'at once')));
    const done = answers.filter(({ status }) => status === 202);
    expect(done.length).toBeGreaterThanOrEqual(1);
    expect(new Set(done.map(({ body }) => body.send_id)).size).toBe(1);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(Number(await sends())).toBe(before + 1);
    expect((await send(ids, 'at once')).body).toEqual(done[0]!.body);
  });

  it('is free again after a request that was refused', async () => {
    const ids = await test.ids(1);
    test.sandbox.fail('500', { times: 9 });
    const body = { invitation_ids: ids, event_type_id: 1, start: test.freeStart() };
    expect((await test.ask('post', bookings, { body: { ...body, event_type_id: 99 }, key: 'k' })).status).toBe(503);
    test.sandbox.heal();
    expect((await test.ask('post', bookings, { body: { ...body, name: 7 }, key: 'k' })).status).toBe(422);
    const booked = await test.ask('post', bookings, { body, key: 'k' });
    expect(booked.body.data[0].status).toBe('booked');
    expect((await test.ask('post', bookings, { body, key: 'k' })).body).toEqual(booked.body);
    expect((await test.ask('post', bookings, { body })).body.data[0].status).toBe('reused');
  });

  it('belongs to one organization', async () => {
    await send(await test.ids(1), 'shared');
    const theirs = await test.ask('delete', `${bookings}/x`, { as: test.cleo, key: 'shared' });
    expect(theirs.status).toBe(404);
  });

  it('is forgotten after seven days, and after a crash in the middle', async () => {
    const ids = await test.ids(1);
    const first = await send(ids, 'old');
    await test.settled(first.body.send_id);
    const older = (interval: string) =>
      test.db.query(`update idempotency_keys set created_at = now() - interval '${interval}' where key = 'old'`);
    await older('6 days 23 hours');
    expect((await send(ids, 'old')).body).toEqual(first.body);
    await older('7 days 1 minute');
    const second = await send(ids, 'old');
    expect(second.body.send_id).not.toBe(first.body.send_id);
    await test.settled(second.body.send_id);
    await test.db.query(`update idempotency_keys set status = null, body = null, send_id = null where key = 'old'`);
    const running = await send(ids, 'old');
    expect(running.body.detail).toContain('still running');
    await older('11 minutes');
    expect((await send(ids, 'old')).status).toBe(202);
  });

  it('starts its send once, though what was answered is lost', async () => {
    const ids = await test.ids(2);
    const first = await send(ids, 'lost');
    await test.db.query(
      `update idempotency_keys set status = null, body = null, created_at = now() - interval '11 minutes'
        where key = 'lost'`,
    );
    const before = await sends();
    const [second, third] = await Promise.all([send(ids, 'lost'), send(ids, 'lost')]);
    expect(second.body).toEqual(first.body);
    expect(third.body).toEqual(first.body);
    expect(await sends()).toBe(before);
    await test.settled(first.body.send_id);
    expect((await send(ids, 'lost')).body).toEqual(first.body);
  });

  it.each(['', ' ', 'x'.repeat(256)])('is refused as %j', async (key) => {
    expect((await send(await test.ids(1), key)).status).toBe(422);
  });
});
