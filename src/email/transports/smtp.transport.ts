import { createTransport, type PluginFunction, type SMTPPoolSentMessageInfo } from 'nodemailer';
import { keyFingerprint } from './key-fingerprint.js';
import type { Delivery, FrozenBatch, FrozenMail, MailTransport } from './mail-transport.js';
import { SmtpContent } from './smtp-content.js';
import { notSendable, smtpMessage } from './smtp-message.js';
import { smtpOutcome, type SmtpFault } from './smtp-outcome.js';
import { smtpServer, type SmtpServer } from './smtp-server.js';
import type { TransportHealth } from './transport-health.js';

/** The call as a whole has its own limit; a server may think for long about what it got (RFC 5321, 4.5.3.2). */
const timeouts = { connectionTimeout: 10_000, greetingTimeout: 20_000, socketTimeout: 120_000, dnsTimeout: 5_000 };
/** Many servers hang up after a minute of silence: better that we do. */
const idleTimeoutMs = 30_000;

/** Any mail server. SMTP cannot tell a repeated mail from a new one: what ended without an answer stays unknown. */
export class SmtpTransport implements MailTransport {
  readonly name = 'smtp';
  readonly keyFingerprint: string;
  readonly maxPerCall = 1;
  readonly idempotent = false;
  readonly requestsPerSecond = 50;
  private readonly server: SmtpServer;
  private readonly mailer: ReturnType<typeof pooledMailer>;

  constructor(url: string) {
    this.server = smtpServer(url);
    this.mailer = pooledMailer(this.server);
    const { host, username } = new URL(url);
    // Without the password, which may be weak enough to be found from its hash.
    this.keyFingerprint = keyFingerprint('smtp', host, username);
  }

  async deliver(batch: FrozenBatch, signal: AbortSignal, mayGo = async () => true): Promise<Delivery> {
    const [mail] = JSON.parse(batch.body) as [FrozenMail];
    const reason = notSendable(mail);
    if (reason) {
      return { outcome: { kind: 'refused', code: 'not_sendable', reason } };
    }
    const content = new SmtpContent(mayGo);
    const message = { ...smtpMessage(mail, batch.emailIds[0] ?? batch.id), signal, content };
    try {
      const { messageId } = await this.mailer.sendMail(message);
      return { outcome: { kind: 'answered', items: [{ accepted: true, providerId: messageId }] } };
    } catch (error) {
      return { outcome: smtpOutcome(this.withoutSecrets(error as SmtpFault), content.progress) };
    }
  }

  async examine(): Promise<TransportHealth> {
    const { host, port } = this.server;
    try {
      await this.mailer.verify();
      const text = `The mail server at ${host}, port ${port}, lets Interlude in. Whether it may send for your domain it does not tell.`;
      return { state: 'good', text, todo: 'Send yourself a test.' };
    } catch (error) {
      const refused = (error as SmtpFault).code === 'EAUTH';
      return {
        state: 'bad',
        text: `The mail server at ${host}, port ${port}, ${refused ? 'refuses the name or password' : 'cannot be used'}.`,
        todo: 'Check SMTP_URL.',
      };
    }
  }

  async close(): Promise<void> {
    this.mailer.close();
  }

  /** Some servers repeat what they did not understand, and that may be how we signed in. */
  private withoutSecrets(fault: SmtpFault): SmtpFault {
    const { username, password } = this.server;
    const secrets = [password, base64(password), base64(`\0${username}\0${password}`)].filter(Boolean);
    const hide = (text?: string) =>
      text && secrets.reduce((hidden, secret) => hidden.replaceAll(secret, '[secret]'), text);
    const { code, originalCode, command, responseCode } = fault;
    return { code, originalCode, command, responseCode, response: hide(fault.response), message: hide(fault.message) };
  }
}

function pooledMailer(server: SmtpServer) {
  const { host, port, secure, requireTLS, ignoreTLS, username, password } = server;
  const mailer = createTransport({
    pool: true,
    maxConnections: 4,
    // After a connection that turned out to be closed; what was sent once is not sent again: see SmtpContent.
    maxRequeues: 2,
    idleTimeout: idleTimeoutMs,
    host,
    port,
    secure,
    requireTLS,
    ignoreTLS,
    tls: { rejectUnauthorized: server.verifyCertificate },
    ...timeouts,
    ...(username || password ? { auth: { user: username, pass: password } } : {}),
  });
  mailer.use('stream', guardContent);
  return mailer;
}

const guardContent: PluginFunction<SMTPPoolSentMessageInfo> = (mail, done) => {
  (mail.data as { content?: SmtpContent }).content?.guard(mail);
  done();
};

function base64(text: string): string {
  return text && Buffer.from(text).toString('base64');
}
