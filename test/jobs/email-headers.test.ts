import type { Actor } from '../../src/shared/actor.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  createOrganization,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
} from '../support/mail-replica.js';
import { ResendServer } from '../support/resend-server.js';

interface WireMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly reply_to: string;
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
}

const injected = '\r\nBcc: all@evil.example';

describe('the header of a mail', () => {
  let database: TestDatabase;
  let resend: ResendServer;
  let replica: MailReplica;
  let acme: Actor;

  beforeAll(async () => {
    database = await createTestDatabase();
    resend = await ResendServer.start();
    replica = await startMailReplica(database.url, { EMAIL_TRANSPORT: 'resend', RESEND_BASE_URL: resend.url });
    acme = await createOrganization(replica.db, 'Acme');
  });

  afterAll(async () => {
    await replica?.stop();
    await resend?.stop();
    await database?.drop();
  });

  it.each(['to_address', 'reply_to', 'sender_name'])(
    'gets no line of its own from %s: such a value is never stored',
    async (column) => {
      const send = await queueSend(replica, acme, 1, { dueInSeconds: 3600 });
      for (const value of [
        `mina@people.example${injected}`,
        'mina@people.example\n',
        'mina@\u0000people.example',
        'a\u007f',
      ]) {
        await expect(
          replica.db.query(`update emails set ${column} = $2 where send_id = $1`, [send.sendId, value]),
        ).rejects.toThrow(/emails_to_address|emails_reply_to|emails_sender_name|invalid byte sequence/);
      }
      const fine = column === 'sender_name' ? 'Mina' : 'mina@people.example';
      await replica.db.query(`update emails set ${column} = $2 where send_id = $1`, [send.sendId, fine]);
    },
  );

  it('gets no line of its own from a name or a title', async () => {
    const send = await queueSend(replica, acme, 1, {
      subject: '{{candidate_name}} {{assessment_title}} {{org_name}}',
      body: 'Hello {{booking_link}}',
      dueInSeconds: 3600,
    });
    await replica.db.query(
      `update emails set due_at = now(), to_name = $2, reply_to = 'asha@acme.example', template_values = $3
        where send_id = $1`,
      [
        send.sendId,
        `Mina${injected}`,
        {
          candidate_name: `Mina${injected}`,
          assessment_title: `Logic\u2028${injected}`,
          org_name: `Acme\u0001${injected}`,
          booking_link: 'https://interviews.acme.example/i/x',
        },
      ],
    );
    await untilStates(replica.db, send.sendId, ['accepted']);
    const [mail] = JSON.parse(resend.requests.at(-1)!.text) as [WireMail];
    expect(mail.to).toEqual(send.addresses);
    expect(mail.reply_to).toBe('asha@acme.example');
    expect(mail.from).toBe('Acme Interviews <interviews@acme.example>');
    expect(mail.subject).toBe('Mina Bcc: all@evil.example Logic Bcc: all@evil.example Acme Bcc: all@evil.example');
    expect(mail.headers['List-Unsubscribe']).toBe('<https://interviews.acme.example/i/x/unsubscribe>');
  });
});
