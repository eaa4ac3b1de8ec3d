import argon2 from 'argon2';

/** argon2id as OWASP ASVS 5.0 appendix C asks: 32 MiB, two passes. */
const cost = { type: argon2.argon2id, memoryCost: 32 * 1024, timeCost: 2, parallelism: 1 } as const;

/** Spent on unknown addresses too, so that the time does not tell who exists. */
const nobodysHash = await hashPassword('nobody has this password');

export function hashPassword(password: string): Promise<string> {
  return argon2.hash(password.normalize('NFKC'), cost);
}

export function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  return argon2.verify(hash ?? nobodysHash, password.normalize('NFKC')).then((fits) => fits && hash !== null);
}
