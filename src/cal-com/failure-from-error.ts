import { type CalComFailure, unavailable } from './cal-com-failure.js';
import { privateAddressCode } from './public-lookup.js';
import { type CalComRequest, isWrite } from './cal-com-request.js';

/** What a call means that ended without an answer. Once a write may have left, its outcome is unknown. */
export function failureFromError(
  request: CalComRequest<unknown>,
  error: unknown,
  deadline: AbortSignal,
): CalComFailure {
  if (codeOf(error) === privateAddressCode) return unavailable('privateAddress');
  if (neverLeft(error)) return unavailable('unreachable');
  if (isWrite(request)) return { kind: 'unknown-outcome' };
  if (deadline.aborted) return unavailable('tooSlow');
  if (/maxContentLength/.test(messageOf(error))) return unavailable('tooLarge');
  if (codeOf(error).startsWith('Z_') || codeOf(error).startsWith('HPE_')) return unavailable('unreadable');
  return unavailable('unreachable');
}

/** No name, no connection, no trusted certificate: nothing of the request was sent. */
function neverLeft(error: unknown): boolean {
  return codesBeforeSending.test(codeOf(error));
}

const codesBeforeSending =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_INVALID_URL)/;

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : '';
}
