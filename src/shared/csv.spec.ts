import { csvLine } from './csv.js';

describe('a line of a CSV file', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+49', "'+49"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t'=1"],
    ['\r=1', "'\r'=1"],
    ['Zoë;=HYPERLINK("https://evil.example")', 'Zoë;\'=HYPERLINK(""https://evil.example"")'],
    ['one\n=two', "one\n'=two"],
    ['a = b - c @ d', 'a = b - c @ d'],
    ['say "hi", then go', 'say ""hi"", then go'],
    ['', ''],
  ])('writes %j as %j', (text, written) => {
    expect(csvLine([text])).toBe(`"${written}"\r\n`);
  });

  it('separates the cells by commas, and leaves nothing where there is nothing', () => {
    expect(csvLine(['a', null, 7])).toBe('"a","","7"\r\n');
  });
});
