import type { MailMessage, SMTPPoolSentMessageInfo } from 'nodemailer';
import { Readable } from 'node:stream';

/** How far a call came: no conversation yet, the addresses, or the content itself. */
export type SmtpProgress = 'connecting' | 'envelope' | 'content';

/**
 * Stands between a mail and its connection. The content is read when the server is ready for it, and not before
 * somebody says that it may go; however often the pool tries, it goes once.
 */
export class SmtpContent {
  private readonly streams: Readable[] = [];

  constructor(private readonly mayGo: () => Promise<boolean>) {}

  get progress(): SmtpProgress {
    if (this.streams.some((stream) => stream.readableDidRead)) {
      return 'content';
    }
    return this.streams.length > 0 ? 'envelope' : 'connecting';
  }

  guard({ message }: MailMessage<SMTPPoolSentMessageInfo>): void {
    const createReadStream = message.createReadStream.bind(message);
    message.createReadStream = (...options) => {
      const stream = Readable.from(
        this.parts(() => createReadStream(...options)),
        { objectMode: false },
      );
      this.streams.push(stream);
      return stream;
    };
  }

  private async *parts(content: () => Readable): AsyncGenerator<Buffer> {
    if (this.progress === 'content' || !(await this.mayGo())) {
      throw new Error('The content was held back');
    }
    yield* content() as AsyncIterable<Buffer>;
  }
}
