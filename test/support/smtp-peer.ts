import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What a client does, in the order it does it; `CONTENT` is its first byte of a mail, `DOT` the end of one. */
export type SmtpStep = 'CONNECT' | 'EHLO' | 'HELO' | 'STARTTLS' | 'AUTH' | 'MAIL' | 'RCPT' | 'DATA' | 'CONTENT' | 'DOT';

/** A reply, or: hang up, hang up in the middle of a line, say nothing. */
export type SmtpReply = string | { readonly end: string } | 'hang';

export const hangUp: SmtpReply = { end: '' };

const usual: Readonly<Record<string, string>> = {
  CONNECT: '220 peer ESMTP',
  EHLO: '250-peer\r\n250 AUTH PLAIN LOGIN',
  HELO: '250 peer',
  AUTH: '235 2.7.0 Welcome',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go ahead',
  DOT: '250 2.0.0 Queued',
  RSET: '250 2.0.0 Ok',
  QUIT: '221 2.0.0 Bye',
  STARTTLS: '502 5.5.1 Not here',
};

/** A mail server on this machine that says what it is told to say, however wrong, and keeps what it hears. */
export class SmtpPeer {
  readonly lines: string[] = [];
  /** Whatever came between DATA and the dot, and was answered with 250. */
  readonly taken: string[] = [];
  /** By step, the next replies; the last one stays. */
  replies: Partial<Record<SmtpStep, SmtpReply[]>> = {};
  connections = 0;
  private readonly sockets = new Set<Socket>();
  private readonly server: Server = createServer((socket) => this.receive(socket));

  static async start(): Promise<SmtpPeer> {
    const peer = new SmtpPeer();
    await new Promise<void>((resolve) => peer.server.listen(0, '127.0.0.1', resolve));
    return peer;
  }

  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  hangUpOnAll(): void {
    for (const socket of this.sockets) {
      socket.end();
    }
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) {
      socket.destroy();
    }
    await new Promise((resolve) => this.server.close(resolve));
  }

  private receive(socket: Socket): void {
    this.connections += 1;
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    socket.on('error', () => undefined);
    this.answer(socket, 'CONNECT');
    let heard = '';
    let content: string | null = null;
    socket.on('data', (chunk: Buffer) => {
      heard += chunk.toString('binary');
      for (;;) {
        if (content !== null) {
          if (content === '' && heard !== '') {
            this.answer(socket, 'CONTENT');
          }
          const end = `\r\n${heard}`.indexOf('\r\n.\r\n');
          content += end < 0 ? heard : heard.slice(0, end);
          heard = end < 0 ? '' : heard.slice(end + 3);
          if (end < 0) {
            return;
          }
          this.endOfMail(socket, content);
          content = null;
        }
        const [line, ...rest] = heard.split('\r\n');
        if (rest.length === 0) {
          return;
        }
        heard = rest.join('\r\n');
        this.lines.push(line!);
        const reply = this.answer(socket, line!.split(/[ :]/)[0]!.toUpperCase());
        content = reply?.startsWith('354') ? '' : null;
      }
    });
  }

  private endOfMail(socket: Socket, content: string): void {
    if (this.answer(socket, 'DOT')?.startsWith('2')) {
      this.taken.push(content);
    }
  }

  /** Answers what was said, where something was. */
  private answer(socket: Socket, step: string): string | undefined {
    const told = this.replies[step as SmtpStep];
    const reply = told && told.length > 1 ? told.shift()! : (told?.[0] ?? usual[step]);
    if (reply === undefined && step !== 'CONTENT') {
      socket.write('500 5.5.2 What?\r\n');
    }
    if (typeof reply === 'object') {
      socket.end(reply.end);
    }
    if (typeof reply !== 'string' || reply === 'hang') {
      return undefined;
    }
    socket.write(`${reply}\r\n`);
    return reply;
  }
}
