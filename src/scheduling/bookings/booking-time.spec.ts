import { dayInWords, isAtNight, theirTime, timeSpan } from './booking-time.js';

const start = new Date('2026-11-24T09:30:00Z');
const end = new Date('2026-11-24T10:00:00Z');
const now = new Date('2026-11-23T13:02:00Z');

describe('the time of a booking', () => {
  it('is said in the zone of the organization, with the offset', () => {
    expect(timeSpan(start, end, 'Europe/Berlin')).toBe('10:30–11:00 CET (UTC+1)');
  });

  it('is said in the zone of the candidate, with the day where that is another', () => {
    expect(theirTime(start, 'Asia/Seoul', 'Europe/Berlin')).toBe('18:30 in Seoul (UTC+9)');
    expect(theirTime(start, 'Asia/Kolkata', 'Europe/Berlin')).toBe('15:00 in Kolkata (UTC+5:30)');
    expect(theirTime(start, 'Pacific/Auckland', 'America/Los_Angeles')).toBe('22:30 in Auckland (UTC+13)');
    expect(theirTime(new Date('2026-11-24T16:00:00Z'), 'Asia/Seoul', 'Europe/Berlin')).toBe(
      'Wed 25 Nov, 01:00 in Seoul (UTC+9)',
    );
  });

  it('names the days around today by the calendar of the zone', () => {
    expect(dayInWords(start, 'Europe/Berlin', now)).toBe('Tomorrow, Tue 24 Nov');
    expect(dayInWords(now, 'Europe/Berlin', now)).toBe('Today, Mon 23 Nov');
    expect(dayInWords(now, 'Pacific/Auckland', start)).toBe('Today, Tue 24 Nov');
    expect(dayInWords(new Date('2027-01-04T09:00:00Z'), 'Europe/Berlin', now)).toBe('Mon 4 Jan 2027');
  });

  it('is at night where few people are up', () => {
    expect(['Europe/Berlin', 'America/Los_Angeles', 'Pacific/Auckland'].map((zone) => isAtNight(start, zone))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('counts days where a clock change makes one longer', () => {
    const dayBefore = new Date('2026-10-24T20:00:00Z');
    expect(dayInWords(new Date('2026-10-25T23:30:00Z'), 'Europe/Berlin', dayBefore)).toBe('Mon 26 Oct');
    expect(dayInWords(new Date('2026-10-25T22:30:00Z'), 'Europe/Berlin', dayBefore)).toBe('Tomorrow, Sun 25 Oct');
  });
});
