import { createHmac } from 'node:crypto';
import { isSignedByCalCom } from './cal-com-signature.js';

const body = Buffer.from('{"triggerEvent":"PING","note":"naïve ☂"}\n');
const sign = (secret: string, bytes = body) => createHmac('sha256', secret).update(bytes).digest('hex');

describe('a signature of Cal.com', () => {
  it.each(['s', 'clé-🔑', 'x'.repeat(200)])('holds for who knows the secret %j', (secret) => {
    expect(isSignedByCalCom(body, sign(secret), secret)).toBe(true);
  });

  it.each([
    ['another secret', sign('other')],
    ['other bytes', sign('secret', Buffer.from(body.toString().trim()))],
    ['nothing', ''],
    ['the words for no secret', 'no-secret-provided'],
    ['a prefix', `sha256=${sign('secret')}`],
    ['two of them', `${sign('secret')}, ${sign('secret')}`],
    ['a part of it', sign('secret').slice(0, 63)],
    ['something as long', 'ü'.repeat(32)],
    ['base64', createHmac('sha256', 'secret').update(body).digest('base64')],
  ])('does not hold with %s', (_, signature) => {
    expect(isSignedByCalCom(body, signature, 'secret')).toBe(false);
  });

  it('never holds without a secret', () => {
    expect(isSignedByCalCom(body, sign(''), '')).toBe(false);
    expect(isSignedByCalCom(body, 'no-secret-provided', '')).toBe(false);
  });
});
