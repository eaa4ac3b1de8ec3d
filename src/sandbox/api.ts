import express, { type ErrorRequestHandler, type RequestHandler, type Response, Router } from 'express';
import { randomUUID } from 'node:crypto';
import { ApiError, badRequest, bare, internalError, notFound, tooManyRequests } from './api-error.js';
import { apiVersion } from './api-versions.js';
import { authenticate, trackerOf } from './authentication.js';
import { type Endpoint } from './endpoint.js';
import { type Faults } from './faults.js';
import { parseQuery } from './query.js';
import { type RateLimit, type RateLimitVerdict } from './rate-limit.js';
import { type SandboxState } from './state.js';

const bodyLimit = '100kb';

export interface RecordedRequest {
  readonly at: string;
  readonly method: string;
  /** With the query, as it was sent. */
  readonly path: string;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: unknown;
  /** What was answered; null while it is under way, and when the answer never left. */
  status: number | null;
}

export interface ApiParts {
  readonly state: SandboxState;
  readonly endpoints: readonly Endpoint[];
  readonly rateLimit: RateLimit;
  readonly faults: Faults;
  readonly requests: RecordedRequest[];
  readonly now: () => Date;
}

/** The outside of Cal.com's API v2: headers, versions, keys, rate limit and the shapes of refusals. */
export function apiRouter(parts: ApiParts): Router {
  const router = Router();
  router.use(commonHeaders, record(parts), parts.faults.middleware, express.json({ limit: bodyLimit }));
  for (const endpoint of parts.endpoints) router[endpoint.method](endpoint.path, serve(endpoint, parts));
  router.use((request) => {
    throw notFound(`Cannot ${request.method} ${request.originalUrl}`);
  });
  router.use(refuse(parts));
  return router;
}

function serve(endpoint: Endpoint, { state, rateLimit }: ApiParts): RequestHandler {
  return async (request, response, next) => {
    const version = apiVersion(request.get('cal-api-version'));
    if (endpoint.versions && !endpoint.versions.includes(version)) return next();

    const header = request.get('authorization');
    const verdict = rateLimit.count(trackerOf(header, state));
    setRateLimitHeaders(response, verdict);
    if (verdict.isBlocked) throw tooManyRequests();

    const by = authenticate(header, endpoint, state);
    const params = request.params as Record<string, string>;
    const query = parseQuery(request.query);
    const answer = await endpoint.answer({ by, params, query, body: request.body as unknown });
    response.status(answer.status).json(answer.body);
  };
}

const commonHeaders: RequestHandler = (_request, response, next) => {
  response.set({
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
    'X-Request-Id': randomUUID(),
  });
  next();
};

function record({ requests, now }: ApiParts): RequestHandler {
  return (request, response, next) => {
    const { method, originalUrl: path, headers } = request;
    const recorded: RecordedRequest = {
      at: now().toISOString(),
      method,
      path,
      headers,
      status: null,
      get body() {
        return request.body as unknown;
      },
    };
    requests.push(recorded);
    response.on('finish', () => (recorded.status = response.statusCode));
    next();
  };
}

function setRateLimitHeaders(response: Response, { limit, remaining, resetSeconds }: RateLimitVerdict): void {
  response.set({
    'X-RateLimit-Limit-Default': String(limit),
    'X-RateLimit-Remaining-Default': String(remaining),
    'X-RateLimit-Reset-Default': String(resetSeconds),
  });
}

function refuse({ now }: ApiParts): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const refusal = refusalOf(error);
    if (refusal.status === 413) response.removeHeader('X-Request-Id');
    response.status(refusal.status).json(refusal.body(request.originalUrl, now()));
  };
}

function refusalOf(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const { type, message } = error as { type?: string; message: string };
  if (type === 'entity.too.large') return bare(413, 'request entity too large');
  if (type === 'entity.parse.failed') return badRequest(message);
  return internalError();
}
