import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomUUID } from 'node:crypto';
import type { Params } from 'nestjs-pino';
import type { DestinationStream } from 'pino';
import type { Settings } from '../config/settings.js';
import type { Actor } from '../shared/actor.js';

/** JSON lines on stdout with one request id; no headers, no bodies, no queries, no candidate's token. */
export function loggerOptions(settings: Settings, logTo?: DestinationStream): Params {
  return {
    pinoHttp: {
      level: settings.logLevel,
      ...(logTo && { stream: logTo }),
      genReqId: (_request: IncomingMessage, response: ServerResponse) => {
        const id = randomUUID();
        response.setHeader('X-Request-Id', id);
        return id;
      },
      autoLogging: { ignore: (request: IncomingMessage) => /^\/(healthz|readyz|assets\/)/.test(request.url ?? '') },
      customLogLevel: levelOf,
      quietReqLogger: true,
      customProps: programOf,
      customAttributeKeys: { reqId: 'requestId' },
      serializers: {
        req: (request: { id: unknown; method: string; url: string }) => ({
          id: request.id,
          method: request.method,
          path: redactedPath(request.url),
        }),
        res: (response: { statusCode: number }) => ({ statusCode: response.statusCode }),
        err: writtenError,
      },
    },
  };
}

function programOf({ actor }: IncomingMessage & { actor?: Actor }): object {
  return actor?.apiToken ? { apiTokenId: actor.apiToken.id } : {};
}

/** A webhook that was taken in has its own row, and there are many of them. */
function levelOf(request: IncomingMessage, response: ServerResponse, error?: Error): 'debug' | 'info' | 'error' {
  if (error || response.statusCode >= 500) {
    return 'error';
  }
  return response.statusCode < 300 && /^\/webhooks\//i.test(request.url ?? '') ? 'debug' : 'info';
}

/** No more than this: a failed query carries its values, and so the addresses and tokens of candidates. */
function writtenError({
  type,
  message,
  stack,
  code,
}: {
  type: string;
  message: string;
  stack: string;
  code?: unknown;
}) {
  return { type, message, stack, code };
}

/** The path alone, and of a candidate's link or one to an account only that it was one. */
export function redactedPath(url: string): string {
  return url
    .replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '')
    .replace(/[?#].*$/s, '')
    .replace(/^\/+(i|invites|password-reset)\/+[^/]+/i, (_, place: string) => `/${place.toLowerCase()}/[token]`);
}
