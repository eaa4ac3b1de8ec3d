/** The token follows. */
export const invitePath = '/invites/';

/** The link of an invite as a destination after signing in or out; `null` where it is anything else. */
export function inviteLinkIn(typed: unknown): string | null {
  return typeof typed === 'string' && /^\/invites\/[\w-]{43}$/.test(typed) ? typed : null;
}
