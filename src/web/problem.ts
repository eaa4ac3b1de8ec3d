import { HttpException, HttpStatus } from '@nestjs/common';
import { isDatabaseAway } from '../database/database-away.js';

/** RFC 9457 problem details; `location` is for browsers alone: where to go instead. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly location?: string;
  readonly errors?: unknown;
}

/** Thrown where a person has to sign in first, or to finish that. */
export class SignInNeeded extends HttpException {
  constructor(
    readonly location: string,
    sentence = 'Sign in first.',
  ) {
    super(sentence, HttpStatus.UNAUTHORIZED);
  }
}

const words: Readonly<Record<number, readonly [title: string, detail: string]>> = {
  400: ['This request cannot be read', 'Something in it is not what the page sends. Go back, and try again.'],
  401: ['Sign in first', 'Sign in, then try again.'],
  403: ['Not allowed', 'Your role does not allow this, or the request came from another site. Nothing was changed.'],
  404: ['Not found', 'There is nothing here, or it is not yours to see.'],
  409: ['Not possible right now', 'Something else has to be done first.'],
  413: ['Too large', 'What was sent is larger than this page takes. Nothing was changed.'],
  422: ['Something needs your attention', 'A value cannot be used as it is. Nothing was changed.'],
  429: ['One moment', 'That was too often. Nothing was changed; try again later.'],
  502: ['Another service did not play along', 'It refused, or did not answer clearly. Look before you try again.'],
  503: ['Back in a moment', 'A part that this page needs does not answer. Nothing was changed; try again shortly.'],
};
/** A step whose end was lost may have been kept. */
const databaseAway = [
  'Back in a moment',
  'The database does not answer right now. Look again shortly before you repeat what you did last.',
] as const;
const unexpected = [
  'Something went wrong on our side',
  'It has been noted. Try again; nothing was sent twice.',
] as const;

/** What may be said about an error: the words above, and a sentence only where our own code wrote one for people. */
export function problemFor(error: unknown): Problem {
  const status = statusOf(error);
  const [title, detail] = isDatabaseAway(error) ? databaseAway : (words[status] ?? unexpected);
  return {
    type: 'about:blank',
    title,
    status,
    detail: ownSentence(error) ?? detail,
    ...(error instanceof SignInNeeded && { location: error.location }),
    ...(error instanceof HttpException && extras(error)),
  };
}

function statusOf(error: unknown): number {
  if (error instanceof HttpException) {
    return error.getStatus();
  }
  if (isDatabaseAway(error)) {
    return HttpStatus.SERVICE_UNAVAILABLE;
  }
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

function ownSentence(error: unknown): string | null {
  return error instanceof HttpException && error.getStatus() !== 500 && /\s.*[.?]$/s.test(error.message)
    ? error.message
    : null;
}

function extras(error: HttpException): { errors?: unknown } {
  const body = error.getResponse();
  return typeof body === 'object' && 'errors' in body ? { errors: body.errors } : {};
}
