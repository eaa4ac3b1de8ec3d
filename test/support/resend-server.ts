import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RateWindow, type RateTicket } from './rate-window.js';

export interface SentMail {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly emailId: string;
}

export interface ResendRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  readonly at: number;
}

export interface CannedAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What goes wrong with one request; "after" means that the mails were taken first. */
export type Fault =
  | 'reset before'
  | 'reset after'
  | 'truncated after'
  | 'empty 200 after'
  | 'html 200 after'
  | 'null body after'
  | '500 before'
  | '500 after'
  | '502 html'
  | 'hang before'
  | 'hang after'
  | CannedAnswer;

interface Remembered {
  readonly hash: string;
  readonly answer: CannedAnswer;
}

interface MailBody {
  readonly to: string | string[];
  readonly subject: string;
  readonly text?: string;
  readonly tags?: { name: string; value: string }[];
}

/** A stand-in for Resend on the loopback: an idempotency store, a rate limit, and whatever faults a test asks for. */
export class ResendServer {
  /** To send mails. */
  readonly requests: ResendRequest[] = [];
  /** Those that only look; no fault happens to them. */
  readonly looks: ResendRequest[] = [];
  readonly sent: SentMail[] = [];
  /** Asked for each request; null lets it through. */
  fault: (request: ResendRequest, nth: number) => Fault | null | Promise<Fault | null> = () => null;
  /** Awaited when a request has been dealt with and before its answer leaves. */
  beforeAnswer: (request: ResendRequest) => Promise<void> | void = () => undefined;
  /** Told in the headers of every answer, unless it is infinite. */
  requestsPerSecond = Infinity;
  /** False for long runs: `requests` stays empty. */
  keepsRequests = true;
  /** Those whose sender still waits for an answer. */
  readonly underWay = new Set<ResendRequest>();
  /** How often an idempotency key was answered from the store, and how often while its first request was still running. */
  replays = 0;
  concurrent = 0;
  /** How many requests were over the limit. */
  limited = 0;
  readonly badAddresses = new Set<string>();
  /** One bad mail spoils the whole request, as without `x-batch-validation: permissive`. */
  strict = false;
  apiKeys: readonly string[] = ['re_test'];
  /** What `GET /domains` tells a key that may do more than send. */
  domains: readonly { readonly name: string; readonly status: string }[] = [];
  keysMayOnlySend = false;

  private readonly remembered = new Map<string, Remembered>();
  private readonly running = new Set<string>();
  private readonly window = new RateWindow();
  received = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ResendServer> {
    const server = createServer();
    const resend = new ResendServer(server);
    // A client that hangs up in the middle of its request is nobody's failure here.
    server.on('request', (request, response) => void resend.receive(request, response).catch(() => response.destroy()));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return resend;
  }

