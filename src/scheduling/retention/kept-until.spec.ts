import { lastKeptDay, readKeptUntil } from './kept-until.js';

const zone = 'Europe/Berlin';
const now = new Date('2026-11-23T12:00:00Z');
const erasedAt = new Date('2026-11-30T11:00:00Z');

describe('the day until which candidates are kept', () => {
  it('ends at midnight of the zone', () => {
    const until = readKeptUntil(' 2026-12-31 ', zone, erasedAt, now)!;
    expect(until.toISOString()).toBe('2026-12-31T23:00:00.000Z');
    expect(lastKeptDay(until, zone)).toBe('31 December 2026');
  });

  it.each([
    ['2026-11-30', '2026-11-30T23:00:00.000Z'],
    ['2036-11-22', '2036-11-22T23:00:00.000Z'],
  ])('may be %s', (typed, until) => {
    expect(readKeptUntil(typed, zone, erasedAt, now)?.toISOString()).toBe(until);
  });

  it('is not over', () => {
    const longAgo = new Date('2026-01-01T00:00:00Z');
    expect(readKeptUntil('2026-11-22', zone, longAgo, now)).toBeNull();
    expect(readKeptUntil('2026-11-23', zone, longAgo, now)).not.toBeNull();
  });

  it.each(['', 'soon', '2026-11-29', '2036-11-24', '2027-02-30', '31.12.2026', '+012026-12-31', ['2026-12-31']])(
    'is not %j',
    (typed) => {
      expect(readKeptUntil(typed, zone, erasedAt, now)).toBeNull();
    },
  );
});
