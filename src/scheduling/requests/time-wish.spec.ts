import { longestNote, readTimeWish, windowInstants } from './time-wish.js';

const now = new Date('2026-11-23T23:30:00Z');
const window = (number: number, day: string, from: string, to: string) => ({
  [`day_${number}`]: day,
  [`from_${number}`]: from,
  [`to_${number}`]: to,
});
const faults = (body: unknown, zone = 'Europe/Berlin') =>
  readTimeWish(body, zone, now).errors.map(({ field, message }) => `${field}: ${message}`);

describe('a wish for other times', () => {
  it('leaves out the windows that were not filled in', () => {
    const { wish, rows, errors } = readTimeWish(
      { ...window(1, '2026-12-01', '09:00', '12:30'), ...window(2, '', '', ''), note: ' Evenings ' },
      'Europe/Berlin',
      now,
    );
    expect(errors).toEqual([]);
    expect(wish).toEqual({ windows: [{ day: '2026-12-01', from: '09:00', to: '12:30' }], note: 'Evenings' });
    expect(rows).toHaveLength(3);
  });

  it('is a note alone, but not nothing', () => {
    expect(faults({ note: 'Any day after six' })).toEqual([]);
    for (const body of [{}, null, undefined, { note: ' \n\0 ' }, { note: ['x'], day_1: { a: 1 } }]) {
      expect(faults(body)).toEqual(['day_1: Give at least one time that suits you, or write a note.']);
    }
  });

  it('says what is missing where it is missing', () => {
    expect(faults(window(1, '', '09:00', '10:00'))[0]).toMatch(/^day_1: Choose a day for the first time/);
    expect(faults(window(1, '2026-02-30', '09:00', '10:00'))[0]).toMatch(/^day_1/);
    expect(faults(window(2, '2026-12-01', '', '10:00'))[0]).toMatch(/^from_2: Say from when the second time/);
    expect(faults(window(3, '2026-12-01', '09:00', '25:00'))[0]).toMatch(/^to_3: Say until when the third time/);
    expect(faults(window(1, '2026-12-01', '10:00', '10:00'))[0]).toMatch(/^to_1: The end of the first time/);
    expect(faults(window(1, '2028-12-01', '09:00', '10:00'))[0]).toMatch(/^day_1: Choose a day within a year/);
  });

  it('takes the day from the candidate’s clock', () => {
    expect(faults(window(1, '2026-11-23', '09:00', '10:00'), 'America/Vancouver')).toEqual([]);
    expect(faults(window(1, '2026-11-23', '09:00', '10:00'), 'Europe/Berlin')[0]).toMatch(/is over/);
  });

  it('cleans the note and bounds it', () => {
    const note = (text: string) => readTimeWish({ note: text }, 'UTC', now).wish.note;
    expect(note('a\r\nb\0c\u202ed \u2028 e')).toBe('a b c d e');
    expect(note('lone \ud800 half')).toBe('lone \ufffd half');
    expect(faults({ note: '😀'.repeat(longestNote) })).toEqual([]);
    expect(faults({ note: 'x'.repeat(longestNote + 1) })).toEqual([`note: Shorten the note to 500 characters.`]);
  });

  it('stands for instants of the candidate’s zone', () => {
    const { start, end } = windowInstants({ day: '2026-12-01', from: '09:00', to: '10:30' }, 'Asia/Kathmandu');
    expect(start.toISOString()).toBe('2026-12-01T03:15:00.000Z');
    expect(end.toISOString()).toBe('2026-12-01T04:45:00.000Z');
  });
});
