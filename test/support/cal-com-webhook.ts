import { createHmac } from 'node:crypto';
import type request from 'supertest';
import type { Sandbox } from '../../src/sandbox/sandbox.js';
import type { TestPerson } from './app.js';

/** One endpoint of ours, as Cal.com knows it. */
export interface CalComEndpoint {
  readonly path: string;
  readonly secret: string;
}

export function calComSignature(body: string | Buffer, secret: string): string {
  return createHmac('sha256', secret).update(body).digest('hex');
}

/** Connects the person's organization to the sandbox, which has the webhook then. */
export async function connectedEndpoint(
  person: TestPerson,
  sandbox: Sandbox,
  apiKey = sandbox.apiKey,
): Promise<CalComEndpoint> {
  const before = sandbox.state.webhooks.length;
  await person.agent.post('/app/settings/cal-com').type('form').send({ apiKey, apiUrl: sandbox.apiUrl }).expect(303);
  await person.agent.get('/app/settings/cal-com').expect(200);
  const webhook = sandbox.state.webhooks[before];
  if (!webhook?.secret) {
    throw new Error('No webhook was registered.');
  }
  return { path: new URL(webhook.subscriberUrl).pathname, secret: webhook.secret };
}

/** Rightly signed, unless a signature is given; '' is none at all. */
export function postTo(
  visitor: ReturnType<typeof request.agent>,
  { path, secret }: CalComEndpoint,
  body: string,
  signature = calComSignature(body, secret),
): request.Test {
  const post = visitor.post(path).type('application/json').set('X-Cal-Webhook-Version', '2021-10-20');
  return (signature === '' ? post : post.set('X-Cal-Signature-256', signature)).send(body);
}

export interface TellsOf {
  readonly uid?: string;
  readonly eventTypeId?: number | null;
  readonly more?: object;
}

/** Wrapped, as most are. */
export function bookingNews(trigger: string, { uid, eventTypeId = 1, more }: TellsOf): string {
  return JSON.stringify({
    triggerEvent: trigger,
    createdAt: '2026-11-24T09:00:00.000Z',
    payload: {
      title: 'Interview between Acme Interviews and Zoë Quint',
      startTime: '2026-11-30T09:00:00Z',
      attendees: [{ email: 'zoe.secret@people.example', name: 'Zoë Quint', timeZone: 'Europe/Berlin' }],
      eventTypeId,
      uid,
      metadata: { note: 'hook-metadata-61' },
      ...more,
    },
  });
}

/** Flat, as of a meeting that began or ended; `createdAt` is the booking's. */
export function meetingNews(trigger: string, { uid, eventTypeId = 1, more }: TellsOf): string {
  return JSON.stringify({
    triggerEvent: trigger,
    id: 100,
    uid,
    eventTypeId,
    title: 'Interview',
    startTime: '2026-11-30T09:00:00.000Z',
    createdAt: '2026-11-22T18:06:47.405Z',
    status: 'ACCEPTED',
    metadata: {},
    attendees: [{ id: 1, email: 'zoe.secret@people.example', name: 'Zoë Quint', noShow: false }],
    ...more,
  });
}
