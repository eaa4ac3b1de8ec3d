import express from 'express';
import { once } from 'node:events';
import { type AddressInfo } from 'node:net';
import { apiRouter, type RecordedRequest } from './api.js';
import { BookingDesk } from './booking-desk.js';
import { bookingEndpoints } from './bookings.endpoints.js';
import { calendarsEndpoints } from './calendars.endpoints.js';
import { eventTypeEndpoints } from './event-types.endpoints.js';
import { type FaultKind, type FaultOptions, Faults } from './faults.js';
import { meEndpoints } from './me.endpoints.js';
import { oldVersionEndpoints } from './old-versions.endpoints.js';
import { pagesRouter } from './pages/pages.routes.js';
import { RateLimit } from './rate-limit.js';
import { demoApiKey } from './seed.js';
import { slotEndpoints } from './slots.endpoints.js';
import { SandboxState } from './state.js';
import { type Delivery, WebhookSender } from './webhook-sender.js';
import { webhookEndpoints } from './webhooks.endpoints.js';

export interface SandboxOptions {
  /** 0 takes any free port. */
  readonly port?: number;
  readonly host?: string;
  /** How booking links name this server, if not by host and port. */
  readonly publicUrl?: string;
  readonly apiKey?: string;
  readonly requestsPerMinute?: number;
  /** How long an API call waits for a webhook's receiver. */
  readonly receiverTimeoutMs?: number;
  /** Between looking and booking: requests that arrive together all see the time as free. */
  readonly raceWindowMs?: number;
  readonly now?: () => Date;
  /** Bookings and webhooks are kept here, so that a restarted demo still has them. */
  readonly stateFile?: string;
  readonly log?: (line: string) => void;
}

export interface Sandbox {
  /** As links name it; the same as `listensAt` unless a public URL was given. */
  readonly url: string;
  readonly listensAt: string;
  readonly apiUrl: string;
  readonly apiKey: string;
  /** Every API call received, oldest first. */
  readonly requests: readonly RecordedRequest[];
  /** Every webhook sent, oldest first. */
  readonly deliveries: readonly Delivery[];
  readonly state: SandboxState;
  readonly desk: BookingDesk;
  /** Spoils the next answers of the API. */
  fail(kind: FaultKind, options?: FaultOptions): void;
  heal(): void;
  stop(): Promise<void>;
}

/** A stand-in for Cal.com: API v2 under /v2, booking pages beside it. For the demo and the tests only. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const {
    port = 0,
    host = '127.0.0.1',
    apiKey = demoApiKey,
    requestsPerMinute = 120,
    receiverTimeoutMs = 10_000,
    raceWindowMs = 25,
  } = options;
  const now = options.now ?? (() => new Date());
  const state = new SandboxState(apiKey, options.stateFile ?? null);
  const webhooks = new WebhookSender(state, now, receiverTimeoutMs);
  const faults = new Faults(now);
  const requests: RecordedRequest[] = [];
  let url = '';
  const webUrl = () => url;
  const desk = new BookingDesk(state, webhooks, now, webUrl, raceWindowMs);
  const endpoints = [
    ...calendarsEndpoints,
    ...meEndpoints,
    ...eventTypeEndpoints(state, webUrl),
    ...slotEndpoints(state, now),
    ...bookingEndpoints(state, desk, now),
    ...webhookEndpoints(state, now),
    ...oldVersionEndpoints(state, desk, webUrl),
  ];

  const app = express().disable('x-powered-by').set('query parser', 'simple');
  app.get('/health', (_request, response) => void response.type('text').send('OK'));
  const rateLimit = new RateLimit(requestsPerMinute, now);
  const parts = { state, rateLimit, faults, requests, now };
  app.use('/v2', apiRouter({ ...parts, endpoints }));
  app.use('/v1', apiRouter({ ...parts, endpoints: [] }));
  app.use(pagesRouter({ state, desk, now }));

  const server = app.listen(port, host);
  await once(server, 'listening');
  const listensAt = `http://${host}:${(server.address() as AddressInfo).port}`;
  url = options.publicUrl ?? listensAt;
  options.log?.(`sandbox Cal.com at ${url}`);

  return {
    url,
    listensAt,
    apiUrl: `${url}/v2`,
    apiKey,
    requests,
    deliveries: webhooks.deliveries,
    state,
    desk,
    fail: (kind, options) => faults.add(kind, options),
    heal: () => faults.clear(),
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
