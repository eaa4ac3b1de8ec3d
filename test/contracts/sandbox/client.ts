import { type Sandbox } from '../../../src/sandbox/sandbox.js';

export interface SandboxAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
  readonly data: unknown;
  readonly message: string;
}

export interface AskOptions {
  readonly body?: object | undefined;
  /** The right one for the path unless told; null sends none. */
  readonly version?: string | null;
  readonly key?: string | null;
}

/** Asks the sandbox over the wire, as the host unless told. */
export class SandboxClient {
  constructor(private readonly sandbox: Sandbox) {}

  async ask(method: string, target: string, options: AskOptions = {}): Promise<SandboxAnswer> {
    const { version = versionFor(target), key = this.sandbox.apiKey, body } = options;
    const response = await fetch(`${this.sandbox.listensAt}${target}`, {
      method,
      headers: {
        ...(key && { Authorization: `Bearer ${key}` }),
        ...(version && { 'cal-api-version': version }),
        ...(body && { 'Content-Type': 'application/json' }),
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    const answer = (await response.json()) as { data?: unknown; message?: string; error?: { message: string } };
    return {
      status: response.status,
      headers: response.headers,
      body: answer,
      data: answer.data,
      message: answer.error?.message ?? answer.message ?? '',
    };
  }

  book(start: string, options: AskOptions & { eventTypeId?: number; email?: string } = {}): Promise<SandboxAnswer> {
    const { eventTypeId = 1, email = 'ann@example.org', body, ...rest } = options;
    const attendee = { name: 'Ann Lee', email, timeZone: 'Asia/Seoul' };
    return this.ask('POST', '/v2/bookings', { body: { start, eventTypeId, attendee, ...body }, ...rest });
  }
}

function versionFor(target: string): string | null {
  if (target.startsWith('/v2/bookings')) return '2024-08-13';
  if (target.startsWith('/v2/event-types')) return '2024-06-14';
  return target.startsWith('/v2/slots') ? '2024-09-04' : null;
}
