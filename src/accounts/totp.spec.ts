import { Secret } from 'otpauth';
import { newTotpSecret, totpStep, totpUri } from './totp.js';

/** RFC 6238, appendix B: the last six of the eight digits. */
const secret = Secret.fromUTF8('12345678901234567890').base32;

describe('a code of an authenticator app', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i is %s', (seconds, code) => {
    expect(totpStep(secret, code, seconds * 1000)).toBe(Math.floor(seconds / 30));
  });

  it('may be one step early or late, and keeps its step', () => {
    const at = (seconds: number) => totpStep(secret, '279037', seconds * 1000);
    const step = Math.floor(2_000_000_000 / 30);
    const start = step * 30;
    expect([start - 30, start, start + 29, start + 59].map(at)).toEqual([step, step, step, step]);
    expect([start - 31, start + 60].map(at)).toEqual([null, null]);
  });

  it.each(['', '27903', '2790370', '27903a', '-79037', '２７９０３７'])('is not "%s"', (code) => {
    expect(totpStep(secret, code, 2_000_000_000_000)).toBeNull();
  });

  it('belongs to a secret of 160 random bits that the app is told by an address', () => {
    const [one, other] = [newTotpSecret(), newTotpSecret()];
    expect(one).toMatch(/^[A-Z2-7]{32}$/);
    expect(one).not.toBe(other);
    const uri = new URL(totpUri(one, 'asha@acme.example'));
    expect(uri.href).toMatch(/^otpauth:\/\/totp\/Interlude:asha%40acme\.example\?/);
    expect(Object.fromEntries(uri.searchParams)).toEqual({
      issuer: 'Interlude',
      secret: one,
      algorithm: 'SHA1',
      digits: '6',
      period: '30',
    });
  });
});
