import { randomUUID } from 'node:crypto';
import type { Test } from 'supertest';
import { badSignatures, routeLimits, type RouteLimit } from '../../src/limits/limit.js';
import { startApp, type TestApp, type TestPerson } from '../support/app.js';
import { letMinutesPass, useUp } from '../support/limits.js';
import { mailEvent, post, resendWebhookSecret, signed } from '../support/resend-webhook.js';

const sentence = /That was too often\. Nothing was changed\. Try again in (a minute|\d+ minutes)\./;
const id = randomUUID();
const routes: Readonly<Record<string, readonly RouteLimit[]>> = {
  'GET /sign-in/oidc': routeLimits.oidc,
  'GET /sign-in/oidc/callback': routeLimits.oidc,
  'POST /setup': routeLimits.setup,
  'POST /password-reset/a-link': routeLimits.passwordReset,
  'POST /invites/a-link/account': routeLimits.invite,
  'POST /invites/a-link/membership': routeLimits.invite,
  'POST /app/settings/members/invites': routeLimits.memberInvite,
  [`POST /app/settings/members/invites/${id}/renewal`]: routeLimits.memberInvite,
  [`POST /app/sends/${id}/test`]: routeLimits.testMail,
  'POST /app/settings/email/test': routeLimits.testMail,
  [`GET /app/emails/${id}/body`]: routeLimits.preview,
  'POST /app/settings/templates/booking_invite/preview': routeLimits.preview,
  'POST /app/settings/templates/booking_invite/check': routeLimits.preview,
  'GET /app/settings/templates/booking_invite/body': routeLimits.preview,
  'POST /app/candidates/import': routeLimits.import,
  'POST /i/a-link/decline': routeLimits.candidate,
  'POST /i/a-link/other-times': routeLimits.candidate,
  'POST /i/a-link/new-link-request': routeLimits.candidate,
  'POST /i/a-link/unsubscribe': routeLimits.candidate,
  'POST /i/a-link/unsubscribe/reversal': routeLimits.candidate,
};
const cases = Object.entries(routes).flatMap(([route, limits]) => limits.map((limit) => ({ route, limit })));

describe('limits', () => {
  let test: TestApp;
  let ahead = 0;

  beforeAll(async () => {
    test = await startApp({ TRUST_PROXY: '1', RESEND_WEBHOOK_SECRET: resendWebhookSecret });
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await test.stop();
  });

  /** What was counted before counts no more. */
  const beginAnew = ({ minutes }: { minutes: number }) => letMinutesPass((ahead += minutes + 1));

  const ask = (route: string, person: TestPerson, from: string): Test => {
    const [method, path] = route.split(' ') as ['GET' | 'POST', string];
    const { agent } = path.startsWith('/app/') ? person : { agent: test.visitor() };
    const asked = method === 'GET' ? agent.get(path) : agent.post(path);
    return asked.set('X-Forwarded-For', from);
  };

  it.each(cases)('refuses $route above $limit.tries in $limit.minutes minutes, by $limit.by', async (one) => {
    const { route, limit } = one;
    beginAnew(limit);
    expect((await ask(route, test.asha, '203.0.113.1')).status).not.toBe(429);
    await useUp(test.db, limit.name, limit.tries);
    const refused = await ask(route, test.asha, '203.0.113.1').expect(429);
    expect(refused.text).toMatch(sentence);
    expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(limit.minutes * 60);
    const elsewhere = limit.by === 'link' ? route.replace('a-link', 'another-link') : route;
    const other = limit.by === 'actor' ? test.cleo : test.asha;
    const from = limit.by === 'address' ? '203.0.113.2' : '203.0.113.1';
    expect((await ask(elsewhere, other, from)).status).not.toBe(429);
    beginAnew(limit);
    expect((await ask(route, test.asha, '203.0.113.1')).status).not.toBe(429);
  });

  it('refuses wrongly signed webhooks above a limit, and never one that is signed', async () => {
    const forged = (path: string) => test.visitor().post(path).type('application/json').send('{}');
    await forged('/webhooks/resend').expect(401);
    await useUp(test.db, badSignatures.name, badSignatures.tries - 1);
    await forged(`/webhooks/cal-com/${id}`).expect(401);
    const refused = await forged(`/webhooks/cal-com/${id}`).expect(429);
    expect(refused.body).toMatchObject({ status: 429, detail: expect.stringMatching(sentence) });
    await forged('/webhooks/resend').expect(429);
    await post(test.visitor(), signed(mailEvent('email.delivered', {}))).expect(200);
    await forged('/webhooks/resend').set('X-Forwarded-For', '203.0.113.77').expect(401);
  });
});
