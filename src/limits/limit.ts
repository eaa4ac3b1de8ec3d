/** So many tries in a window that begins with the first one. */
export interface Limit {
  /** Part of the key: another name counts anew. */
  readonly name: string;
  readonly tries: number;
  readonly minutes: number;
}

/** Whom a route counts: the signed-in person in an organization or in all, the client's address, the link in its path. */
export type CountedBy = 'actor' | 'person' | 'address' | 'link';

export interface RouteLimit extends Limit {
  readonly by: CountedBy;
}

/** Passwords that did not fit; see docs/security.md for how these five work together. */
export const signInLimits = {
  pair: { name: 'sign-in-pair', tries: 10, minutes: 15 },
  account: { name: 'sign-in-account', tries: 50, minutes: 60 },
  network: { name: 'sign-in-network', tries: 100, minutes: 60 },
  knownBrowser: { name: 'sign-in-known-browser', tries: 10, minutes: 15 },
  knownBrowsers: { name: 'sign-in-known-browsers', tries: 100, minutes: 60 },
} as const satisfies Record<string, Limit>;

/** Codes that did not fit after a password that did: there are a million, and three fit at a time. */
export const codeLimits = {
  quarter: { name: 'sign-in-code', tries: 10, minutes: 15 },
  day: { name: 'sign-in-code-day', tries: 50, minutes: 24 * 60 },
  knownBrowsers: { name: 'sign-in-code-known-browsers', tries: 100, minutes: 24 * 60 },
} as const satisfies Record<string, Limit>;

/** Links for a new password that somebody asks for. */
export const passwordResetLimits = {
  account: { name: 'password-reset-account', tries: 5, minutes: 60 },
  network: { name: 'password-reset-network', tries: 30, minutes: 60 },
} as const satisfies Record<string, Limit>;

/** Mails to the owner of an account that takes no further tries. */
export const lockNotice: Limit = { name: 'lock-notice', tries: 1, minutes: 60 };

export const routeLimits = {
  ownPassword: [{ name: 'own-password', tries: 10, minutes: 15, by: 'person' }],
  ownSessions: [{ name: 'own-sessions', tries: 60, minutes: 15, by: 'person' }],
  memberInvite: [{ name: 'member-invite', tries: 30, minutes: 60, by: 'actor' }],
  invite: [{ name: 'invite', tries: 60, minutes: 15, by: 'address' }],
  passwordReset: [{ name: 'password-reset', tries: 60, minutes: 15, by: 'address' }],
  oidc: [{ name: 'oidc', tries: 300, minutes: 15, by: 'address' }],
  setup: [{ name: 'setup', tries: 20, minutes: 15, by: 'address' }],
  testMail: [{ name: 'test-mail', tries: 30, minutes: 60, by: 'actor' }],
  preview: [{ name: 'preview', tries: 600, minutes: 5, by: 'actor' }],
  import: [{ name: 'import', tries: 60, minutes: 10, by: 'actor' }],
  // One address may be a whole campus, or a mail service that unsubscribes for many people.
  candidate: [
    { name: 'candidate-address', tries: 3000, minutes: 15, by: 'address' },
    { name: 'candidate-link', tries: 60, minutes: 15, by: 'link' },
  ],
} as const satisfies Record<string, readonly RouteLimit[]>;

/** What is noted of tries that came to nothing, so that nobody fills the disk with them. */
export const notedTries = {
  denied: { name: 'noted-denied', tries: 30, minutes: 60 },
  failedSignIn: { name: 'noted-failed-sign-in', tries: 30, minutes: 60 },
} as const satisfies Record<string, Limit>;

/** Only what is wrongly signed counts. */
export const badSignatures: Limit = { name: 'bad-signature', tries: 300, minutes: 15 };
