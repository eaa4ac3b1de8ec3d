import type { ApiTokenScope } from '../../accounts/api-token.entity.js';
import type { ListedApiToken } from '../../accounts/api-tokens.service.js';
import { fullTime, relativeTime } from '../../shared/zoned-time.js';
import { apiTokenFields, type ApiTokenForm } from './api-token.form.js';

export const apiTokensPath = '/app/settings/api-tokens';

const scopes: Readonly<Record<ApiTokenScope, { word: string; may: string }>> = {
  read: { word: 'Read', may: 'Candidates, event types, free times, bookings and sends.' },
  send: { word: 'Send', may: 'Also hand over candidates, make links and bookings, cancel, and send mails.' },
  manage: { word: 'Manage', may: 'Also what only admins may do. The API has nothing of that kind yet.' },
};

/** What stands in the form to make one. */
export function apiTokenFormView(typed: ApiTokenForm) {
  return {
    ...Object.fromEntries(apiTokenFields.map((field) => [field, typeof typed[field] === 'string' ? typed[field] : ''])),
    scopes: Object.entries(scopes).map(([value, { word, may }]) => ({
      value,
      word,
      may,
      checked: value === typed.scope,
    })),
  };
}

export function apiTokenView(token: ListedApiToken, timeZone: string) {
  const { id, name, scope, lastFour, createdAt, lastUsedAt, expiresAt, expired, revokedAt, revokedByName } = token;
  return {
    href: `${apiTokensPath}/${id}`,
    name,
    ending: `ilt_…${lastFour}`,
    scope: scopes[scope],
    made: relativeTime(createdAt, timeZone),
    madeBy: makerOf(token),
    used: lastUsedAt ? relativeTime(lastUsedAt, timeZone) : 'Never',
    expires: expiresAt ? fullTime(expiresAt, timeZone) : 'Never',
    expired,
    revoked: revokedAt && `${relativeTime(revokedAt, timeZone)}, by ${revokedByName ?? 'a former member'}`,
  };
}

function makerOf({ createdByName, createdByMember }: ListedApiToken): string {
  if (createdByName === null) return 'a former member';
  return createdByMember ? createdByName : `${createdByName}, no longer a member`;
}
