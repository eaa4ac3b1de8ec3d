import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { EmailWorker } from '../../src/email/delivery/email-worker.service.js';
import type { Actor } from '../../src/shared/actor.js';
import { projectRoot } from '../../src/shared/project-root.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  createOrganization,
  emailRows,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
  type QueuedSend,
} from '../support/mail-replica.js';
import { until } from '../support/until.js';

const bootMs = 30_000;

describe('replicas that are killed while they speak to a mail server', () => {
  let database: TestDatabase;
  let smtp: SMTPServer;
  let smtpUrl: string;
  /** Queues, and sends nothing. */
  let desk: MailReplica;
  let acme: Actor;
  /** How often the server took a mail to an address. */
  const taken = new Map<string, number>();
  let onRecipient: () => void = () => undefined;
  let onTaken: () => void = () => undefined;
  const children: ChildProcess[] = [];
  const replicas: MailReplica[] = [];

  beforeAll(async () => {
    smtp = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS'],
      onRcptTo: (_address, _session, done) => {
        onRecipient();
        done();
      },
      onData: (stream, session, done) => {
        stream.resume();
        stream.on('end', () => {
          const { address } = session.envelope.rcptTo[0]!;
          taken.set(address, (taken.get(address) ?? 0) + 1);
          onTaken();
          done(null);
        });
      },
    });
    smtp.on('error', () => undefined);
    await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', resolve));
    smtpUrl = `smtp://127.0.0.1:${(smtp.server.address() as AddressInfo).port}`;
    database = await createTestDatabase();
    desk = await startMailReplica(database.url, { EMAIL_TRANSPORT: 'capture' });
    await desk.module.get(EmailWorker).beforeApplicationShutdown();
    acme = await createOrganization(desk.db, 'Acme');
  });

  beforeEach(() => {
    taken.clear();
    onRecipient = () => undefined;
    onTaken = () => undefined;
  });

  afterEach(async () => {
    for (const child of children.splice(0)) {
      child.kill('SIGKILL');
    }
    await Promise.all(replicas.splice(0).map((replica) => replica.stop()));
  });

  afterAll(async () => {
    await desk?.stop();
    await new Promise<void>((resolve) => smtp.close(() => resolve()));
    await database?.drop();
  });

  async function queue(count: number): Promise<QueuedSend> {
    const wake = jest.spyOn(desk.emails, 'wake').mockResolvedValue();
    const send = await queueSend(desk, acme, count);
    wake.mockRestore();
    return send;
  }

  async function startChild(): Promise<ChildProcess> {
    const child = spawn(
      process.execPath,
      ['--import', './test/support/run-typescript.mjs', './test/support/smtp-replica-child.ts', database.url, smtpUrl],
      { cwd: projectRoot, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    children.push(child);
    await once(child.stdout!, 'data');
    return child;
  }

  async function startSurvivor(): Promise<void> {
    replicas.push(await startMailReplica(database.url, { EMAIL_TRANSPORT: 'smtp', SMTP_URL: smtpUrl }));
  }

  /** Kills the child the first time this happens. */
  function killedOn(child: () => ChildProcess): () => void {
    let done = false;
    return () => {
      if (!done) {
        done = true;
        child().kill('SIGKILL');
      }
    };
  }

  it(
    'leave unknown, and nobody repeats, what the server took without their hearing so',
    async () => {
      onTaken = killedOn(() => children[0]!);
      const send = await queue(1);
      const child = await startChild();
      await once(child, 'exit');
      expect(taken.get(send.addresses[0]!)).toBe(1);
      await startSurvivor();
      const [row] = await untilStates(desk.db, send.sendId, ['unknown']);
      expect(row?.reason).toMatch(/^Sending was interrupted .+ may or may not have gone out\.$/);
      await pause(500);
      expect(taken.get(send.addresses[0]!)).toBe(1);
    },
    bootMs,
  );

  it(
    'lose nothing, and another sends it once, when they had not come to the content',
    async () => {
      onRecipient = killedOn(() => children[0]!);
      const send = await queue(1);
      const child = await startChild();
      await once(child, 'exit');
      expect(taken.size).toBe(0);
      await startSurvivor();
      const [row] = await untilStates(desk.db, send.sendId, ['accepted', 'unknown']);
      expect(row?.state).toBe('accepted');
      expect(taken.get(send.addresses[0]!)).toBe(1);
      const found = await desk.emails.find(acme, send.emailIds[0]!);
      expect(found?.events.map(({ type }) => type)).toEqual(['accepted']);
    },
    bootMs,
  );

  it(
    'double nothing whenever they die, and what is said to be accepted was taken',
    async () => {
      const send = await queue(150);
      for (let kills = 0; kills < 5; kills += 1) {
        const child = await startChild();
        const before = taken.size;
        await until(
          () => taken.size,
          (size) => size > before + kills,
        );
        await pause(Math.random() * 60);
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await startSurvivor();
      await untilStates(desk.db, send.sendId, ['accepted', 'unknown'], 20_000);
      const rows = await emailRows(desk.db, send.sendId);
      expect([...taken.values()].filter((times) => times > 1)).toEqual([]);
      expect(rows.filter((row) => row.state === 'accepted' && taken.get(row.to) !== 1)).toEqual([]);
      // At most what five workers had in their hands: four connections each.
      expect(rows.filter((row) => row.state === 'unknown').length).toBeLessThanOrEqual(20);
    },
    3 * bootMs,
  );
});
