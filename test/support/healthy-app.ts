import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { CalComConfigsService } from '../../src/cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../src/cal-com/cal-com-event-types.service.js';
import { CalComWebhooksService } from '../../src/cal-com/cal-com-webhooks.service.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { startApp, type TestApp } from './app.js';
import { makeOwnCertificate } from './own-certificate.js';
import { ResendServer } from './resend-server.js';

export interface HealthyApp extends TestApp {
  readonly sandbox: Sandbox;
  readonly resend: ResendServer;
  /** Of the proxy in front, which is trusted here; PEM. */
  readonly certificate: string;
  /** What the proxy answers with instead of asking the app. */
  proxyAnswers(answer: { status: number; headers?: Record<string, string> } | null): void;
}

/** An app where nothing is missing: behind https, with Cal.com connected and a verified domain for its mail. */
export async function startHealthyApp(): Promise<HealthyApp> {
  const sandbox = await startSandbox({ requestsPerMinute: 10_000 });
  const resend = await ResendServer.start();
  resend.domains = [{ name: 'acme.example', status: 'verified' }];
  const test = await startApp({
    CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
    CAL_COM_REQUESTS_PER_MINUTE: '6000',
    EMAIL_TRANSPORT: 'resend',
    EMAIL_FROM: 'Acme <interviews@acme.example>',
    RESEND_API_KEY: 're_test',
    RESEND_BASE_URL: resend.url,
  });
  const { key, certificate } = makeOwnCertificate();
  let canned: { status: number; headers?: Record<string, string> } | null = null;
  const proxy = createServer({ key, cert: certificate }, async (request, response) => {
    const answer = canned ? null : await fetch(test.url + request.url);
    response.writeHead(answer?.status ?? canned!.status, canned?.headers);
    response.end(answer ? await answer.text() : 'Not here');
  });
  await new Promise<void>((resolve) => proxy.listen(0, 'localhost', resolve));
  tls.setDefaultCACertificates([...tls.getCACertificates(), certificate]);
  // Whoever signed in has done so over http, where a cookie for https would not come back.
  Object.assign(test.settings, { publicUrl: `https://localhost:${(proxy.address() as AddressInfo).port}` });

  await test.app.get(CalComConfigsService).save(test.acme, { apiKey: sandbox.apiKey, apiUrl: sandbox.apiUrl });
  await test.app.get(CalComWebhooksService).settled(test.acme, 10_000);
  await test.app.get(CalComEventTypesService).refresh(test.acme);
  await test.db.query('update cal_com_configs set bookings_synced_at = now()');
  return {
    ...test,
    sandbox,
    resend,
    certificate,
    proxyAnswers: (answer) => {
      canned = answer;
    },
    stop: async () => {
      await test.stop();
      await sandbox.stop();
      await resend.stop();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
