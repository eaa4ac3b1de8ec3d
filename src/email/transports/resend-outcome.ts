import type { DeliveryOutcome, ItemOutcome } from './delivery-outcome.js';

/** What the SDK gives back. It never throws; an error comes as the provider sent it, so nothing of it is certain. */
export interface ResendAnswer {
  readonly data: unknown;
  readonly error: unknown;
  readonly headers?: Readonly<Record<string, string>> | null;
}

interface ResendFault {
  readonly status: number | null;
  readonly name: string;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

/** The SDK's own name for an answer that was not Resend's JSON: such a refusal may be any proxy's. */
const notFromResend = 'application_error';
const longestWaitMs = 60 * 60 * 1_000;

/** Classified by HTTP status first and by name second: Resend has more names than its SDK knows. */
export function resendOutcome(answer: ResendAnswer, size: number): DeliveryOutcome {
  if (answer.error === null || answer.error === undefined) {
    return answered(answer.data, size);
  }
  const fault = readFault(answer);
  const { status, name } = fault;
  if (status === null || status >= 500 || status < 400) {
    return unclear(fault);
  }
  if (status === 429) {
    return name.endsWith('_quota_exceeded') ? paused(fault) : busy(fault);
  }
  if (status === 409) {
    return name === 'invalid_idempotent_request' ? conflict(fault) : unclear(fault);
  }
  if (status === 413) {
    return refused(fault);
  }
  if (name === notFromResend || status === 408) {
    return unclear(fault);
  }
  return status === 400 || status === 422 ? refused(fault) : paused(fault);
}

/** In permissive mode `data` lists only the accepted mails, so the ids are dealt out past the indexes in `errors`. */
function answered(body: unknown, size: number): DeliveryOutcome {
  const { data, errors } = record(body);
  const ids = (Array.isArray(data) ? data : []).map((item) => text(record(item)['id'])).filter((id) => id !== null);
  const faults = new Map(
    (Array.isArray(errors) ? errors : []).map((error) => {
      const { index, message } = record(error);
      return [index, text(message) ?? 'no reason given'] as const;
    }),
  );
  if (
    ids.length + faults.size !== size ||
    ![...faults.keys()].every((index) => Number.isInteger(index) && Number(index) < size)
  ) {
    return {
      kind: 'unclear',
      code: 'no_answer',
      reason: 'Resend gave an answer that makes no sense.',
      retryAfterMs: null,
    };
  }
  const items = Array.from({ length: size }, (_, index): ItemOutcome => {
    const fault = faults.get(index);
    return fault === undefined
      ? { accepted: true, providerId: ids.shift()! }
      : { accepted: false, code: 'refused', reason: `Resend refused it: ${sentence(fault)}` };
  });
  return { kind: 'answered', items };
}

function readFault({ error, headers }: ResendAnswer): ResendFault {
  const { statusCode, name, message } = record(error);
  const status = typeof statusCode === 'number' ? statusCode : statusOfName(name);
  const waits = [headers?.['retry-after'], status === 429 ? headers?.['ratelimit-reset'] : undefined];
  return {
    status,
    name: text(name) ?? 'unknown_error',
    message: text(message) ?? 'no reason given',
    retryAfterMs: waits.map(milliseconds).find((wait) => wait !== null) ?? null,
  };
}

/** The SDK passes an error body on as it came and drops the status, so an error without `statusCode` has only a name. */
function statusOfName(name: unknown): number | null {
  return typeof name === 'string' && /^(rate_limit|daily_quota|monthly_quota)_exceeded$/.test(name) ? 429 : null;
}

function refused({ name, message }: ResendFault): DeliveryOutcome {
  return { kind: 'refused', code: name, reason: `Resend refused it: ${sentence(message)}` };
}

function busy({ retryAfterMs }: ResendFault): DeliveryOutcome {
  return { kind: 'busy', code: 'rate_limited', reason: 'Resend asked us to slow down.', retryAfterMs };
}

function conflict({ name }: ResendFault): DeliveryOutcome {
  return { kind: 'conflict', code: name, reason: 'Resend has seen this request with another content.' };
}

function unclear({ status, message, retryAfterMs }: ResendFault): DeliveryOutcome {
  const reason =
    status === null
      ? 'Resend gave no complete answer.'
      : status === 409
        ? 'Resend is still working on the same request.'
        : `Resend answered with status ${status}: ${sentence(message)}`;
  return { kind: 'unclear', code: status === null ? 'no_answer' : `status_${status}`, reason, retryAfterMs };
}

function paused({ status, name, message, retryAfterMs }: ResendFault): DeliveryOutcome {
  return { kind: 'paused', code: name, reason: pauseReason(status, name, message), retryAfterMs };
}

function pauseReason(status: number | null, name: string, message: string): string {
  switch (name) {
    case 'daily_quota_exceeded':
      return 'The daily quota at Resend is used up. Sending goes on by itself when it starts anew.';
    case 'monthly_quota_exceeded':
      return 'The monthly quota at Resend is used up. Sending goes on by itself when it starts anew.';
    case 'invalid_api_key':
    case 'missing_api_key':
      return 'Resend does not accept the API key.';
    case 'restricted_api_key':
    case 'suspended_api_key':
    case 'invalid_permission':
      return `The Resend API key may not send: ${sentence(message)}`;
    default:
      return status === 401
        ? 'Resend does not accept the API key.'
        : `Resend takes no mail at the moment: ${sentence(message)}`;
  }
}

/** `retry-after` is in seconds or a date. */
function milliseconds(header: string | undefined): number | null {
  if (header === undefined || header.trim() === '') {
    return null;
  }
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), longestWaitMs) : null;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function sentence(message: string): string {
  const line = message.replace(/\s+/g, ' ').trim().slice(0, 300);
  return /[.!?]$/.test(line) ? line : `${line}.`;
}
