import { listOf, recordOf, textOf } from './answer-values.js';
import { type CalComFailure, unavailable } from './cal-com-failure.js';
import { type CalComAnswer, type CalComRequest, isWrite } from './cal-com-request.js';
import { blockedUntil, readRateLimit } from './rate-limit.js';
import { rejectionFrom } from './rejection.js';

/** The failure an answer means, or `null` for an answer of success. */
export function failureFromAnswer(
  request: CalComRequest<unknown>,
  answer: CalComAnswer,
  now: Date,
): CalComFailure | null {
  const { status } = answer;
  if (status >= 200 && status < 300) return null;
  if (status >= 500 || status === 408) return failureOfServer(request);
  if (status < 400) return unavailable('redirected');
  if (status === 401) return failureOfKey(answer);
  if (status === 429) return { kind: 'rate-limited', until: blockedUntil(readRateLimit(answer.headers, now), now) };
  return failureOfRefusal(request, answer);
}

/** A key may be good and its owner not the host of the booking. */
function failureOfKey({ body, status }: CalComAnswer): CalComFailure {
  const rejection = rejectionFrom(messageOf(body) ?? '', status);
  return rejection.code === 'not-allowed' ? { kind: 'rejected', ...rejection } : { kind: 'unauthorized' };
}

/** Behind a gateway a 5xx says nothing about what the server has done. */
function failureOfServer(request: CalComRequest<unknown>): CalComFailure {
  return isWrite(request) ? { kind: 'unknown-outcome' } : unavailable('ownTrouble');
}

function failureOfRefusal(request: CalComRequest<unknown>, answer: CalComAnswer): CalComFailure {
  const message = messageOf(answer.body);
  if (message === null) return unavailable(answer.status === 404 ? 'wrongAddress' : 'unreadable');
  if (/no authentication provided/i.test(message)) return { kind: 'unauthorized' };
  if (answer.status !== 404) return { kind: 'rejected', ...rejectionFrom(message, answer.status) };
  if (!request.about || /^Cannot (GET|POST|DELETE) /.test(message)) return unavailable('wrongAddress');
  const rejection = rejectionFrom(message, answer.status);
  return rejection.code === 'other' ? { kind: 'not-found', what: request.about } : { kind: 'rejected', ...rejection };
}

/**
 * Cal.com sends errors in an envelope (`error.message`), bare (`message`), and in its documentation as a plain
 * `error`. `error.details` may hold what was typed and is left alone.
 */
function messageOf(body: string): string | null {
  const answer = recordOf(parsedJson(body));
  if (!answer) return null;
  const message = recordOf(answer['error'])?.['message'] ?? answer['message'] ?? answer['error'];
  return textOf(message) ?? listOf(message)?.filter(textOf).join(', ') ?? '';
}

export function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
