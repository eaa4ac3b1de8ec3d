import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Limiter } from './limiters.js';

interface Refusal {
  readonly at: number;
  readonly until: number;
}

const latencyMs = { least: 50, most: 200 };
/** Of the latency, before the limit counts the request: the way there and back varies less than the work in between. */
const shareOfTheWay = 0.1;
/** What had left when the refusal came back cannot be called back, nor what another process sends in the same moment. */
const noticeMs = 20;
const stalledMs = 60_000;

/** Resend's batch endpoint with a limit it enforces and tells; every time is in `performance.now()`. */
export class ResendStandIn {
  requests = 0;
  refused = 0;
  /** Requests that left before the `retry-after` of a refusal that their sender had in hand. */
  early = 0;
  firstRequestAt = 0;
  lastAnswerAt = 0;
  /** For each answered batch, when its request came. */
  readonly acceptedAt: { readonly at: number; readonly mails: number }[] = [];
  private readonly mailIds = new Set<string>();
  private readonly refusals: Refusal[] = [];

  private constructor(
    private readonly server: Server,
    private readonly limiter: Limiter,
  ) {}

  static async start(limiter: Limiter): Promise<ResendStandIn> {
    const server = createServer();
    const standIn = new ResendStandIn(server, limiter);
    server.on('request', (request, response) => void standIn.receive(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return standIn;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get accepted(): number {
    return this.mailIds.size;
  }

  async untilAccepted(mails: number): Promise<void> {
    let progress = { accepted: this.accepted, at: performance.now() };
    while (this.accepted < mails) {
      if (this.accepted > progress.accepted) {
        progress = { accepted: this.accepted, at: performance.now() };
      } else if (performance.now() - progress.at > stalledMs) {
        throw new Error(`The send stands still: ${this.accepted} of ${mails} mails came.`);
      }
      await pause(20);
    }
    await pause(latencyMs.most);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    if (incoming.method === 'GET') {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const at = performance.now();
    this.firstRequestAt ||= at;
    this.requests += 1;
    this.early += this.refusals.some((refusal) => at > refusal.at + noticeMs && at < refusal.until) ? 1 : 0;
    const latency = latencyMs.least + Math.random() * (latencyMs.most - latencyMs.least);
    const wayMs = (latency * shareOfTheWay) / 2;
    const text = await textOf(incoming);
    await pause(wayMs);
    const verdict = this.limiter.take(performance.now());
    const headers = {
      'content-type': 'application/json',
      'ratelimit-limit': `${this.limiter.limit}`,
      'ratelimit-remaining': `${verdict.remaining}`,
      'ratelimit-reset': `${Math.ceil(verdict.resetMs / 1000)}`,
    };
    if (!verdict.allowed) {
      await pause(wayMs);
      const seconds = Math.ceil(verdict.resetMs / 1000);
      this.refuse(seconds);
      response.writeHead(429, { ...headers, 'retry-after': `${seconds}` }).end(tooMany);
      return;
    }
    const answer = this.accept(text, at);
    await pause(latency - wayMs);
    this.lastAnswerAt = performance.now();
    response.writeHead(200, headers).end(answer);
  }

  private refuse(seconds: number): void {
    const at = performance.now();
    this.refused += 1;
    this.refusals.push({ at, until: at + seconds * 1000 });
  }

  private accept(text: string, at: number): string {
    const ids = [...text.matchAll(/"name":"email_id","value":"([^"]+)"/g)].map((match) => match[1]!);
    for (const id of ids) {
      if (this.mailIds.has(id)) {
        throw new Error(`The mail ${id} came twice.`);
      }
      this.mailIds.add(id);
    }
    this.acceptedAt.push({ at, mails: ids.length });
    return JSON.stringify({ data: ids.map(() => ({ id: randomUUID() })) });
  }
}

async function textOf(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) {
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const tooMany = JSON.stringify({
  statusCode: 429,
  name: 'rate_limit_exceeded',
  message: 'Too many requests. You can only make a few per second.',
});
