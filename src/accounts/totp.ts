import { Secret, TOTP } from 'otpauth';

const secretBytes = 20;
const issuer = 'Interlude';
/** Of 30 seconds: clocks of phones are a little off. */
const driftSteps = 1;
const sixDigits = /^\d{6}$/;

/** RFC 6238 as every authenticator app knows it: SHA-1, six digits, 30 seconds. Base32. */
export function newTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32;
}

/** What the QR code holds. */
export function totpUri(secret: string, label: string): string {
  return new TOTP({ issuer, label, secret }).toString();
}

/** The step that this code belongs to; null where it is none of now, of the step before or of the one after. */
export function totpStep(secret: string, code: string, timestamp = Date.now()): number | null {
  if (!sixDigits.test(code)) {
    return null;
  }
  const delta = new TOTP({ secret }).validate({ token: code, timestamp, window: driftSteps });
  return delta === null ? null : TOTP.counter({ timestamp }) + delta;
}
