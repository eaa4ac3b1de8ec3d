export interface FieldError {
  readonly property: string;
  readonly constraints: readonly string[];
  readonly children?: readonly FieldError[];
}

/** A refusal as Cal.com words it. Without a code it comes bare, outside the usual envelope. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string | null,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
  }

  body(path: string, now: Date): object {
    if (this.code === null) return { statusCode: this.status, message: this.message };
    const details = this.details === undefined ? {} : { details: this.details };
    return {
      status: 'error',
      timestamp: now.toISOString(),
      path,
      error: { code: this.code, message: this.message, ...details },
    };
  }
}

export const badRequest = (message: string) => refusal(400, 'BadRequestException', 'Bad Request', message);
export const unauthorized = (message: string) => refusal(401, 'UnauthorizedException', 'Unauthorized', message);
export const forbidden = (message: string) => refusal(403, 'ForbiddenException', 'Forbidden', message);
export const notFound = (message: string) => refusal(404, 'NotFoundException', 'Not Found', message);
export const conflict = (message: string) => refusal(409, 'ConflictException', 'Conflict', message);

/** Business errors thrown as plain HTTP errors come without the envelope. */
export const bare = (status: number, message: string) => new ApiError(status, null, message);

export const trpcError = (status: number, message: string) => new ApiError(status, 'TRPCError', message);
export const zodError = (message: string) => new ApiError(400, 'BAD_REQUEST', message);

export const internalError = () =>
  new ApiError(500, 'INTERNAL_SERVER_ERROR', 'There was an error, please try again later.');

export function tooManyRequests(): ApiError {
  const message = 'CustomThrottlerGuard - Too many requests. Please try again later.';
  return new ApiError(429, 'ThrottlerException', message, message);
}

/** Bookings and slots join their complaints into one line of text. */
export function invalidFields(errors: readonly FieldError[]): ApiError {
  return badRequest(errors.map(fieldText).join(', '));
}

/** Everything else passes the global pipe, which echoes what was sent. */
export function invalidTarget(
  target: object,
  errors: readonly { property: string; constraints: Record<string, string> }[],
): ApiError {
  return new ApiError(400, 'BadRequestException', 'Bad Request Exception', {
    errors: errors.map(({ property, constraints }) => ({
      target,
      ...(property in target && { value: (target as Record<string, unknown>)[property] }),
      property,
      children: [],
      constraints,
    })),
  });
}

function refusal(status: number, code: string, error: string, message: string): ApiError {
  return new ApiError(status, code, message, { message, error, statusCode: status });
}

function fieldText({ property, constraints, children }: FieldError): string {
  return `${property} property is wrong,${constraints.join(', ')} ${(children ?? []).map(fieldText).join(', ')}`;
}
