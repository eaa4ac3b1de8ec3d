import { knownZone, knownZones } from './known-zones.js';

describe('a zone as a person types it', () => {
  it.each([
    ['europe/berlin', 'Europe/Berlin'],
    [' America/New York ', 'America/New_York'],
    ['utc', 'UTC'],
  ])('%j is %s', (typed, zone) => expect(knownZone(typed)).toBe(zone));

  it.each(['Asia/Kolkata', 'Asia/Calcutta', 'US/Eastern', 'Europe/Kyiv', 'Europe/Kiev'])(
    '%s is a listed one',
    (typed) => expect(knownZones).toContain(knownZone(typed)),
  );

  it.each(['', 'Berlin', '+05:30', 'EST5EDT;', 'Europe/Atlantis', '../etc/passwd'])('%j is none', (typed) =>
    expect(knownZone(typed)).toBeNull(),
  );
});
