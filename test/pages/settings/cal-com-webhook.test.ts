import type { NestExpressApplication } from '@nestjs/platform-express';
import { load } from 'cheerio';
import { calComOptions, type CalComOptions, defaultCalComOptions } from '../../../src/cal-com/cal-com-options.js';
import { createApp } from '../../../src/create-app.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { otherApiKey } from '../../../src/sandbox/seed.js';
import type { Actor } from '../../../src/shared/actor.js';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';
import { bookingNews, postTo } from '../../support/cal-com-webhook.js';
import { until } from '../../support/until.js';

interface Row {
  readonly endpoint_id: string | null;
  readonly webhook_id: string | null;
  readonly webhook_secret: string | null;
  readonly webhook_problem: string | null;
  readonly webhook_leftover: string | null;
  readonly webhook_checked_at: Date | null;
}

const path = '/app/settings/cal-com';
const wanted = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'MEETING_ENDED',
];

describe('the webhook of a connection', () => {
  let sandbox: Sandbox;
  let test: TestApp;

  beforeAll(async () => {
    test = await startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1' });
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    await test.db.query('delete from cal_com_configs; delete from cal_com_event_types; delete from pgboss.job');
    setPatience(defaultCalComOptions.requestTimeoutMs);
  });
  afterEach(() => sandbox.stop());
  afterAll(() => test.stop());

  const setPatience = (requestTimeoutMs: number) =>
    Object.assign(test.app.get<CalComOptions>(calComOptions), { requestTimeoutMs });
  const save = (person: TestPerson, apiKey = sandbox.apiKey, apiUrl = sandbox.apiUrl) =>
    person.agent.post(path).type('form').send({ apiKey, apiUrl }).expect(303);
  const again = (person = test.asha) => person.agent.post(`${path}/webhook`).expect(303);
  const row = async ({ orgId } = test.acme) =>
    (await test.db.query<Row[]>('select * from cal_com_configs where org_id = $1', [orgId]))[0]!;
  const calls = (method: string) =>
    sandbox.requests.filter((request) => request.method === method && request.path.startsWith('/v2/webhooks'));
  const urls = () => sandbox.state.webhooks.map(({ subscriberUrl }) => subscriberUrl);
  const addressOf = ({ endpoint_id }: Row) => `http://localhost:3000/webhooks/cal-com/${endpoint_id}`;
  const updates = async (person = test.asha) =>
    (await read(person))('section[aria-labelledby=updates]').text().replaceAll(/\s+/g, ' ').trim();
  const toldLeftover = async (reason: string) => {
    await until(
      () => row(),
      ({ webhook_leftover }) => webhook_leftover !== null,
    );
    expect((await read(test.asha))('.notice.tone-warn').text().replaceAll(/\s+/g, ' ')).toContain(
      `The webhook of a former connection could not be removed. ${reason}`,
    );
  };
  const toWebhooks = (method: string) => (request: { method: string; path: string }) =>
    request.method === method && request.path.startsWith('/v2/webhooks');

  it('is registered when the connection is saved: one, of the user, with a secret that is kept encrypted', async () => {
    await save(test.asha);
    const page = await test.asha.agent.get(path).expect(200);
    expect(load(page.text)('#flash').text()).toContain('Bookings appear here at once, by webhook.');
    expect(sandbox.state.webhooks).toHaveLength(1);
    const [webhook] = sandbox.state.webhooks;
    const stored = await row();
    expect(webhook).toMatchObject({ active: true, triggers: wanted, payloadTemplate: null, userId: 101 });
    expect(webhook!.subscriberUrl).toBe(addressOf(stored));
    expect(stored.endpoint_id).toMatch(/^[\w-]{22}$/);
    expect(webhook!.secret!.length).toBeGreaterThanOrEqual(32);
    expect(JSON.stringify(stored)).not.toContain(webhook!.secret!);
    expect(page.text).not.toContain(webhook!.secret!);
    expect(calls('POST')).toHaveLength(1);
    expect(await updates()).toMatch(/WebhookRegistered .*RegisteredToday, \d\d:\d\d Last deliveryNothing has come yet/);
  });

  it('shows when one last came', async () => {
    await save(test.asha);
    const [webhook] = sandbox.state.webhooks;
    const endpoint = { path: new URL(webhook!.subscriberUrl).pathname, secret: webhook!.secret! };
    await postTo(test.visitor(), endpoint, bookingNews('PING', {})).expect(200);
    expect(await updates()).toMatch(/WebhookReceiving .*Last deliveryToday, \d\d:\d\d/);
  });

  it('stays when the same connection is saved again, and when it is registered again', async () => {
    await save(test.asha);
    const before = await row();
    const [webhook] = sandbox.state.webhooks;
    await save(test.asha, '');
    await again();
    expect(load((await test.asha.agent.get(path)).text)('#flash').text()).toContain('Registered.');
    expect(await row()).toMatchObject({
      endpoint_id: before.endpoint_id,
      webhook_id: before.webhook_id,
      webhook_secret: before.webhook_secret,
    });
    expect(sandbox.state.webhooks).toEqual([webhook]);
    expect(calls('POST')).toHaveLength(1);
  });

  describe('of another connection', () => {
    it('takes its place: another address and secret, and the former one is removed at Cal.com', async () => {
      await save(test.asha);
      const former = sandbox.state.webhooks[0]!;
      await save(test.asha, otherApiKey);
      await until(urls, (now) => now.length === 1);
      const [webhook] = sandbox.state.webhooks;
      expect(webhook).toMatchObject({ userId: 102, subscriberUrl: addressOf(await row()) });
      expect([webhook!.subscriberUrl, webhook!.secret]).not.toEqual([former.subscriberUrl, former.secret]);
      const endpoint = { path: new URL(former.subscriberUrl).pathname, secret: former.secret! };
      await postTo(test.visitor(), endpoint, bookingNews('BOOKING_CREATED', { uid: 'late' })).expect(401);
    });

    it('is on another server: the former one is removed there', async () => {
      const elsewhere = await startSandbox();
      await save(test.asha);
      await save(test.asha, elsewhere.apiKey, elsewhere.apiUrl);
      await until(urls, (now) => now.length === 0);
      expect(elsewhere.state.webhooks).toHaveLength(1);
      await elsewhere.stop();
    });

    it('is of the same account, whose former key is revoked: the new one removes it', async () => {
      await save(test.asha);
      const former = urls()[0];
      Object.assign(sandbox.state.hosts[0]!, { apiKey: 'cal_sandbox_rotated' });
      await save(test.asha, 'cal_sandbox_rotated');
      await until(urls, (now) => now.length === 1);
      expect(urls()[0]).not.toBe(former);
      await until(
        () => row(),
        ({ webhook_leftover }) => webhook_leftover === null,
      );
    });

    it('says so where the former one cannot be removed, until that is dismissed', async () => {
      await save(test.asha);
      Object.assign(sandbox.state.hosts[0]!, { apiKey: 'cal_sandbox_rotated' });
      await save(test.asha, otherApiKey);
      await toldLeftover('Cal.com does not accept this key.');
      await test.asha.agent.post(`${path}/leftover`).expect(303);
      expect((await read(test.asha))('main').text()).not.toContain('former connection');
    });

    it('says so where there is no connection any more', async () => {
      await save(test.asha);
      Object.assign(sandbox.state.hosts[0]!, { apiKey: 'cal_sandbox_rotated' });
      await test.asha.agent.post(`${path}/disconnection`).expect(303);
      await toldLeftover('Cal.com does not accept this key.');
    });

    it('tries again later where Cal.com only does not answer', async () => {
      await save(test.asha);
      sandbox.fail('down', { only: toWebhooks('DELETE') });
      await save(test.asha, otherApiKey);
      await toldLeftover('Cal.com did not answer clearly. What it sends');
      await test.db.query(
        `update pgboss.job set start_after = now() where name = 'remove-webhook' and state = 'created'`,
      );
      await until(urls, (now) => now.length === 1);
      await until(
        () => row(),
        ({ webhook_leftover }) => webhook_leftover === null,
      );
    });

    it('came while the former one was being made: that is removed, too', async () => {
      setPatience(20_000);
      sandbox.fail('slow', { delayMs: 6_000, only: toWebhooks('POST') });
      await save(test.asha);
      expect(await updates()).toContain('Being registered');
      await save(test.asha, otherApiKey);
      await until(
        () => calls('DELETE').length,
        (count) => count > 0,
        15_000,
      );
      await until(urls, (now) => now.length === 1);
      expect(urls()).toEqual([addressOf(await row())]);
      expect(sandbox.state.webhooks[0]).toMatchObject({ userId: 102 });
    });
  });

  describe('where Cal.com does not play along', () => {
    it('is looked up when the answer to its making was lost, and not made again', async () => {
      sandbox.fail('lost', { only: toWebhooks('POST') });
      await save(test.asha);
      expect(urls()).toEqual([addressOf(await row())]);
      expect(await row()).toMatchObject({ webhook_id: sandbox.state.webhooks[0]!.id, webhook_problem: null });
      expect(calls('POST')).toHaveLength(1);
    });

    it('is not made again where nobody knows whether it was made; a person may', async () => {
      sandbox.fail('500', { only: toWebhooks('POST') });
      await save(test.asha);
      expect((await read(test.asha))('main').attr('data-refresh-seconds')).toBe('2');
      await until(
        () => row(),
        ({ webhook_checked_at }) => webhook_checked_at !== null,
        15_000,
      );
      expect(calls('POST')).toHaveLength(1);
      expect(calls('GET').length).toBeGreaterThanOrEqual(3);
      expect(await updates()).toMatch(/Polling only ?Cal\.com did not answer clearly/);
      await again();
      expect(await updates()).toContain('Nothing has come yet');
      expect(sandbox.state.webhooks).toHaveLength(1);
    });

    it.each([
      ['down', 'Cal.com cannot be reached right now.'],
      ['429', 'Cal.com asked for a pause.'],
      ['garbage', 'Cal.com answered in a way that cannot be read.'],
    ] as const)('is polling only while it is %s, with the reason, and can be tried again', async (fault, reason) => {
      sandbox.fail(fault, { times: 5, only: toWebhooks('GET') });
      await save(test.asha);
      const $ = load((await test.asha.agent.get(path)).text);
      expect($('#flash').text()).toContain('There is no webhook, so bookings are read every few minutes.');
      expect($('section[aria-labelledby=updates]').text()).toContain('Polling only');
      expect($('section[aria-labelledby=updates]').text()).toContain(reason);
      expect(calls('POST')).toEqual([]);
    });

    it('stays as it was while Cal.com cannot be asked whether it is there', async () => {
      await save(test.asha);
      sandbox.fail('down', { times: 5, only: toWebhooks('GET') });
      await again();
      const $ = load((await test.asha.agent.get(path)).text);
      expect($('#flash').text()).toContain('Cal.com could not be asked. Cal.com cannot be reached right now.');
      expect(await updates()).toContain('The last look whether it is still there failed.');
      expect(await row()).toMatchObject({ webhook_id: sandbox.state.webhooks[0]!.id });
    });
  });

  describe('that is not as it should be at Cal.com', () => {
    it.each([
      ['is switched off', (webhook: object) => Object.assign(webhook, { active: false })],
      ['has another secret', (webhook: object) => Object.assign(webhook, { secret: 'somebody' })],
      ['has no secret', (webhook: object) => Object.assign(webhook, { secret: null })],
      ['sends something else', (webhook: object) => Object.assign(webhook, { payloadTemplate: '{}' })],
      ['tells too little', (webhook: object) => Object.assign(webhook, { triggers: ['BOOKING_CREATED'] })],
      ['is gone', () => sandbox.state.webhooks.splice(0)],
    ])('%s: it is made anew, once', async (_, spoil) => {
      await save(test.asha);
      spoil(sandbox.state.webhooks[0]!);
      await again();
      expect(sandbox.state.webhooks).toHaveLength(1);
      expect(sandbox.state.webhooks[0]).toMatchObject({ active: true, triggers: wanted, payloadTemplate: null });
      expect(urls()).toEqual([addressOf(await row())]);
      expect(await row()).toMatchObject({ webhook_id: sandbox.state.webhooks[0]!.id });
    });

    it('is one that nobody has any more: it goes, and what is not ours stays', async () => {
      const base = { userId: 101, triggers: [], active: true, secret: null, payloadTemplate: null, createdAt: '' };
      const others = [
        { ...base, id: 'a', subscriberUrl: 'http://localhost:3000/webhooks/cal-com/nobodys' },
        { ...base, id: 'b', subscriberUrl: 'https://hooks.crm.example/cal' },
        { ...base, id: 'c', subscriberUrl: 'http://localhost:30001/webhooks/cal-com/nobodys' },
      ];
      sandbox.state.webhooks.push(...others);
      await save(test.asha);
      expect(sandbox.state.webhooks.map(({ id }) => id).slice(0, 2)).toEqual(['b', 'c']);
      expect(sandbox.state.webhooks).toHaveLength(3);
    });
  });

  it('is one for each of two organizations that share an account', async () => {
    await save(test.asha);
    await save(test.cleo);
    await again();
    await again(test.cleo);
    expect(urls().toSorted()).toEqual([addressOf(await row()), addressOf(await row(test.globex))].toSorted());
  });

  describe('of a connection that is given up', () => {
    const disconnect = (person = test.asha) => person.agent.post(`${path}/disconnection`);

    it('is removed with the key, and what was read stays', async () => {
      await save(test.asha);
      await read(test.asha);
      const [webhook] = sandbox.state.webhooks;
      await disconnect().expect(303);
      await until(urls, (now) => now.length === 0);
      const $ = await read(test.asha);
      expect($('.notice').text()).toContain('Not connected yet.');
      expect($('section[aria-labelledby=updates]')).toHaveLength(0);
      expect($('tbody tr')).toHaveLength(6);
      expect(await row()).toMatchObject({ endpoint_id: null, webhook_secret: null, api_key: null });
      const endpoint = { path: new URL(webhook!.subscriberUrl).pathname, secret: webhook!.secret! };
      await postTo(test.visitor(), endpoint, bookingNews('BOOKING_CREATED', { uid: 'late' })).expect(401);
      await disconnect().expect(404);
      await test.asha.agent.post(`${path}/webhook`).expect(422);
    });

    it('knows its event types again when the same account is connected again', async () => {
      await save(test.asha);
      await read(test.asha);
      await test.asha.agent.post(`${path}/default-event-type`).type('form').send({ eventTypeId: '2' }).expect(303);
      await disconnect().expect(303);
      await save(test.asha);
      expect((await read(test.asha))('tr:contains("Technical interview") .badge').text()).toContain('Default');
    });
  });

  describe('who may', () => {
    const actions = ['/webhook', '/disconnection', '/used-event-types', '/leftover'];

    it.each(['ben', 'dana'] as const)('%s may not', async (who) => {
      for (const action of actions) await test[who].agent.post(`${path}${action}`).expect(403);
    });

    it('a foreign origin is refused', async () => {
      for (const action of actions) {
        await test.asha.agent.post(`${path}${action}`).set('Origin', 'https://evil.example').expect(403);
      }
    });
  });

  describe('the event types in use', () => {
    const choose = (eventTypeIds: readonly string[], person = test.asha) =>
      person.agent.post(`${path}/used-event-types`).type('form').send({ eventTypeIds });
    const boxes = async () => {
      const $ = await read(test.asha);
      return Object.fromEntries(
        $('input[name=eventTypeIds]')
          .toArray()
          .map((box) => [$(box).val(), [$(box).is(':checked') && 'checked', $(box).is(':disabled') && 'fixed']]),
      );
    };
    const off = [false, false];

    beforeEach(async () => {
      await save(test.asha);
      await read(test.asha);
    });

    it('are the default, at first', async () => {
      expect(await boxes()).toMatchObject({ 1: ['checked', 'fixed'], 2: off, 4: off, 5: off });
    });

    it('are those ticked, and the bookings are read from the beginning then', async () => {
      await test.db.query(
        `update cal_com_configs set bookings_cursor = now(), bookings_due_at = now() + interval '1 hour'`,
      );
      await choose(['2', '5']).expect(303);
      expect(await boxes()).toMatchObject({
        1: ['checked', 'fixed'],
        2: ['checked', false],
        4: off,
        5: ['checked', false],
      });
      expect(await row()).toMatchObject({ bookings_cursor: null, bookings_due_at: null });
      await test.db.query(`update cal_com_configs set bookings_cursor = now()`);
      await choose(['2']).expect(303);
      expect(await boxes()).toMatchObject({ 2: ['checked', false], 5: off });
      expect(await row()).not.toMatchObject({ bookings_cursor: null });
      await choose([]).expect(303);
      expect(await boxes()).toMatchObject({ 2: off });
    });

    it('are those with links, too, which nobody can untick', async () => {
      await linkFor(test, test.acme, 3);
      await choose([]).expect(303);
      expect(await boxes()).toMatchObject({ 3: ['checked', 'fixed'] });
      expect((await read(test.asha))('tr:contains("Team chat")').text()).toContain('In use, has links');
      await test.db.query('delete from booking_links');
    });

    it('stay ticked when they are read again, and when another one becomes the default', async () => {
      await choose(['2']).expect(303);
      await test.asha.agent.post(`${path}/default-event-type`).type('form').send({ eventTypeId: '2' }).expect(303);
      await choose([]).expect(303);
      await test.asha.agent.post(`${path}/event-types`).expect(303);
      await test.asha.agent.post(`${path}/default-event-type`).type('form').send({ eventTypeId: '1' }).expect(303);
      expect(await boxes()).toMatchObject({ 1: ['checked', 'fixed'], 2: ['checked', false] });
    });

    it.each([['7'], ['99'], ['one'], ['2', '7'], ['0x2'], ['']])(
      'are none that the organization has not: %j',
      async (...ids) => {
        await choose(ids).expect(404);
        expect(await boxes()).toMatchObject({ 2: off });
      },
    );

    it('are no business of another organization', async () => {
      await choose(['2'], test.cleo).expect(404);
    });
  });
});

