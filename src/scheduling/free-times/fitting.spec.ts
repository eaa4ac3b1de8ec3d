import { countFitting, fittingTimes } from './fitting.js';

const at = (...times: string[]) => times.map((time) => new Date(`2026-12-01T${time}:00Z`));

describe('the number of interviews that fit', () => {
  it('is the number of starts where they follow each other', () => {
    expect(countFitting(at('09:00', '09:30', '10:00'), 30)).toBe(3);
    expect(countFitting([], 30)).toBe(0);
  });

  it('counts none twice where starts lie closer together', () => {
    expect(countFitting(at('09:00', '09:15', '09:30', '09:45'), 30)).toBe(2);
    expect(countFitting(at('09:45', '09:00', '09:15'), 60)).toBe(1);
  });

  it('is made of the earliest that do not overlap', () => {
    expect(fittingTimes(at('09:45', '09:00', '09:15', '09:30', '09:00'), 30)).toEqual(at('09:00', '09:30'));
  });
});
