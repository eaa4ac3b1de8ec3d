import * as fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  comingTime,
  fullTime,
  nextMidnight,
  relativeTime,
  shortTime,
  zoneInWords,
  zoneLabel,
  zoneOffset,
} from './zoned-time.js';

const at = new Date('2026-11-26T13:30:00Z');
const now = new Date('2026-11-23T13:02:00Z');

describe('times in words', () => {
  it('names zone and offset', () => {
    expect(fullTime(at, 'Europe/Berlin', now)).toBe('Thu 26 Nov, 14:30 CET (UTC+1)');
    expect(fullTime(at, 'Asia/Kolkata', now)).toBe('Thu 26 Nov, 19:00 UTC+5:30');
    expect(zoneInWords('America/New_York', at)).toMatch(/^New York, .*UTC-5\)?$/);
  });

  it('knows that British Columbia stays on UTC-7 (time-zone data 2026b)', () => {
    expect(zoneLabel(at, 'America/Vancouver')).toContain('UTC-7');
    expect(shortTime(new Date('2026-11-11T00:00:00Z'), 'America/Vancouver', now)).toBe('Tue 10 Nov, 17:00');
  });

  it('follows the clock change between two instants of one zone', () => {
    expect(zoneLabel(new Date('2026-03-29T00:59:00Z'), 'Europe/Berlin')).toContain('UTC+1');
    expect(zoneLabel(new Date('2026-03-29T01:00:00Z'), 'Europe/Berlin')).toContain('UTC+2');
  });

  it('follows one that comes a minute after the hour', () => {
    expect(zoneOffset(new Date('2020-10-03T16:00:30Z'), 'Antarctica/Casey')).toBe('UTC+8');
    expect(zoneOffset(new Date('2020-10-03T16:01:00Z'), 'Antarctica/Casey')).toBe('UTC+11');
  });

  it('shows what the calendar shows, in any zone and in the minutes around its changes', () => {
    const changes = ['2026-03-29T01:00:00Z', '2026-04-04T15:00:00Z', '2026-11-01T06:00:00Z'];
    const minutes = fc.oneof(
      fc.integer({ min: Date.UTC(2020) / 60_000, max: Date.UTC(2040) / 60_000 }),
      fc
        .tuple(fc.constantFrom(...changes), fc.integer({ min: -20, max: 20 }))
        .map(([change, off]) => Date.parse(change) / 60_000 + off),
    );
    const zone = fc.constantFrom(
      'Europe/Berlin',
      'Australia/Lord_Howe',
      'America/New_York',
      ...Intl.supportedValuesOf('timeZone'),
    );
    fc.assert(
      fc.property(minutes, zone, (minute, zone) => {
        const at = new Date(minute * 60_000);
        const local = DateTime.fromJSDate(at, { zone }).setLocale('en-GB');
        const sameYear = local.year === DateTime.fromJSDate(now, { zone }).year;
        expect(shortTime(at, zone, now)).toBe(local.toFormat(sameYear ? 'ccc d LLL, HH:mm' : 'ccc d LLL yyyy, HH:mm'));
        expect(zoneOffset(at, zone)).toBe(`UTC${local.toFormat('Z')}`.replace(/:00$/, ''));
        expect(relativeTime(at, zone, at)).toBe(`Today, ${local.toFormat('HH:mm')}`);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says today and yesterday by the zone it is asked for', () => {
    const lateInKyoto = new Date('2026-11-22T15:30:00Z');
    expect(relativeTime(lateInKyoto, 'Asia/Tokyo', now)).toBe('Today, 00:30');
    expect(relativeTime(lateInKyoto, 'Europe/Berlin', now)).toBe('Yesterday, 16:30');
    expect(relativeTime(new Date('2026-11-20T08:12:00Z'), 'Europe/Berlin', now)).toBe('Fri 20 Nov, 09:12');
  });

  it('names the day of what is to come only where it is not today', () => {
    expect(comingTime(new Date('2026-11-23T13:32:00Z'), 'Europe/Berlin', now)).toBe('14:32');
    expect(comingTime(nextMidnight('Europe/Berlin', now), 'Europe/Berlin', now)).toBe('Tue 24 Nov, 00:00');
  });

  it('finds midnight where the day of a clock change begins later', () => {
    const before = new Date('2026-03-07T12:00:00Z');
    expect(nextMidnight('America/Havana', before).toISOString()).toBe('2026-03-08T05:00:00.000Z');
  });
});
