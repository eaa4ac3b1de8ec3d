import { quoted, readLabel, readPlainText } from './plain-text.js';

const read = (raw: string) => readPlainText(raw, 'The name', 10);

describe('readPlainText', () => {
  it.each([
    ['  Ada\u00a0 Lovel ', 'Ada Lovel'],
    ['S\u0327ahin', '\u015eahin'],
    ["O'Connor", "O'Connor"],
    ['李\u3000晓明', '李 晓明'],
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['👩‍🚀👩‍🚀👩‍🚀', '👩‍🚀👩‍🚀👩‍🚀'],
    ['\ufeffAda\n', 'Ada'],
  ])('reads %j as %j', (raw, text) => expect(read(raw)).toEqual({ ok: true, text }));

  it.each([
    ['   ', 'The name is missing.'],
    ['x'.repeat(11), 'The name is longer than 10 characters.'],
    ['Ada\r\nBcc:', 'The name contains a line break or another control character.'],
    ['Ada\tL', 'The name contains a line break or another control character.'],
    ['A\u0000B', 'The name contains a line break or another control character.'],
    ['A\u202eB', 'The name contains a line break or another control character.'],
    ['A\u2028B', 'The name contains a line break or another control character.'],
    ['M\ufffdller', 'The name contains "\ufffd", which stands for a letter lost when the file was saved.'],
  ])('refuses %j', (raw, fault) => expect(read(raw)).toEqual({ ok: false, fault }));
});

describe('readLabel', () => {
  it.each(['=1+1', '+cmd', '-2', '@SUM(A1)', ' =HYPERLINK()'])('refuses %j, a formula in a spreadsheet', (raw) => {
    expect(readLabel(raw, 'The title', 50)).toMatchObject({
      ok: false,
      fault: expect.stringMatching(/formula/) as string,
    });
  });
});

describe('quoted', () => {
  it('keeps an error sentence on one line, and short', () => {
    expect(quoted('a\r\nb\u202ec')).toBe('"a··b·c"');
    expect(quoted('x'.repeat(500))).toBe(`"${'x'.repeat(60)}…"`);
  });
});
