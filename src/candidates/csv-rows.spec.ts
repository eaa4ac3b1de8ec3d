import * as fc from 'fast-check';
import { CsvRows, type CsvRow } from './csv-rows.js';

describe('CsvRows', () => {
  it('splits cells at commas and rows at any line break', () => {
    expect(cellsOf('a,b\r\nc,d\ne,f\rg,h')).toEqual([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
      ['g', 'h'],
    ]);
  });

  it('reads quoted cells with commas, doubled quotation marks and line breaks', () => {
    expect(cellsOf('"a, b","say ""hi""","x\r\ny"\n"","",\n')).toEqual([
      ['a, b', 'say "hi"', 'x\r\ny'],
      ['', '', ''],
    ]);
  });

  it('numbers rows by the line of the file they begin on', () => {
    const rows = rowsOf('h\r\n\r\n"x\r\ny\rz"\r\n\n\nlast');
    expect(rows.map(({ line, lastLine }) => [line, lastLine])).toEqual([
      [1, 1],
      [3, 5],
      [8, 8],
    ]);
  });

  it.each([
    ['opens a cell and never closes it', 'a,b\n1,"2\n3,4\n5,6', 'never closes'],
    ['closes further down and is followed by text', 'a,b\n1,"2\n3,"4"\n5,6', 'never closes'],
    ['stands in the middle of a cell', 'a,b\n1,2"x"\n3,4\n5,6', 'inside a cell'],
    ['is followed by text', 'a,b\n"1"x,2\n3,4\n5,6', 'inside a cell'],
  ])('refuses the line alone where a quotation mark %s', (_, text, reason) => {
    const [, faulty, ...after] = rowsOf(text);
    expect(faulty).toMatchObject({ line: 2, cells: [], fault: expect.stringContaining(reason) as string });
    expect(after.at(-1)).toMatchObject({ line: 4, cells: ['5', '6'], fault: null });
  });

  it('refuses a row that is too long, and reads on behind it', () => {
    for (const long of [
      'x'.repeat(140_000),
      `"${'x'.repeat(140_000)}"`,
      `"${'x\n'.repeat(70_000)}"`,
      '"",'.repeat(35_000),
    ]) {
      const rows = rowsOf(`a\n${long}\nb`, 1_000);
      expect(rows[1]).toMatchObject({ line: 2, cells: [], fault: expect.any(String) as string });
      expect(rows.at(-1)).toMatchObject({ cells: ['b'], fault: null });
    }
  });

  it('gives back what was written, wherever the text is cut', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '李'), maxLength: 6 });
    const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { maxLength: 8 });
    const ending = fc.constantFrom('\n', '\r\n', '\r');
    fc.assert(
      fc.property(table, ending, fc.boolean(), fc.integer({ min: 1, max: 7 }), (rows, lineEnd, endsWithBreak, size) => {
        const text = rows.map((cells) => cells.map(written).join(',')).join(lineEnd) + (endsWithBreak ? lineEnd : '');
        expect(rowsOf(text, size).map(({ cells }) => cells)).toEqual(rows);
      }),
    );
  });

  it('reads any text the same in one piece and in many, and loses no line', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r'), maxLength: 40 });
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 5 }), (broken, size) => {
        const whole = rowsOf(broken);
        expect(rowsOf(broken, size)).toEqual(whole);
        const covered = new Set(whole.flatMap(({ line, lastLine }) => range(line, lastLine)));
        const withContent = broken.split(/\r\n|\n|\r/).flatMap((line, index) => (line === '' ? [] : [index + 1]));
        expect(withContent.filter((line) => !covered.has(line))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

function rowsOf(text: string, pieceSize = text.length || 1): CsvRow[] {
  const rows = new CsvRows();
  const found: CsvRow[] = [];
  for (let start = 0; start < text.length; start += pieceSize) {
    found.push(...rows.take(text.slice(start, start + pieceSize)));
  }
  return [...found, ...rows.end()];
}

function cellsOf(text: string): (readonly string[])[] {
  return rowsOf(text).map(({ cells }) => cells);
}

function written(cell: string): string {
  return /[,"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}