  /** No request is being dealt with, be its sender alive or not. */
  get isIdle(): boolean {
    return this.running.size === 0;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** As new, but for the keys it remembers. */
  reset(): void {
    this.requests.length = 0;
    this.received = 0;
    this.sent.length = 0;
    this.replays = 0;
    this.concurrent = 0;
    this.limited = 0;
    this.keepsRequests = true;
    this.badAddresses.clear();
    this.strict = false;
    this.apiKeys = ['re_test'];
    this.domains = [];
    this.keysMayOnlySend = false;
    this.requestsPerSecond = Infinity;
    this.fault = () => null;
    this.beforeAnswer = () => undefined;
  }

  /** One fault for each of the next requests, then none. */
  failNext(...faults: Fault[]): void {
    this.fault = () => faults.shift() ?? null;
  }

  /** How often each recipient really got a mail. */
  get mailsTo(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const { to } of this.sent) {
      counts[to] = (counts[to] ?? 0) + 1;
    }
    return counts;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) {
      chunks.push(chunk as Buffer);
    }
    const request: ResendRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers as Record<string, string | undefined>,
      text: Buffer.concat(chunks).toString('utf8'),
      at: Date.now(),
    };
    const ticket = this.window.enter(this.requestsPerSecond);
    for (const [name, value] of Object.entries(ticket.headers)) {
      response.setHeader(name, value);
    }
    if (request.method === 'GET') {
      this.looks.push(request);
      return reply(response, this.answer(request, ticket));
    }
    if (this.keepsRequests) {
      this.requests.push(request);
    }
    this.underWay.add(request);
    response.once('close', () => this.underWay.delete(request));
    await this.dealWith(request, ticket, response);
  }

  /** A second request with the same key, while the first is still being dealt with, is sent away. */
  private async dealWith(request: ResendRequest, ticket: RateTicket, response: ServerResponse): Promise<void> {
    const key = request.headers['idempotency-key'] ?? '';
    if (this.running.has(key)) {
      this.concurrent += 1;
      reply(response, failure(409, 'concurrent_idempotent_requests', 'The original is still running'));
      return;
    }
    if (key) {
      this.running.add(key);
    }
    let fault: Fault | null;
    let answer: CannedAnswer | null = null;
    try {
      fault = await this.fault(request, (this.received += 1));
      if (fault === null || (typeof fault === 'string' && fault.endsWith('after'))) {
        answer = this.answer(request, ticket);
      }
    } finally {
      this.running.delete(key);
    }
    await this.beforeAnswer(request);
    if (fault === null || typeof fault === 'object') {
      reply(response, fault ?? answer!);
    } else {
      this.fail(fault, answer, response);
    }
  }

  private fail(fault: Exclude<Fault, CannedAnswer>, answer: CannedAnswer | null, response: ServerResponse): void {
    switch (fault) {
      case 'reset before':
      case 'reset after':
        response.destroy();
        return;
      case 'truncated after': {
        const text = JSON.stringify(answer?.body);
        response.writeHead(200, { 'content-type': 'application/json', 'content-length': String(text.length) });
        response.write(text.slice(0, -5), () => response.destroy());
        return;
      }
      case 'empty 200 after':
        response.writeHead(200, { 'content-type': 'application/json' }).end();
        return;
      case 'html 200 after':
        response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome to the hotel network</html>');
        return;
      case 'null body after':
        response.writeHead(500, { 'content-type': 'application/json' }).end('null');
        return;
      case '500 before':
      case '500 after':
        reply(response, failure(500, 'internal_server_error', 'Something went wrong'));
        return;
      case '502 html':
        response.writeHead(502, { 'content-type': 'text/html' }).end('<html>Bad gateway</html>');
        return;
      case 'hang before':
      case 'hang after':
    }
  }

  private answer(request: ResendRequest, ticket: RateTicket): CannedAnswer {
    const key = request.headers['authorization']?.replace(/^Bearer /, '') ?? '';
    if (!request.headers['user-agent']) {
      return failure(403, 'application_error', 'error code: 1010');
    }
    if (!this.apiKeys.includes(key)) {
      return failure(403, 'invalid_api_key', 'API key is invalid');
    }
    if (ticket.over) {
      this.limited += 1;
      const limited = failure(429, 'rate_limit_exceeded', 'Too many requests. You can only make a few per second.');
      return { ...limited, headers: { 'retry-after': String(ticket.resetSeconds) } };
    }
    if (request.method === 'GET' && request.path.startsWith('/domains')) {
      return this.keysMayOnlySend
        ? failure(401, 'restricted_api_key', 'This API key is restricted to only send emails')
        : { status: 200, body: { object: 'list', has_more: false, data: this.domains } };
    }
    if (request.method !== 'POST' || request.path !== '/emails/batch') {
      return failure(404, 'not_found', 'The requested endpoint does not exist');
    }
    return this.idempotent(request);
  }

  private idempotent(request: ResendRequest): CannedAnswer {
    const key = request.headers['idempotency-key'];
    const hash = createHash('sha256').update(request.text).digest('hex');
    const known = key ? this.remembered.get(key) : undefined;
    if (known && known.hash !== hash) {
      return failure(409, 'invalid_idempotent_request', 'This idempotency key has been used with another body');
    }
    if (known) {
      this.replays += 1;
      return known.answer;
    }
    const answer = this.send(request);
    if (key && answer.status === 200) {
      this.remembered.set(key, { hash, answer });
    }
    return answer;
  }

  private send(request: ResendRequest): CannedAnswer {
    const mails = JSON.parse(request.text) as MailBody[];
    const bad = mails.flatMap((mail, index) => (this.badAddresses.has(String(mail.to)) ? [index] : []));
    const permissive = request.headers['x-batch-validation'] === 'permissive' && !this.strict;
    if (bad.length > 0 && !permissive) {
      return failure(422, 'validation_error', 'Invalid `to` field.');
    }
    const data = mails.flatMap((mail, index) => {
      const id = randomUUID();
      if (bad.includes(index)) {
        return [];
      }
      const emailId = mail.tags?.find((tag) => tag.name === 'email_id')?.value ?? '';
      this.sent.push({ id, to: String(mail.to), subject: mail.subject, text: mail.text ?? '', emailId });
      return [{ id }];
    });
    const errors = bad.map((index) => ({ index, message: 'Invalid `to` field.' }));
    return { status: 200, body: { data, ...(bad.length > 0 ? { errors } : {}) } };
  }
}

export function failure(statusCode: number, name: string, message: string): CannedAnswer {
  return { status: statusCode, body: { statusCode, name, message } };
}

function reply(response: ServerResponse, answer: CannedAnswer): void {
  response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
  response.end(JSON.stringify(answer.body));
}
