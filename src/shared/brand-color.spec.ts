import * as fc from 'fast-check';
import { brandColor, brandStyleSheet, contrast, readHexColor } from './brand-color.js';

const lightest = '#f6f7f9';
const darkest = '#1d2027';

describe('a brand colour', () => {
  it.each([
    ['#3B5BDB', '#3b5bdb'],
    ['3b5bdb', '#3b5bdb'],
    [' #35d ', '#3355dd'],
  ])('is read from %j', (typed, hex) => expect(readHexColor(typed)).toBe(hex));

  it.each(['', '#', 'blue', '#12345', '#1234567', '#12345g', '#fff;}', 'url(x)', '#ｆｆｆ'])('is not %j', (typed) =>
    expect(readHexColor(typed)).toBeNull(),
  );

  it('measures contrast as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#ffffff', '#767676')).toBeCloseTo(4.54, 2);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });

  it('keeps a colour that can be read, and darkens one that cannot', () => {
    expect(brandColor('#1d4ed8')).toMatchObject({ text: '#ffffff', onLight: '#1d4ed8' });
    const yellow = brandColor('#ffd400');
    expect(yellow).toMatchObject({ hex: '#ffd400', text: '#000000', onDark: '#ffd400' });
    expect(yellow.onLight).not.toBe('#ffd400');
  });

  it('can be read everywhere, whatever was chosen', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (number) => {
        const hex = `#${number.toString(16).padStart(6, '0')}`;
        const { text, onLight, onDark } = brandColor(hex);
        const ratios = [contrast(text, hex), contrast(onLight, lightest), contrast(onDark, darkest)];
        expect(Math.min(...ratios)).toBeGreaterThanOrEqual(4.5);
        expect(brandStyleSheet(brandColor(hex))).not.toMatch(/undefined|NaN/);
      }),
      { numRuns: 500 },
    );
  });
});
