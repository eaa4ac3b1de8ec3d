import { createHash } from 'node:crypto';

/** A short name for a secret: the same for the same, of no use to anyone who reads it. */
export function keyFingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
