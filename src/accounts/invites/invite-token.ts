import { createHash, randomBytes } from 'node:crypto';

const tokenBytes = 32;

export function newInviteToken(): string {
  return randomBytes(tokenBytes).toString('base64url');
}

/** 256 random bits need no salt and no slow hash; a lookup by hash tells nothing by its time. */
export function inviteTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
