import { timeAgo } from './time-ago.js';

const now = new Date('2026-11-23T13:02:00Z');
const before = (seconds: number) => timeAgo(new Date(now.getTime() - seconds * 1000), now);

describe('how long ago', () => {
  it.each([
    [-5, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [59 * 60, '59 minutes ago'],
    [60 * 60, '1 hour ago'],
    [47 * 3600, '47 hours ago'],
    [48 * 3600, '2 days ago'],
  ])('%i seconds are %s', (seconds, words) => {
    expect(before(seconds)).toBe(words);
  });
});
