import { durationInWords, mailsPerMinute, rateInWords } from './pace.js';

describe('the pace of a send', () => {
  const steady = (seconds: number, count: number) =>
    Array.from({ length: seconds }, (_, index) => ({ secondsAgo: index + 1, count }));

  it('is what left in the window, without the mails that mark its begin', () => {
    expect(mailsPerMinute(steady(60, 3))).toBeCloseTo(177);
    expect(mailsPerMinute([...steady(10, 0), { secondsAgo: 10, count: 100 }, { secondsAgo: 5, count: 100 }])).toBe(600);
  });

  it('is not known before there is a measure', () => {
    expect(mailsPerMinute([])).toBeNull();
    expect(
      mailsPerMinute([
        { secondsAgo: 3, count: 100 },
        { secondsAgo: 1, count: 100 },
      ]),
    ).toBeNull();
    expect(mailsPerMinute([{ secondsAgo: 40, count: 100 }])).toBeNull();
  });

  it('sinks while nothing leaves', () => {
    const before = mailsPerMinute([
      { secondsAgo: 20, count: 1 },
      { secondsAgo: 10, count: 30 },
    ])!;
    const later = mailsPerMinute([
      { secondsAgo: 50, count: 1 },
      { secondsAgo: 40, count: 30 },
    ])!;
    expect(later).toBeLessThan(before);
  });

  it.each([
    [1, 'A few seconds'],
    [45, 'Less than a minute'],
    [60, 'About a minute'],
    [61, 'About 2 minutes'],
    [5_399, 'About 90 minutes'],
    [5_401, 'About 2 hours'],
  ])('says %d seconds as %s', (seconds, words) => {
    expect(durationInWords(seconds)).toBe(words);
  });

  it.each([
    [0.2, '1'],
    [7, '7'],
    [177, '180'],
    [12_345, '12,000'],
  ])('says %d a minute as %s', (perMinute, words) => {
    expect(rateInWords(perMinute)).toBe(words);
  });
});
