import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Actor } from '../../../src/shared/actor.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import {
  createOrganization,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
} from '../../support/mail-replica.js';
import { failure, ResendServer } from '../../support/resend-server.js';
import { OpenApiChecker } from '../openapi-checker.js';

interface WireMail {
  readonly from: string;
  readonly to: string[];
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly reply_to?: string;
  readonly headers: Record<string, string>;
  readonly tags: { name: string; value: string }[];
}

describe('what Resend gets', () => {
  const document = join(import.meta.dirname, 'openapi.json');
  const checker = new OpenApiChecker(JSON.parse(readFileSync(document, 'utf8')) as object);
  let database: TestDatabase;
  let resend: ResendServer;
  let replica: MailReplica;
  let acme: Actor;

  beforeAll(async () => {
    database = await createTestDatabase();
    resend = await ResendServer.start();
    replica = await startMailReplica(database.url, { EMAIL_TRANSPORT: 'resend', RESEND_BASE_URL: `${resend.url}/` });
    acme = await createOrganization(replica.db, 'Acme');
  });

  afterAll(async () => {
    await replica?.stop();
    await resend?.stop();
    await database?.drop();
  });

  function problems(): string[] {
    return resend.requests.flatMap(({ method, path, headers, text }) =>
      checker.requestProblems({ method, target: path, headers, body: text }),
    );
  }

  it('is what the official document describes, for whole batches, repetitions and single mails', async () => {
    resend.failNext('reset after', '500 before', failure(422, 'validation_error', 'Refused together'));
    const send = await queueSend(replica, acme, 103, { subject: 'Łódź 東京 {{candidate_name}}' });
    await replica.db.query(`update emails set reply_to = 'asha@acme.example' where state = 'queued'`);
    await untilStates(replica.db, send.sendId, ['accepted'], 20_000);
    expect(resend.requests.length).toBeGreaterThan(5);
    expect(problems()).toEqual([]);
  });

  it('says who we are, carries a key of at most 256 characters and asks for permissive validation', () => {
    for (const { method, path, headers } of resend.requests) {
      expect([method, path]).toEqual(['POST', '/emails/batch']);
      expect(headers['authorization']).toBe('Bearer re_test');
      expect(headers['user-agent']).toMatch(/^resend-node:/);
      expect(headers['content-type']).toBe('application/json');
      expect(headers['x-batch-validation']).toBe('permissive');
      expect(headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  it('holds at most 100 mails and 5 MB, each with both parts, one recipient and its id in a tag and a header', async () => {
    resend.requests.length = 0;
    const send = await queueSend(replica, acme, 300, { body: `${'long text '.repeat(1900)}\n\n{{booking_link}}` });
    await untilStates(replica.db, send.sendId, ['accepted'], 20_000);
    const mails = [...new Set(resend.requests.map(({ text }) => text))].flatMap((text) => {
      const batch = JSON.parse(text) as WireMail[];
      expect(batch.length).toBeLessThanOrEqual(100);
      expect(Buffer.byteLength(text)).toBeLessThanOrEqual(5_000_000);
      return batch;
    });
    expect(mails).toHaveLength(300);
    for (const mail of mails) {
      const id = mail.tags.find(({ name }) => name === 'email_id')?.value ?? '';
      expect(send.emailIds).toContain(id);
      expect(mail.headers['X-Entity-Ref-ID']).toBe(id);
      expect(mail.tags.every(({ name, value }) => /^[\w-]{1,256}$/.test(name) && /^[\w-]{1,256}$/.test(value))).toBe(
        true,
      );
      expect(mail.to).toHaveLength(1);
      expect(mail.from).toBe('Acme Interviews <interviews@acme.example>');
      expect(mail.html).toContain('<html lang="en"');
      expect(mail.text).toContain('https://interviews.acme.example/i/');
      expect(mail).not.toHaveProperty('reply_to');
    }
  });

  it('would be told apart from something else by this very check', () => {
    const [request] = resend.requests;
    const body = JSON.stringify([{ ...(JSON.parse(request!.text) as WireMail[])[0], replyTo: 'x@example.com' }]);
    const found = checker.requestProblems({ method: 'POST', target: '/emails/batch', headers: request!.headers, body });
    expect(found).toHaveLength(1);
  });
});
