import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * Whether the holder of the secret signed exactly these bytes: HMAC-SHA256 as lower-case hex. Without a secret Cal.com
 * writes `no-secret-provided` there, and an empty one proves nothing either.
 */
export function isSignedByCalCom(body: Buffer, signature: string, secret: string): boolean {
  const expected = Buffer.from(createHmac('sha256', secret).update(body).digest('hex'));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected) && secret !== '';
}
