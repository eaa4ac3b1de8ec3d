import { isEmail } from 'class-validator';

/** What a provider says about somebody, taken from claims that were verified. */
export interface ProvidedPerson {
  readonly issuer: string;
  readonly subject: string;
  /** Null where it gives none that could be used. */
  readonly email: string | null;
  /** Null where it does not say. */
  readonly emailVerified: boolean | null;
  readonly name: string | null;
  readonly groups: readonly string[];
}

export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

const longestName = 100;

export function providedPerson(issuer: string, claims: Claims, groupsClaim: string): ProvidedPerson {
  const { sub, email, email_verified: verified, name } = claims;
  return {
    issuer,
    subject: sub,
    email: typeof email === 'string' && isEmail(email) ? email : null,
    emailVerified: typeof verified === 'boolean' ? verified : null,
    name: typeof name === 'string' ? oneLine(name) || null : null,
    groups: groupsIn(claims, groupsClaim),
  };
}

/** A list, or the one there is. */
function groupsIn(claims: Claims, groupsClaim: string): readonly string[] {
  const given = claims[groupsClaim];
  return (Array.isArray(given) ? given : [given]).filter((group) => typeof group === 'string');
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\u202a-\u202e\u2066-\u2069\s]+/gu, ' ').trim();
  return [...line].slice(0, longestName).join('');
}
