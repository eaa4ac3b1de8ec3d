import { shutDownApiSentence } from '../config/read-settings.js';
import type { Settings } from '../config/settings.js';

export type CheckedApiUrl =
  { readonly ok: true; readonly apiUrl: string } | { readonly ok: false; readonly reason: string };

/**
 * The address an admin may send a key to: Cal.com's own two, the one of the environment, and what the environment
 * allows. Only those of the environment may be private or without https.
 */
export function checkApiUrl(typed: string, settings: Settings['calCom']): CheckedApiUrl {
  const apiUrl = withoutEndSlash(typed);
  if (apiUrl === withoutEndSlash(settings.apiUrl)) return { ok: true, apiUrl };
  if (!URL.canParse(apiUrl) || !/^https?:\/\//i.test(apiUrl)) return refused(`Enter an address such as ${ownApi}.`);
  const url = new URL(apiUrl);
  if (url.username || url.password || url.search || url.hash)
    return refused(`Enter only the address, such as ${ownApi}.`);
  if (url.pathname.endsWith('/v1')) return refused(`${shutDownApiSentence}.`);
  if (!isAllowedByEnvironment(url, settings) && !ownHosts.includes(url.host)) return refused(otherHost(url));
  if (url.protocol !== 'https:' && !mayBePrivate(url, settings))
    return refused('Use an address that starts with https://.');
  if (!url.pathname.endsWith('/v2')) return refused('The address of the API ends in /v2.');
  return { ok: true, apiUrl: url.href };
}

const ownApi = 'https://api.cal.com/v2';
const ownHosts = ['api.cal.com', 'api.cal.eu'];

function otherHost({ host }: URL): string {
  return `Keys are not sent to ${host}, but to api.cal.com and api.cal.eu only. For another host, whoever runs Interlude lists it in CAL_COM_ALLOWED_HOSTS.`;
}

function isAllowedByEnvironment(url: URL, settings: Settings['calCom']): boolean {
  if (url.host === new URL(settings.apiUrl).host) return true;
  return isAllowedHost(url, settings.allowedHosts);
}

/** Only where the environment names the host; Cal.com's own are never private, unless they are listed too. */
export function mayBePrivate(url: URL, settings: Settings['calCom']): boolean {
  return (
    isAllowedByEnvironment(url, settings) && (!ownHosts.includes(url.host) || isAllowedHost(url, settings.allowedHosts))
  );
}

/** `CAL_COM_ALLOWED_HOSTS` names it. An entry with a port allows that port alone. */
export function isAllowedHost(url: URL, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((host) => [url.host, url.hostname].includes(host.toLowerCase()));
}

function withoutEndSlash(address: string): string {
  return address.trim().replace(/\/+$/, '');
}

function refused(reason: string): CheckedApiUrl {
  return { ok: false, reason };
}
