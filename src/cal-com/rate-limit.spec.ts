import { blockedUntil, exhaustedUntil, readRateLimit } from './rate-limit.js';

const now = new Date('2026-11-23T13:02:00Z');

describe('readRateLimit', () => {
  it.each([
    ['40', '2026-11-23T13:02:40.000Z'],
    ['0', '2026-11-23T13:02:00.000Z'],
    ['40000', '2026-11-23T13:02:40.000Z'],
    ['1795439000', '2026-11-23T13:03:20.000Z'],
    ['1795439000000', '2026-11-23T13:03:20.000Z'],
  ])('reads a reset of %s as %s', (reset, moment) => {
    expect(readRateLimit({ 'x-ratelimit-reset-default': reset }, now).resetAt?.toISOString()).toBe(moment);
  });

  it('takes the Retry-After of a proxy where Cal.com says nothing', () => {
    expect(readRateLimit({ 'retry-after': '7' }, now).resetAt).toEqual(new Date('2026-11-23T13:02:07Z'));
  });

  it.each([undefined, '', 'soon', '-1', '1.5', ['3'], 3])('reads nothing from %j', (value) => {
    const headers = { 'x-ratelimit-reset-default': value, 'x-ratelimit-remaining-default': value };
    expect(readRateLimit(headers, now)).toEqual({ remaining: null, resetAt: null });
  });
});

describe('exhaustedUntil', () => {
  it.each([
    { remaining: 0, resetAt: '2026-11-23T13:02:31Z', until: '2026-11-23T13:02:31Z' },
    { remaining: 0, resetAt: '2027-11-23T13:02:00Z', until: '2026-11-23T14:02:00Z' },
    { remaining: 0, resetAt: '2026-11-23T13:01:59Z', until: null },
    { remaining: 1, resetAt: '2026-11-23T13:02:31Z', until: null },
  ])('is $until with $remaining left and a reset at $resetAt', ({ remaining, resetAt, until }) => {
    const found = exhaustedUntil({ remaining, resetAt: new Date(resetAt) }, now);
    expect(found).toEqual(until && new Date(until));
  });
});

describe('blockedUntil', () => {
  it('is what Cal.com says', () => {
    expect(blockedUntil({ remaining: 0, resetAt: new Date('2026-11-23T13:02:31Z') }, now)).toEqual(
      new Date('2026-11-23T13:02:31Z'),
    );
  });

  it.each([null, new Date('2026-11-23T13:01:00Z')])('is a minute where it says %j', (resetAt) => {
    expect(blockedUntil({ remaining: 0, resetAt }, now)).toEqual(new Date('2026-11-23T13:03:00Z'));
  });

  it('is an hour at the longest', () => {
    expect(blockedUntil({ remaining: 0, resetAt: new Date('2027-11-23T13:02:00Z') }, now)).toEqual(
      new Date('2026-11-23T14:02:00Z'),
    );
  });
});
