import { createHmac } from 'node:crypto';
import { isSignedByResend } from './resend-signature.js';

const key = Buffer.from('a key that only Resend and we know');
const secret = `whsec_${key.toString('base64')}`;
const payload = '{"type":"email.sent","data":{"subject":"Łódź"}}';
const now = Math.floor(Date.now() / 1000);

function sign(timestamp: number | string, over = payload, by = key): string {
  return `v1,${createHmac('sha256', by).update(`msg_1.${timestamp}.${over}`).digest('base64')}`;
}

describe('the signature of Resend', () => {
  const check = (headers: { id?: string; timestamp?: string; signature?: string }, over = payload, by = secret) =>
    isSignedByResend(over, { id: 'msg_1', timestamp: `${now}`, signature: sign(now), ...headers }, by);

  it('holds for what was signed', () => {
    expect(check({})).toBe(true);
  });

  it('holds by one of several while the secret changes', () => {
    expect(check({ signature: `v1,bm8= v2,bm8= ${sign(now)}` })).toBe(true);
  });

  it.each(['', 'no JSON', '[1', 'null'])('holds for %j, whatever it says', (text) => {
    expect(check({ signature: sign(now, text) }, text)).toBe(true);
  });

  it('holds for four minutes, both ways', () => {
    for (const time of [now - 240, now + 240]) {
      expect(check({ timestamp: `${time}`, signature: sign(time) })).toBe(true);
    }
  });

  it.each([
    ['another text', {}, `${payload} `],
    ['another id', { id: 'msg_2' }, payload],
    ['no id', { id: '' }, payload],
    ['an id that is no word', { id: 'msg_1 msg_2' }, payload],
    ['no signature', { signature: '' }, payload],
    ['no version', { signature: sign(now).slice(3) }, payload],
    ['another version', { signature: sign(now).replace('v1', 'v1a') }, payload],
    ['another key', { signature: sign(now, payload, Buffer.from('guess')) }, payload],
    ['another time', { timestamp: `${now - 1}` }, payload],
    ['no time', { timestamp: '' }, payload],
    ['a time with more than digits', { timestamp: `${now}abc` }, payload],
    ['an old time', { timestamp: `${now - 400}`, signature: sign(now - 400) }, payload],
    ['a future time', { timestamp: `${now + 400}`, signature: sign(now + 400) }, payload],
  ])('does not hold for %s', (_, headers, over) => {
    expect(check(headers, over)).toBe(false);
  });

  it('does not hold by another secret, nor by an empty one', () => {
    expect(check({}, payload, `whsec_${Buffer.from('another').toString('base64')}`)).toBe(false);
    expect(check({}, payload, 'whsec_')).toBe(false);
  });
});
