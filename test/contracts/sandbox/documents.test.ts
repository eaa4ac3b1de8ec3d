import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { OpenApiChecker } from '../openapi-checker.js';
import { SandboxClient } from './client.js';
import { correctedDocument } from './corrected-document.js';

const attendee = { name: 'Ann Lee', email: 'ann@example.org', timeZone: 'Asia/Seoul' };

/** One of each kind of call; the calls the gateway makes stand in both documents, the others in the community's. */
describe('the answers of the sandbox and the official documents', () => {
  const documents = {
    community: correctedDocument('../cal-com/openapi/community.json'),
    hosted: correctedDocument('../cal-com/openapi/hosted.json'),
    beyond: correctedDocument('openapi.json'),
  };
  let now = new Date('2026-11-23T09:00:00Z');
  let sandbox: Sandbox;
  let client: SandboxClient;

  beforeAll(async () => {
    sandbox = await startSandbox({ now: () => now });
    client = new SandboxClient(sandbox);
  });
  afterAll(() => sandbox.stop());

  it('agree on the host, the event types and the free times', async () => {
    await expectAgreement(['community', 'hosted'], 'GET', '/v2/me');
    await expectAgreement(['community', 'hosted'], 'GET', '/v2/calendars');
    await expectAgreement(['community', 'hosted'], 'GET', '/v2/event-types');
    for (const id of [1, 4, 5, 6]) await expectAgreement(['beyond'], 'GET', `/v2/event-types/${id}`);
    const times = '/v2/slots?eventTypeId=1&start=2026-11-24&end=2026-11-25&timeZone=Asia/Seoul';
    await expectAgreement(['community', 'hosted'], 'GET', times);
  });

  it('agree on the life of a booking', async () => {
    const body = { start: '2026-11-24T09:00:00Z', eventTypeId: 1, attendee, metadata: { interlude: 'r' } };
    const { uid } = await expectAgreement(['community', 'hosted'], 'POST', '/v2/bookings', body);
    const move = { start: '2026-11-25T09:00:00Z', reschedulingReason: 'ill', rescheduledBy: attendee.email };
    const moved = await expectAgreement(['community', 'hosted'], 'POST', `/v2/bookings/${uid}/reschedule`, move);
    await expectAgreement(['community', 'hosted'], 'GET', `/v2/bookings/${uid}`);
    await expectAgreement(['community', 'hosted'], 'GET', '/v2/bookings?take=10');
    now = new Date('2026-11-25T09:10:00Z');
    const absent = { attendees: [{ email: attendee.email, absent: true }] };
    await expectAgreement(['beyond'], 'POST', `/v2/bookings/${moved.uid}/mark-absent`, absent);
    const reason = { cancellationReason: 'called off' };
    await expectAgreement(['community', 'hosted'], 'POST', `/v2/bookings/${moved.uid}/cancel`, reason);
  });

  it('agree on a booking that needs a yes', async () => {
    const body = { start: '2026-11-26T09:00:00Z', eventTypeId: 5, attendee, guests: ['guest@example.org'] };
    const { uid } = await expectAgreement(['community', 'hosted'], 'POST', '/v2/bookings', body);
    await expectAgreement(['beyond'], 'POST', `/v2/bookings/${uid}/decline`, { reason: 'full' });
    await expectAgreement(['beyond'], 'POST', `/v2/bookings/${uid}/confirm`);
  });

  it('agree on webhooks', async () => {
    const body = { active: true, subscriberUrl: 'http://127.0.0.1:1/hook', triggers: ['BOOKING_CREATED'] };
    const { id } = await expectAgreement(['beyond'], 'POST', '/v2/webhooks', body);
    await expectAgreement(['beyond'], 'GET', '/v2/webhooks');
    await expectAgreement(['beyond'], 'GET', `/v2/webhooks/${id}`);
    await expectAgreement(['beyond'], 'PATCH', `/v2/webhooks/${id}`, { active: false });
    await expectAgreement(['beyond'], 'DELETE', `/v2/webhooks/${id}`);
  });

  async function expectAgreement(
    names: (keyof typeof documents)[],
    method: string,
    target: string,
    body?: object,
  ): Promise<Record<string, string>> {
    const answer = await client.ask(method, target, { body });
    expect(answer.status).toBeLessThan(300);
    for (const name of names) {
      const checker = new OpenApiChecker(documents[name]);
      expect([name, checker.answerProblems(method, target.split('?')[0] ?? '', answer.status, answer.body)]).toEqual([
        name,
        [],
      ]);
    }
    return answer.data as Record<string, string>;
  }
});
