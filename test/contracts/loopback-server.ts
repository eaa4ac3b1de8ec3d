import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { ArrivedRequest } from './openapi-checker.js';

export type Answer = (response: ServerResponse, request: ArrivedRequest) => void;

/** A server on this machine that keeps every request and answers as it was last told. */
export class LoopbackServer {
  readonly requests: ArrivedRequest[] = [];
  private answer: Answer = (response) => response.writeHead(404).end();
  private readonly server: Server = createServer((request, response) => void this.receive(request, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answerWith(answer: Answer): void {
    this.requests.length = 0;
    this.answer = answer;
  }

  /** One answer after the other; the last one stays. */
  answerInTurn(...answers: readonly Answer[]): void {
    this.answerWith((response, request) => {
      const turn = Math.min(this.requests.length, answers.length) - 1;
      answers[turn]?.(response, request);
    });
  }

  private async receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrived = {
      method: request.method ?? '',
      target: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    this.requests.push(arrived);
    this.answer(response, arrived);
  }
}

export function json(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return (response) =>
    response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}