describe('the webhook for the key of the environment', () => {
  let sandbox: Sandbox;
  let test: TestApp;
  const others: NestExpressApplication[] = [];

  beforeEach(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
  });
  afterEach(async () => {
    await Promise.all(others.splice(0).map((app) => app.close()));
    await test.stop();
    await sandbox.stop();
  });

  const start = async (environment: Record<string, string> = {}) => {
    test = await startApp({
      CAL_COM_API_URL: sandbox.apiUrl,
      CAL_COM_API_KEY: sandbox.apiKey,
      CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
      ...environment,
    });
  };
  /** Another process on the same database, as after a new start, or beside it. */
  const startAnother = async () => {
    const app = await createApp(test.settings, test.databaseUrl);
    others.push(app);
    await app.listen(0, '127.0.0.1');
  };
  const row = async () =>
    (await test.db.query<Row[]>('select * from cal_com_configs where org_id = $1', [test.acme.orgId]))[0];
  const settled = () =>
    until(
      () => row(),
      (now) => now?.webhook_checked_at !== null && now?.endpoint_id !== undefined,
    );
  const made = () => sandbox.requests.filter(({ method, path: at }) => method === 'POST' && at === '/v2/webhooks');

  it('is registered at the start, and by one of several replicas alone', async () => {
    await start();
    await Promise.all([startAnother(), startAnother()]);
    await settled();
    await startAnother();
    await settled();
    expect(sandbox.state.webhooks).toHaveLength(1);
    expect(made()).toHaveLength(1);
    expect((await read(test.asha))('section[aria-labelledby=updates]').text()).toContain('Registered');
    expect((await read(test.asha))('button:contains("Disconnect")')).toHaveLength(0);
  });

  it('is for the first organization alone', async () => {
    await start();
    await settled();
    expect((await read(test.cleo))('section[aria-labelledby=updates]')).toHaveLength(0);
    await test.cleo.agent.post(`${path}/webhook`).expect(422);
    expect(sandbox.state.webhooks).toHaveLength(1);
  });

  it('follows an address that has changed, and removes the former one', async () => {
    await start();
    const before = await settled();
    Object.assign(test.settings, { publicUrl: 'http://localhost:4000' });
    await startAnother();
    await until(
      () => sandbox.state.webhooks.map(({ subscriberUrl }) => subscriberUrl),
      (urls) => urls.length === 1 && urls[0]!.startsWith('http://localhost:4000/webhooks/cal-com/'),
    );
    expect((await row())!.endpoint_id).not.toBe(before!.endpoint_id);
  });

  it('follows a key that has changed, and says what it could not remove', async () => {
    await start();
    await settled();
    Object.assign(test.settings.calCom, { apiKey: otherApiKey });
    await startAnother();
    await until(
      () => row(),
      (now) => now?.webhook_leftover !== null,
    );
    await until(
      () => sandbox.state.webhooks.map(({ userId }) => userId),
      (now) => now.join() === '101,102',
    );
  });

  it.each([
    [
      'http://localhost:3000',
      'Cal.com delivers to https addresses only, and the address of this server is http://localhost:3000.',
    ],
    ['http://interviews.acme.example', 'Cal.com delivers to https addresses only'],
    [
      'https://interlude.internal',
      'Cal.com cannot reach https://interlude.internal: it is on this machine or a private network.',
    ],
  ])('is not even tried where Cal.com cannot come to %s', async (publicUrl, reason) => {
    await start({ CAL_COM_ALLOWED_HOSTS: '', PUBLIC_URL: publicUrl });
    await settled();
    const [stored] = await test.db.query<Row[]>('select * from cal_com_configs');
    expect(stored).toMatchObject({ webhook_id: null });
    expect(stored!.webhook_problem).toContain(reason);
    expect(stored!.webhook_problem).toContain('Set PUBLIC_URL to a public https address.');
    expect(sandbox.requests.filter(({ path: at }) => at.startsWith('/v2/webhooks'))).toEqual([]);
  });

  it('is tried at a public https address, whoever Cal.com is', async () => {
    await start({ CAL_COM_ALLOWED_HOSTS: '', PUBLIC_URL: 'https://interviews.acme.example' });
    const stored = await settled();
    expect(sandbox.state.webhooks.map(({ subscriberUrl }) => subscriberUrl)).toEqual([
      `https://interviews.acme.example/webhooks/cal-com/${stored!.endpoint_id}`,
    ]);
  });

  it('is polling only where Cal.com refuses the address', async () => {
    await start({ PUBLIC_URL: 'http://169.254.169.254' });
    await settled();
    expect(await row()).toMatchObject({
      webhook_id: null,
      webhook_problem: 'Cal.com does not deliver to the address of this server.',
    });
    expect(made()).toHaveLength(1);
  });
});

async function read(person: TestPerson) {
  return load((await person.agent.get(path).expect(200)).text);
}

async function linkFor(test: TestApp, { orgId }: Actor, eventTypeId: number): Promise<void> {
  await test.db.query(
    `with assessment as (insert into assessments (org_id, title) values ($1, gen_random_uuid()) returning id),
     invitation as (
       insert into invitations (org_id, assessment_id, name, email, status)
       select $1, id, 'Zoë Quint', 'zoe@people.example', 'submitted' from assessment returning id)
     insert into booking_links (org_id, invitation_id, event_type_id, token, ref, expires_at)
     select $1, id, $2, gen_random_uuid(), gen_random_uuid(), now() + interval '1 day' from invitation`,
    [orgId, eventTypeId],
  );
}
