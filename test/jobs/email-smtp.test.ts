import { jest } from '@jest/globals';
import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { NewBatchesService } from '../../src/email/delivery/new-batches.service.js';
import type { Actor } from '../../src/shared/actor.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  createOrganization,
  emailRows,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
} from '../support/mail-replica.js';
import { until } from '../support/until.js';

type Data = Parameters<NonNullable<SMTPServerOptions['onData']>>;

describe('sending through a mail server', () => {
  let database: TestDatabase;
  let smtp: SMTPServer;
  let replica: MailReplica;
  let acme: Actor;
  const sockets: Socket[] = [];
  let taken: { to: string; source: string }[] = [];
  let onRecipient: (address: string) => Error | null = () => null;
  let onTaken: (session: Data[1]) => Error | 'drop' | null = () => null;

  beforeAll(async () => {
    smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, _session, done) => done(onRecipient(address)),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const verdict = onTaken(session);
          if (verdict === 'drop' || verdict === null) {
            taken.push({ to: session.envelope.rcptTo[0]!.address, source: Buffer.concat(chunks).toString('utf8') });
          }
          if (verdict === 'drop') {
            dropConnections();
          } else {
            done(verdict);
          }
        });
      },
    });
    smtp.on('error', () => undefined);
    smtp.server.on('connection', (socket) => sockets.push(socket));
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    database = await createTestDatabase();
    replica = await startMailReplica(database.url, { EMAIL_TRANSPORT: 'smtp', SMTP_URL: smtpUrl() });
    acme = await createOrganization(replica.db, 'Acme');
  });

  afterAll(async () => {
    await replica?.stop();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    await database?.drop();
  });

  beforeEach(() => {
    taken = [];
    onRecipient = () => null;
    onTaken = () => null;
  });

  function smtpUrl(): string {
    return `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
  }

  function dropConnections(): void {
    for (const socket of sockets) {
      socket.destroy();
    }
  }

  function answer(responseCode: number, message: string): Error {
    return Object.assign(new Error(message), { responseCode });
  }

  it('sends each mail once, with both parts and an id of our own', async () => {
    const send = await queueSend(replica, acme, 12, {
      subject: 'Grüße, {{candidate_name}} 日本',
      body: `Olá {{candidate_name}}, ${'שלום '.repeat(300)}\n\n{{booking_link}}`,
    });
    const rows = await untilStates(replica.db, send.sendId, ['accepted']);
    expect(taken.map(({ to }) => to).toSorted()).toEqual([...send.addresses].toSorted());
    const { source } = taken[0]!;
    expect(source).toContain('From: Acme Interviews <interviews@acme.example>');
    expect(source).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(source).toMatch(/^Content-Type: multipart\/alternative/m);
    expect(source).toMatch(/^X-Entity-Ref-ID: [0-9a-f-]{36}/m);
    expect(Math.max(...source.split('\r\n').map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(rows.every((row) => row.providerId === `<${row.batchId}@acme.example>`)).toBe(true);
    expect(taken.some((mail) => mail.source.includes(rows[3]!.providerId!))).toBe(true);
  });

  it('lets a refused address fail alone, in the words of the server', async () => {
    onRecipient = (address) => (address.startsWith('c2-') ? answer(550, 'No such user here') : null);
    const send = await queueSend(replica, acme, 3);
    const rows = await untilStates(replica.db, send.sendId, ['accepted', 'failed']);
    expect(rows.map((row) => row.state)).toEqual(['accepted', 'failed', 'accepted']);
    expect(rows[1]).toMatchObject({ code: 'smtp_550', reason: 'The mail server refused it: 550 No such user here.' });
  });

  it('tries again what the server put off', async () => {
    let refusals = 2;
    onRecipient = () => (refusals-- > 0 ? answer(451, 'Greylisted') : null);
    const send = await queueSend(replica, acme, 1);
    const [row] = await untilStates(replica.db, send.sendId, ['accepted']);
    expect(row?.attempts).toBe(3);
    const found = await replica.emails.find(acme, send.emailIds[0]!);
    expect(found?.events.map(({ type }) => type)).toEqual(['deferred', 'deferred', 'accepted']);
    expect(taken).toHaveLength(1);
  });

  it('gives up on what the server has put off for 23 hours', async () => {
    onRecipient = () => answer(451, 'Greylisted');
    const send = await queueSend(replica, acme, 1);
    await until(
      () => emailRows(replica.db, send.sendId),
      ([row]) => row!.attempts > 0,
    );
    await replica.db.query(
      `update email_batches set first_attempt_at = now() - interval '24 hours' where $1 = any(email_ids)`,
      [send.emailIds[0]],
    );
    const [row] = await untilStates(replica.db, send.sendId, ['failed']);
    expect(row?.reason).toBe('The mail server put it off for 23 hours.');
  });

  it('does not know what became of a mail whose connection broke after its content, and does not repeat it', async () => {
    onTaken = () => 'drop';
    const send = await queueSend(replica, acme, 1);
    const [row] = await untilStates(replica.db, send.sendId, ['unknown']);
    expect(row?.reason).toMatch(/^The connection to the mail server broke .+ may or may not have gone out\.$/);
    expect(taken).toHaveLength(1);
  });

  it('does not know what became of a mail whose worker died', async () => {
    const elsewhere = await createTestDatabase();
    const environment = { EMAIL_TRANSPORT: 'smtp', SMTP_URL: smtpUrl() };
    const doomed = await startMailReplica(elsewhere.url, environment, { pollMs: 3_600_000 });
    const wake = jest.spyOn(doomed.emails, 'wake').mockResolvedValue();
    const send = await queueSend(doomed, await createOrganization(doomed.db, 'Acme'), 1);
    wake.mockRestore();
    const newBatches = doomed.module.get(NewBatchesService);
    await doomed.db.transaction((manager) => newBatches.claim(manager));
    const other = await startMailReplica(elsewhere.url, environment);
    try {
      const [row] = await untilStates(doomed.db, send.sendId, ['unknown']);
      expect(row?.reason).toMatch(/^Sending was interrupted .+ may or may not have gone out\.$/);
      expect(taken).toEqual([]);
    } finally {
      await doomed.stop();
      await other.stop();
      await elsewhere.drop();
    }
  });

  it('waits, with the reason, while the server cannot be reached', async () => {
    const elsewhere = await createTestDatabase();
    const lost = await startMailReplica(elsewhere.url, { EMAIL_TRANSPORT: 'smtp', SMTP_URL: 'smtp://127.0.0.1:1' });
    try {
      const send = await queueSend(lost, await createOrganization(lost.db, 'Acme'), 2);
      const pause = await until(
        () => lost.emails.currentPause(),
        (seen) => seen !== null,
      );
      expect(pause?.reason).toMatch(/^The mail server cannot be reached: /);
      const rows = await untilStates(lost.db, send.sendId, ['queued']);
      expect(rows.some((row) => row.reason === pause?.reason)).toBe(true);
    } finally {
      await lost.stop();
      await elsewhere.drop();
    }
  });
});
