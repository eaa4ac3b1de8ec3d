import { forbidden, unauthorized } from './api-error.js';
import { type Endpoint } from './endpoint.js';
import { type Host } from './host.js';
import { expiredApiKey } from './seed.js';
import { type SandboxState } from './state.js';

/** Who the rate limit counts, and who may act. An unknown `cal_` key is refused before it is counted. */
export function trackerOf(header: string | undefined, state: SandboxState): string {
  const key = bearer(header);
  if (!key) return header ? 'access token' : 'no key';
  if (!key.startsWith('cal_')) return 'access token';
  if (key !== expiredApiKey && !state.hostWithKey(key)) {
    throw unauthorized('CustomThrottlerGuard - Invalid API Key');
  }
  return key;
}

export function authenticate(header: string | undefined, endpoint: Endpoint, state: SandboxState): Host | null {
  const key = bearer(header);
  if (key === expiredApiKey) throw unauthorized('ApiAuthStrategy - api key - Your api key is expired');
  if (key?.startsWith('cal_')) return state.hostWithKey(key);
  if (header) throw unauthorized('Invalid Access Token.');
  if (endpoint.key === 'required') {
    throw unauthorized(
      "ApiAuthStrategy - No authentication method provided. Either pass an API key as 'Bearer' header or OAuth client credentials as 'x-cal-secret-key' and 'x-cal-client-id' headers",
    );
  }
  if (endpoint.key === 'permitted') {
    throw forbidden(
      "PermissionsGuard - no authentication provided. Provide either authorization bearer token containing managed user access token or oAuth client id in 'x-cal-client-id' header.",
    );
  }
  return null;
}

function bearer(header: string | undefined): string | null {
  return header?.startsWith('Bearer ') ? header.slice('Bearer '.length).trim() : null;
}
