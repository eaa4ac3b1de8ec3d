import type { EnvironmentReader } from './environment-reader.js';
import { parseGroupRoles } from './group-roles.js';
import type { OidcSettings } from './settings.js';

const needed = {
  issuer: 'OIDC_ISSUER',
  clientId: 'OIDC_CLIENT_ID',
  clientSecret: 'OIDC_CLIENT_SECRET',
  groupRoles: 'OIDC_GROUP_ROLES',
} as const;
const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const entra = /^login\.(microsoftonline\.(com|us)|partner\.microsoftonline\.cn)$/;
const entraOfAllTenants = /^\/(common|organizations|consumers)(\/|$)/i;

/** Sign-in by OpenID Connect; null where the environment does not speak of it. */
export function readOidc(reader: EnvironmentReader, production: boolean): OidcSettings | null {
  const given = {
    issuer: reader.text(needed.issuer) ?? '',
    clientId: reader.text(needed.clientId) ?? '',
    clientSecret: reader.text(needed.clientSecret) ?? '',
    groupRoles: reader.text(needed.groupRoles) ?? '',
  };
  const name = reader.text('OIDC_NAME');
  const groupsClaim = reader.text('OIDC_GROUPS_CLAIM');
  if (![...Object.values(given), name, groupsClaim].some(Boolean)) {
    return null;
  }
  for (const [key, variable] of Object.entries(needed)) {
    if (!given[key as keyof typeof needed]) {
      reader.fault(`${variable} is missing: sign-in by OpenID Connect needs it`);
    }
  }
  const issuerFault = given.issuer && faultOfIssuer(given.issuer, production);
  if (issuerFault) {
    reader.fault(`OIDC_ISSUER ${issuerFault}`);
  }
  if (name && !/^[^\p{Cc}]{1,60}$/u.test(name)) {
    reader.fault('OIDC_NAME must be one line of at most 60 characters');
  }
  const groupRoles = parseGroupRoles(given.groupRoles);
  if (!groupRoles) {
    reader.fault(
      'OIDC_GROUP_ROLES must be group=role or group=organization:role, several separated by commas, each role one of viewer, scheduler, admin; a group with a comma in its name stands in double quotes',
    );
  }
  return {
    ...given,
    name: name ?? 'single sign-on',
    groupsClaim: groupsClaim ?? 'groups',
    groupRoles: groupRoles ?? [],
  };
}

function faultOfIssuer(issuer: string, production: boolean): string | null {
  const url = URL.canParse(issuer) ? new URL(issuer) : null;
  const safe =
    url?.protocol === 'https:' || (url?.protocol === 'http:' && (!production || loopback.test(url.hostname)));
  if (!url || !safe) {
    return 'must be an address that starts with https://';
  }
  if (url.search || url.hash || url.username || url.pathname.includes('/.well-known/')) {
    return 'must be the address of the provider alone, without /.well-known/openid-configuration';
  }
  return entra.test(url.hostname) && entraOfAllTenants.test(url.pathname)
    ? 'must name your own tenant: anybody may have an account in another'
    : null;
}
