import { createHmac } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { otherApiKey } from '../../../src/sandbox/seed.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { SandboxClient } from './client.js';
import { WebhookReceiver } from './webhook-receiver.js';

const triggers = ['BOOKING_CREATED', 'BOOKING_CANCELLED', 'BOOKING_RESCHEDULED', 'BOOKING_REQUESTED'];

describe('webhooks of the sandbox', () => {
  let sandbox: Sandbox;
  let client: SandboxClient;
  let receiver: WebhookReceiver;

  beforeEach(async () => {
    sandbox = await startSandbox({ now: () => new Date('2026-11-23T09:00:00Z'), receiverTimeoutMs: 1000 });
    client = new SandboxClient(sandbox);
    receiver = await new WebhookReceiver().start();
  });
  afterEach(async () => {
    receiver.stop();
    await sandbox.stop();
  });

  it('signs the exact bytes it sends with the secret', async () => {
    await subscribe({ secret: 'schlüssel' });
    await client.book('2026-11-24T09:00:00Z', { body: { metadata: { note: 'naïve ☂' } } });
    const { headers, body, payload } = receiver.last;
    expect(headers['x-cal-signature-256']).toBe(createHmac('sha256', 'schlüssel').update(body).digest('hex'));
    expect(headers['x-cal-webhook-version']).toBe('2021-10-20');
    expect(payload.metadata).toMatchObject({ note: 'naïve ☂' });
  });

  it.each([[undefined], ['']])('says so when there is no secret (%p)', async (secret) => {
    await subscribe({ secret });
    await client.book('2026-11-24T09:00:00Z');
    expect(receiver.last.headers['x-cal-signature-256']).toBe('no-secret-provided');
  });

  it('waits for the receiver before the API call returns', async () => {
    await subscribe({});
    const order: string[] = [];
    receiver.onWebhook = async () => {
      await pause(150);
      order.push('webhook answered');
    };
    await client.book('2026-11-24T09:00:00Z');
    order.push('call answered');
    expect(order).toEqual(['webhook answered', 'call answered']);
  });

  it('does not wait for ever', async () => {
    await subscribe({});
    receiver.onWebhook = () => new Promise(() => {});
    expect((await client.book('2026-11-24T09:00:00Z')).status).toBe(201);
    expect(sandbox.deliveries).toMatchObject([{ status: null }]);
  });

  it('announces a cancellation before it stores it, and everything else after', async () => {
    await subscribe({});
    const seen: string[] = [];
    receiver.onWebhook = async ({ trigger, payload }) => {
      const { data } = await client.ask('GET', `/v2/bookings/${String(payload.uid)}`);
      seen.push(`${trigger}: ${(data as { status: string }).status}`);
    };
    const { data } = await client.book('2026-11-24T09:00:00Z');
    const cancelled = await client.ask('POST', `/v2/bookings/${(data as { uid: string }).uid}/cancel`, {
      body: { cancellationReason: 'ill' },
    });
    expect(cancelled.data).toMatchObject({ status: 'cancelled' });
    expect(seen).toEqual(['BOOKING_CREATED: accepted', 'BOOKING_CANCELLED: accepted']);
  });

  it('books all the same when the receiver is down', async () => {
    await subscribe({ url: 'http://127.0.0.1:1/hook' });
    expect((await client.book('2026-11-24T09:00:00Z')).status).toBe(201);
    expect(sandbox.deliveries).toMatchObject([{ trigger: 'BOOKING_CREATED', status: null }]);
  });

  it('tells only active subscribers of that host and that trigger', async () => {
    await subscribe({ wanted: ['BOOKING_CANCELLED'] });
    await subscribe({ url: `${receiver.url}/inactive`, active: false });
    await subscribe({ url: `${receiver.url}/globex`, key: otherApiKey });
    await client.book('2026-11-24T09:00:00Z');
    expect(receiver.received).toEqual([]);
  });

  it('gives two subscribers bodies that differ by a millisecond', async () => {
    await subscribe({});
    await subscribe({ url: `${receiver.url}/second` });
    await client.book('2026-11-24T09:00:00Z');
    const [first, second] = receiver.received;
    expect(first?.payload).toEqual(second?.payload);
    expect(first?.body).not.toBe(second?.body);
  });

  async function subscribe(options: {
    url?: string;
    secret?: string | undefined;
    wanted?: string[];
    active?: boolean;
    key?: string;
  }): Promise<void> {
    const { url = receiver.url, secret, wanted = triggers, active = true, key = sandbox.apiKey } = options;
    const body = { subscriberUrl: url, triggers: wanted, active, secret };
    expect((await client.ask('POST', '/v2/webhooks', { body, key })).status).toBe(201);
  }
});
