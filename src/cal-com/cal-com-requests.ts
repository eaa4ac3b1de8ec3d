import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { LookupFunction } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { HttpService } from '@nestjs/axios';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { AxiosRequestConfig } from 'axios';
import { firstValueFrom } from 'rxjs';
import { recordOf } from './answer-values.js';
import { calApiVersions } from './api-versions.js';
import type { CalComConnection } from './cal-com-connection.js';
import { unavailable } from './cal-com-failure.js';
import { calComOptions, type CalComOptions } from './cal-com-options.js';
import { type CalComOutcome, failed, success } from './cal-com-outcome.js';
import { type CalComAnswer, type CalComRequest, isWrite } from './cal-com-request.js';
import { failureFromAnswer, parsedJson } from './failure-from-answer.js';
import { failureFromError } from './failure-from-error.js';
import { isPrivateNumber } from './public-lookup.js';
import { exhaustedUntil, readRateLimit } from './rate-limit.js';
import type { RequestPace } from './request-pace.js';
import { RequestPaces } from './request-paces.js';
import { mayRepeat, withJitter } from './retry.js';

/** The wire to Cal.com: pace, timeout, size limit, repetition of reads. Whatever happens is an outcome. */
@Injectable()
export class CalComRequests {
  private readonly logger = new Logger(CalComRequests.name);
  private readonly paces: RequestPaces;
  private readonly publicAgents: ReturnType<typeof agents>;

  constructor(
    private readonly http: HttpService,
    @Inject(calComOptions) private readonly options: CalComOptions,
  ) {
    this.paces = new RequestPaces(options.requestsPerMinute);
    this.publicAgents = agents({ lookup: (...asked) => options.lookup(...asked) });
  }

  async send<T>(connection: CalComConnection, request: CalComRequest<T>): Promise<CalComOutcome<T>> {
    const url = urlOf(connection, request);
    if (!url) return failed(unavailable('wrongAddress'));
    if (this.mustBePublic(url) && isPrivateNumber(new URL(url))) return failed(unavailable('privateAddress'));
    if (!isSendable(connection.apiKey)) return failed({ kind: 'unauthorized' });

    const startedAtMs = Date.now();
    const outcome = await this.sendPatiently(connection, request, url);
    if (!outcome.ok) {
      const tookMs = Date.now() - startedAtMs;
      this.logger.warn(`${request.method} ${request.group}: ${outcome.failure.kind} after ${tookMs} ms`);
    }
    return outcome;
  }

  private async sendPatiently<T>(
    connection: CalComConnection,
    request: CalComRequest<T>,
    url: string,
  ): Promise<CalComOutcome<T>> {
    const deadline = AbortSignal.timeout(this.options.requestTimeoutMs);
    let outcome = await this.sendOnce(connection, request, url, deadline);
    for (const delayMs of this.options.readRetryDelaysMs) {
      if (outcome.ok || !mayRepeat(request, outcome.failure)) break;
      if (!(await pauseUnless(deadline, withJitter(delayMs)))) break;
      outcome = await this.sendOnce(connection, request, url, deadline);
    }
    return outcome;
  }

  private async sendOnce<T>(
    connection: CalComConnection,
    request: CalComRequest<T>,
    url: string,
    deadline: AbortSignal,
  ): Promise<CalComOutcome<T>> {
    const pace = this.paces.of(connection, new Date());
    const turn = pace.takeTurn(new Date());
    if ('until' in turn) return failed({ kind: 'rate-limited', until: turn.until });
    if (!(await pauseUnless(deadline, turn.waitMs))) return failed(unavailable('tooSlow'));
    try {
      const answer = await this.exchange(connection, request, url, deadline);
      return this.outcomeOf(request, answer, pace);
    } catch (error) {
      return failed(failureFromError(request, error, deadline));
    }
  }

  private async exchange(
    connection: CalComConnection,
    request: CalComRequest<unknown>,
    url: string,
    deadline: AbortSignal,
  ): Promise<CalComAnswer> {
    const response = await firstValueFrom(
      this.http.request<string>({
        ...asItCame,
        ...this.agentsFor(request, url),
        url,
        method: request.method,
        data: request.body,
        headers: {
          Accept: 'application/json',
          Authorization: `Bearer ${connection.apiKey}`,
          'cal-api-version': calApiVersions[request.group],
          'User-Agent': 'Interlude',
        },
        signal: deadline,
        maxContentLength: this.options.maxResponseBytes,
      }),
    );
    return { status: response.status, headers: response.headers, body: response.data };
  }

  /** A connection that was closed while it lay idle would make a write unclear for nothing, so it gets a fresh one. */
  private agentsFor(request: CalComRequest<unknown>, url: string): AxiosRequestConfig {
    const { keptAlive, fresh } = this.mustBePublic(url) ? this.publicAgents : plainAgents;
    return isWrite(request) ? fresh : keptAlive;
  }

  private mustBePublic(url: string): boolean {
    return !this.options.mayBePrivate(new URL(url));
  }

  private outcomeOf<T>(request: CalComRequest<T>, answer: CalComAnswer, pace: RequestPace): CalComOutcome<T> {
    const now = new Date();
    const failure = failureFromAnswer(request, answer, now);
    const until =
      failure?.kind === 'rate-limited' ? failure.until : exhaustedUntil(readRateLimit(answer.headers, now), now);
    if (until) pace.block(until);
    if (failure) return failed(failure);

    const envelope = recordOf(parsedJson(answer.body));
    const value = envelope?.['status'] === 'success' ? request.read(envelope['data'], envelope) : null;
    if (value !== null) return success(value);
    return failed(isWrite(request) ? { kind: 'unknown-outcome' } : unavailable('unreadable'));
  }
}

const asItCame: AxiosRequestConfig = {
  responseType: 'text',
  transformResponse: (body: string) => body,
  validateStatus: () => true,
  maxRedirects: 0,
  proxy: false,
};

/** As Node's own agent has it. */
const idleTimeoutMs = 5_000;
const plainAgents = agents({});

function agents(options: { lookup?: LookupFunction }): Record<'keptAlive' | 'fresh', AxiosRequestConfig> {
  const pair = (more: { keepAlive: boolean; timeout?: number }) => ({
    httpAgent: new HttpAgent({ ...options, ...more }),
    httpsAgent: new HttpsAgent({ ...options, ...more }),
  });
  return { keptAlive: pair({ keepAlive: true, timeout: idleTimeoutMs }), fresh: pair({ keepAlive: false }) };
}

/** `null` for an address that cannot be one; a name and password in it would replace the key. */
function urlOf(connection: CalComConnection, request: CalComRequest<unknown>): string | null {
  if (!URL.canParse(connection.apiUrl)) return null;
  const { protocol, username, password } = new URL(connection.apiUrl);
  if (!['http:', 'https:'].includes(protocol) || username || password) return null;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request.query ?? {})) {
    if (value !== undefined) query.set(name, String(value));
  }
  const search = query.size > 0 ? `?${query}` : '';
  return `${connection.apiUrl.replace(/\/+$/, '')}${request.path}${search}`;
}

function isSendable(apiKey: string): boolean {
  return /^[\x21-\x7e]+$/.test(apiKey);
}

async function pauseUnless(deadline: AbortSignal, delayMs: number): Promise<boolean> {
  try {
    if (delayMs > 0) await pause(delayMs, undefined, { signal: deadline });
    return !deadline.aborted;
  } catch {
    return false;
  }
}
