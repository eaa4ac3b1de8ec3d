import { exceptionsOf, readPlaces, writePlaces } from './exceptions.js';

describe('the exceptions of a selection', () => {
  it('are what is left out elsewhere and what is not ticked here', () => {
    expect(exceptionsOf([3, 57], [0, 1, 2, 3], [0, 2])).toEqual([1, 3, 57]);
  });

  it('end for whoever is ticked again', () => {
    expect(exceptionsOf([3, 57], [3, 4], [3, 4])).toEqual([57]);
  });

  it('ignore ticks of rows that were not shown', () => {
    expect(exceptionsOf([57], [3], [57])).toEqual([3, 57]);
  });

  it('are read as they are written', () => {
    expect(readPlaces(writePlaces([57, 3, 1_000_000]))).toEqual([3, 57, 1_000_000]);
    expect(writePlaces([])).toBe('');
  });

  it.each(['', undefined])('are none in %p', (text) => {
    expect(readPlaces(text)).toEqual([]);
  });

  it.each([',', '1,', '-1', '1.5', '1e3', '99999999', 'x', ['1']])('are unknown in %p', (text) => {
    expect(readPlaces(text)).toBeNull();
  });
});
