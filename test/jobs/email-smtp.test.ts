import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
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
  let onRecipient: (address: string, session: Data[1]) => Error | null = () => null;
  let onSource: (source: string) => void = () => undefined;
  let onTaken: (session: Data[1]) => Error | 'drop' | null = () => null;

  beforeAll(async () => {
    smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: ({ address }, session, done) => done(onRecipient(address, session)),
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          const source = Buffer.concat(chunks).toString('utf8');
          onSource(source);
          const verdict = onTaken(session);
          if (verdict === 'drop' || verdict === null) {
            taken.push({ to: session.envelope.rcptTo[0]!.address, source });
          }
          if (verdict === 'drop') {
            drop(session);
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
    onSource = () => undefined;
  });

  function smtpUrl(): string {
    return `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
  }

  function drop(session: Data[1]): void {
    sockets.find((socket) => socket.remotePort === session.remotePort)?.destroy();
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
    expect(rows.every((row) => row.providerId === `<${row.id}@acme.example>`)).toBe(true);
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

  it('asks anew, before it tries what was put off again, whether its person still needs it', async () => {
    onRecipient = () => answer(451, 'Greylisted');
    const send = await queueSend(replica, acme, 3);
    await until(
      () => emailRows(replica.db, send.sendId),
      (rows) => rows.every((row) => row.attempts > 0),
    );
    const change = (set: string, emailId: string | undefined) =>
      replica.db.query(
        `update invitations set ${set} where id = (select invitation_id from emails where emails.id = $1)`,
        [emailId],
      );
    await change('declined_at = now()', send.emailIds[0]);
    await change(`email = 'new-' || email`, send.emailIds[1]);
    const rows = await until(
      () => emailRows(replica.db, send.sendId),
      (found) => found.filter(({ state }) => state === 'skipped').length === 2,
    );
    expect(rows.map(({ state, code }) => [state, code])).toEqual([
      ['skipped', 'declined'],
      ['skipped', 'address_changed'],
      ['sending', 'smtp_451'],
    ]);
    onRecipient = () => null;
    await untilStates(replica.db, send.sendId, ['accepted', 'skipped']);
    expect(taken.map(({ to }) => to)).toEqual([send.addresses[2]]);
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

  it('tells every attempt of a mail by one id', async () => {
    const ids: string[] = [];
    let refusals = 2;
    onTaken = () => (refusals-- > 0 ? answer(451, 'Try later') : null);
    onSource = (source) => ids.push(/^Message-ID: (.+)$/im.exec(source)![1]!.trim());
    const send = await queueSend(replica, acme, 1);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(ids).toEqual(Array.from({ length: 3 }, () => `<${send.emailIds[0]}@acme.example>`));
  });

  it('does not stop for one mail that the server hangs up on', async () => {
    onRecipient = (address, session) => {
      if (address.startsWith('c1-')) {
        drop(session);
      }
      return null;
    };
    const send = await queueSend(replica, acme, 4);
    const rows = await until(
      () => emailRows(replica.db, send.sendId),
      (seen) => seen.filter(({ state }) => state === 'accepted').length === 3 && seen[0]!.reason !== null,
    );
    expect(rows[0]).toMatchObject({ state: 'sending', reason: 'The mail server closed the connection.' });
    expect(await replica.emails.currentPause()).toBeNull();
    onRecipient = () => null;
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(taken.map(({ to }) => to).toSorted()).toEqual([...send.addresses].toSorted());
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
