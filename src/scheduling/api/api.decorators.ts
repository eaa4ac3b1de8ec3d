import { applyDecorators, HttpCode, UseInterceptors, type Type } from '@nestjs/common';
import { ApiExtension, ApiExtraModels, ApiHeader, ApiOperation, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Needs } from '../../accounts/access.decorator.js';
import { IdempotencyInterceptor } from './idempotency/idempotency.interceptor.js';
import { ProblemAnswer } from './problem.answer.js';

/** What a route does, what it answers when all is well, and which problems it may answer with. */
interface Described {
  readonly does: string;
  readonly more?: string;
  readonly status?: number;
  readonly answer: Type;
  readonly problems: readonly ProblemStatus[];
}

export type ProblemStatus = keyof typeof problemWords;

const problemWords = {
  400: 'The body is not JSON, or a token came with the cookie of a session.',
  401: 'Nobody is signed in, or the token is not in force.',
  403: 'The role or the token does not allow it, or the request came from another site.',
  404: 'An id is unknown, or another organization’s. Nothing was changed.',
  409: 'Cal.com is not connected, or something else stands in the way.',
  413: 'The body is larger than 1 MB.',
  422: 'A value cannot be used; `errors` names each. Nothing was changed.',
  502: 'Cal.com refuses the key, or did not answer clearly.',
  503: 'Cal.com does not answer. Nothing was changed; try again later.',
} as const;

/** A route that changes nothing: for viewers. */
export function Reads(described: Described): MethodDecorator {
  return applyDecorators(ApiExtension('x-role', 'viewer'), describe(described, [400, 401, 404]));
}

/** A route that changes something: for schedulers, repeatable with an `Idempotency-Key`. */
export function Writes(described: Described): MethodDecorator {
  return applyDecorators(
    Needs('scheduler'),
    ApiExtension('x-role', 'scheduler'),
    UseInterceptors(IdempotencyInterceptor),
    ApiHeader({
      name: 'Idempotency-Key',
      required: false,
      description:
        'Any text of up to 255 characters, kept for 7 days. The same key with the same request gives the first answer again; with another request 409.',
      schema: { type: 'string', maxLength: 255 },
    }),
    describe(described, [400, 401, 403, 404, 409, 413, 422]),
  );
}

function describe({ does, more, status = 200, answer, problems }: Described, always: readonly ProblemStatus[]) {
  const statuses = [...new Set([...always, ...problems])].toSorted((left, right) => left - right);
  return applyDecorators(
    HttpCode(status),
    ApiOperation({ summary: does, description: more }),
    ApiResponse({ status, type: answer, description: 'Done.' }),
    ApiExtraModels(ProblemAnswer),
    ...statuses.map((problem) =>
      ApiResponse({
        status: problem,
        description: problemWords[problem],
        content: { 'application/problem+json': { schema: { $ref: getSchemaPath(ProblemAnswer) } } },
      }),
    ),
  );
}
