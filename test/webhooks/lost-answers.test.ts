import { EmailService } from '../../src/email/email.service.js';
import { EmailTemplatesService } from '../../src/email/email-templates.service.js';
import { startApp, type TestApp } from '../support/app.js';
import { emailRows, queueSend, untilStates, type QueuedSend } from '../support/mail-replica.js';
import { failure, ResendServer } from '../support/resend-server.js';
import { mailEvent, post, resendWebhookSecret, signed } from '../support/resend-webhook.js';
import { until } from '../support/until.js';

describe('mails whose answer was lost, and whose delivery is told', () => {
  let resend: ResendServer;
  let test: TestApp;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startApp({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '50',
      RESEND_WEBHOOK_SECRET: resendWebhookSecret,
    });
  });
  afterAll(async () => {
    await test?.stop();
    await resend?.stop();
  });
  beforeEach(() => resend.reset());

  async function queue(count: number): Promise<QueuedSend> {
    const { app, db, acme } = test;
    return queueSend({ db, emails: app.get(EmailService), templates: app.get(EmailTemplatesService) }, acme, count);
  }

  async function tell(type: string, emailId: string, providerId: string): Promise<void> {
    await post(test.visitor(), signed(mailEvent(type, { emailId, providerId }))).expect(200);
  }

  async function requestsSettled(send: QueuedSend): Promise<void> {
    await until(
      () =>
        test.db.query<{ open: number }[]>(
          'select count(*)::int open from email_batches where settled_at is null and email_ids && $1',
          [send.emailIds],
        ),
      ([row]) => row!.open === 0,
    );
  }

  it('are with Resend, once, and stay so when the answer comes at last', async () => {
    resend.fault = () => 'reset after';
    const send = await queue(3);
    const sent = await until(
      () => resend.sent,
      ({ length }) => length === 3,
    );
    await Promise.all(sent.map(({ emailId, id }) => tell('email.delivered', emailId, id)));
    await untilStates(test.db, send.sendId, ['delivered']);
    resend.fault = () => null;
    await requestsSettled(send);
    for (const row of await emailRows(test.db, send.sendId)) {
      expect(row).toMatchObject({ state: 'delivered', providerId: sent.find(({ emailId }) => emailId === row.id)?.id });
    }
    expect(Object.values(resend.mailsTo)).toEqual([1, 1, 1]);
  });

  it('are left out when the request is tried again mail by mail', async () => {
    let goOn = () => {};
    const told = new Promise<void>((resolve) => (goOn = resolve));
    resend.fault = async (_, nth) => {
      await told;
      return nth === 1 ? 'reset before' : nth === 2 ? failure(422, 'validation_error', 'Invalid `to` field.') : null;
    };
    const send = await queue(3);
    await until(
      () => resend.requests.length,
      (count) => count === 1,
    );
    const [lost, ...others] = send.emailIds as [string, ...string[]];
    await tell('email.delivered', lost, 're-lost');
    await until(
      () => emailRows(test.db, send.sendId),
      (rows) => rows.some(({ state }) => state === 'delivered'),
    );
    goOn();
    await untilStates(test.db, send.sendId, ['delivered', 'accepted']);
    await requestsSettled(send);
    expect(resend.sent.map(({ emailId }) => emailId).toSorted()).toEqual(others.toSorted());
  });
});
