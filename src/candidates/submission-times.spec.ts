import * as fc from 'fast-check';
import { SubmissionTimes } from './submission-times.js';

const berlin = new SubmissionTimes('Europe/Berlin');

describe('SubmissionTimes', () => {
  it.each([
    ['2026-11-20', '2026-11-19T23:00:00.000Z'],
    ['2026-07-01', '2026-06-30T22:00:00.000Z'],
    ['2028-02-29', '2028-02-28T23:00:00.000Z'],
    ['2026-11-20T16:30:00Z', '2026-11-20T16:30:00.000Z'],
    ['2026-11-20t16:30z', '2026-11-20T16:30:00.000Z'],
    ['2026-11-20 16:30:00+05:45', '2026-11-20T10:45:00.000Z'],
    ['2026-11-20 16:30:00.250 -0330', '2026-11-20T20:00:00.250Z'],
    ['2026-11-20T16:30:00+01', '2026-11-20T15:30:00.000Z'],
  ])('reads %s as %s', (text, instant) => {
    expect(berlin.read(text)).toEqual({ ok: true, at: new Date(instant) });
  });

  it('begins the day at its first moment where the clocks skip midnight', () => {
    const beirut = new SubmissionTimes('Asia/Beirut');
    expect(beirut.read('2026-03-29')).toEqual({ ok: true, at: new Date('2026-03-28T22:00:00Z') });
  });

  it.each(['2026-11-20T16:30', '2026-11-20 16:30:00', '2026-11-20T16:30:00.5'])('asks for the offset of %s', (text) => {
    expect(berlin.read(text)).toMatchObject({ ok: false, fault: expect.stringContaining('offset') as string });
  });

  it.each([
    'yesterday',
    '20/11/2026',
    '20.11.2026',
    '2026-13-01',
    '2026-02-30',
    '2026-02-29',
    '0001-01-01',
    '9999-12-31',
    '2026-11-20T24:00:00Z',
    '2026-11-20T16:60:00Z',
    '2026-11-20T16:30:00+25:00',
    '2026-11-20T16:30:00 Europe/Berlin',
    '2026-11-20T',
    '20261120',
    '1763654400',
    '45981',
  ])('does not take %s for a date', (text) => {
    expect(berlin.read(text)).toMatchObject({ ok: false });
  });

  it('reads back every instant it is given in ISO form', () => {
    const instants = fc.date({
      min: new Date('2000-01-01T00:00Z'),
      max: new Date('2099-12-31T00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (at) => {
        expect(berlin.read(at.toISOString())).toEqual({ ok: true, at });
      }),
    );
  });
});
