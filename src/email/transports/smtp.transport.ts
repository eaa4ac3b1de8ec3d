import { createTransport, type PluginFunction, type SMTPPoolSentMessageInfo } from 'nodemailer';
import type { Readable } from 'node:stream';
import { keyFingerprint } from './key-fingerprint.js';
import type { Delivery, FrozenBatch, FrozenMail, MailTransport } from './mail-transport.js';
import { smtpOutcome, type SmtpFault } from './smtp-outcome.js';

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 15_000, dnsTimeout: 5_000 };

/** Any mail server. SMTP cannot tell a repeated mail from a new one: what ended without an answer stays unknown. */
export class SmtpTransport implements MailTransport {
  readonly name = 'smtp';
  readonly keyFingerprint: string;
  readonly maxPerCall = 1;
  readonly idempotent = false;
  readonly requestsPerSecond = 50;
  private readonly mailer: ReturnType<typeof pooledMailer>;

  constructor(url: string) {
    this.mailer = pooledMailer(url);
    const { host, username } = new URL(url);
    // Without the password, which may be weak enough to be found from its hash.
    this.keyFingerprint = keyFingerprint('smtp', host, username);
  }

  async deliver(batch: FrozenBatch, signal: AbortSignal): Promise<Delivery> {
    const [mail] = JSON.parse(batch.body) as [FrozenMail];
    const content = new ContentWatch();
    try {
      const info = await this.mailer.sendMail({
        from: mail.from,
        to: [...mail.to],
        ...(mail.reply_to ? { replyTo: mail.reply_to } : {}),
        subject: mail.subject,
        html: mail.html,
        text: mail.text,
        headers: { ...mail.headers },
        messageId: messageId(batch.id, mail.from),
        disableFileAccess: true,
        disableUrlAccess: true,
        signal,
        contentWatch: content,
      } as Parameters<typeof this.mailer.sendMail>[0]);
      return { outcome: { kind: 'answered', items: [{ accepted: true, providerId: info.messageId }] } };
    } catch (error) {
      return { outcome: smtpOutcome(error as SmtpFault, content.begun) };
    }
  }

  async close(): Promise<void> {
    this.mailer.close();
  }
}

function pooledMailer(url: string) {
  const mailer = createTransport({
    pool: true,
    url,
    maxConnections: 4,
    // The pool would send a mail again after its connection broke, even if the server had taken it.
    maxRequeues: 0,
    ...timeouts,
  });
  mailer.use('stream', watchContent);
  return mailer;
}

/** Knows whether any of a mail's content was read in order to be sent: before that, nothing can have gone out. */
class ContentWatch {
  stream: Readable | null = null;

  get begun(): boolean {
    return this.stream?.readableDidRead ?? false;
  }
}

const watchContent: PluginFunction<SMTPPoolSentMessageInfo> = (mail, done) => {
  const { message } = mail;
  const { contentWatch } = mail.data as { contentWatch?: ContentWatch };
  if (message && contentWatch) {
    const createReadStream = message.createReadStream.bind(message);
    message.createReadStream = (...options) => {
      const stream = createReadStream(...options);
      contentWatch.stream = stream;
      return stream;
    };
  }
  done();
};

/** Our own, so that a bounce or a log of the mail server leads back to the batch. */
function messageId(batchId: string, from: string): string {
  const domain = /@([^\s<>]+?)>?$/.exec(from)?.[1] ?? 'interlude.invalid';
  return `<${batchId}@${domain}>`;
}
