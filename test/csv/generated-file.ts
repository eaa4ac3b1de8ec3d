import * as fc from 'fast-check';

/** How a file is saved: what it is written with has to be found out by whoever reads it. */
export interface Manner {
  readonly delimiter: ',' | ';' | '\t';
  readonly lineEnd: '\n' | '\r\n' | '\r';
  readonly encoding:
    'utf-8' | 'utf-8 with a mark' | 'utf-16le' | 'utf-16be' | 'utf-16le without a mark' | 'windows-1252';
}

export interface GoodRow {
  readonly isGood: true;
  readonly cells: readonly [name: string, email: string, assessment: string, externalId: string];
  readonly isQuoted: boolean;
}

export interface BadRow {
  readonly isGood: false;
  /** As it stands in the file, in place of the delimiter a comma. */
  readonly line: string;
}

export interface GeneratedFile {
  readonly manner: Manner;
  readonly rows: readonly (GoodRow | BadRow)[];
  /** Of what the file is cut into on its way. */
  readonly pieceBytes: number;
}

const letters = { narrow: ['a', 'B', 'é', 'ü', 'Ø', 'ñ', ' ', '-', "'", '.'], wide: ['Ş', '李', '👩', 'ё', 'ệ'] };
const marks = [',', ';', '\t', '"', '""', '/', '&', '<b>', '{{', '\\'];

/** Begins with a letter, so that it is not blank, no formula and no number that a rule is about. */
function text(unit: readonly string[]): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...unit), { maxLength: 12 })
    .map((parts) => `N${parts.join('')}`.replaceAll('\t', ' ').trim());
}

function goodRow(unit: readonly string[]): fc.Arbitrary<GoodRow> {
  return fc.record({
    isGood: fc.constant(true as const),
    cells: fc.tuple(
      text([...unit, ...marks]),
      fc.constantFrom('ada', 'o.neil', 'a+b', "d'arc", 'x_1').map((local) => `${local}@people.example`),
      text(unit),
      fc.constant(''),
    ),
    isQuoted: fc.boolean(),
  });
}

/**
 * None of these may go in, whatever stands around them, and none may take its neighbours along. A quotation mark alone
 * is not among them: it may rightly close a cell that was opened lines above.
 */
const badRow: fc.Arbitrary<BadRow> = fc
  .oneof(
    fc.constantFrom(
      '"never closes,a@people.example,B,1',
      'Ada,"a@people.example,B,1',
      'stray"quote,a@people.example,B,1',
      '"closed"too,a@people.example,B,1',
      'Ada,a@people.example,B',
      'Ada,a@people.example,B,1,2',
      ',a@people.example,B,1',
      'Ada,,B,1',
      'Ada,a@people.example,,1',
      'Ada,a b@people.example,B,1',
      'Ada,ada@people,B,1',
      'Ada,a@people.example@x,B,1',
      '=1+1,a@people.example,B,1',
      '@SUM(A1),a@people.example,B,1',
      'Ada\u202e,a@people.example,B,1',
      'Ada\u0007,a@people.example,B,1',
      'x',
      ',,,x',
    ),
    fc.integer({ min: 201, max: 2_000 }).map((length) => `${'n'.repeat(length)},a@people.example,B,1`),
    fc.constant(`${'long '.repeat(14_000)},a@people.example,B,1`),
  )
  .map((line) => ({ isGood: false as const, line }));

const manner: fc.Arbitrary<Manner> = fc.record({
  delimiter: fc.constantFrom(',', ';', '\t'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom(
    'utf-8',
    'utf-8 with a mark',
    'utf-16le',
    'utf-16be',
    'utf-16le without a mark',
    'windows-1252',
  ),
});

/** A file of which it is known which rows have to go in. */
export const generatedFile: fc.Arbitrary<GeneratedFile> = manner.chain((chosen) => {
  const unit = chosen.encoding === 'windows-1252' ? letters.narrow : [...letters.narrow, ...letters.wide];
  return fc.record({
    manner: fc.constant(chosen),
    rows: fc.array(
      fc.oneof({ weight: 3, arbitrary: goodRow(unit) }, { weight: 2, arbitrary: badRow.map(fitting(chosen)) }),
      { minLength: 1, maxLength: 14 },
    ),
    pieceBytes: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 65, max: 100_000 })),
  });
});

/** Anything: bytes, and fragments of files that mislead. */
export const strangeBytes: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  fc
    .array(
      fc.constantFrom('name,email,assessment\n', 'a,a@people.example,B\n', '"', '""', ',', ';', '\t', '\r', '\n', 'é'),
      { maxLength: 60 },
    )
    .map((parts) => Buffer.from(parts.join(''))),
  fc
    .tuple(
      fc.constantFrom(
        '"',
        '""',
        '"\n',
        'a,"b\n',
        '""x\n',
        '"a""b',
        ',',
        ';',
        '\t',
        '\n',
        '\r\n',
        'x',
        'é',
        '\u{1f469}',
        '"x\n""y\n',
      ),
      fc.integer({ min: 1_000, max: 60_000 }),
    )
    .map(([part, times]) => Buffer.from(`name,email,assessment\n${part.repeat(times)}`)),
  fc
    .tuple(
      fc.constantFrom('utf16le', 'latin1', 'utf8'),
      fc.array(fc.constantFrom('naïve,', 'Ç;', '"', '\n', 'ÿ'), { maxLength: 40 }),
    )
    .map(([encoding, parts]) =>
      Buffer.concat([Buffer.from('name,email,assessment\n'), Buffer.from(parts.join(''), encoding as BufferEncoding)]),
    ),
);

/** What Windows-1252 cannot say is left out of its files. */
function fitting({ encoding }: Manner): (row: BadRow) => BadRow {
  return (row) => (encoding === 'windows-1252' ? { ...row, line: row.line.replace('\u202e', '\u0007') } : row);
}

export function bytesOf({ manner: { delimiter, lineEnd, encoding }, rows }: GeneratedFile): Buffer {
  const lines = rows.map((row) =>
    row.isGood
      ? row.cells.map((cell) => written(cell, delimiter, row.isQuoted)).join(delimiter)
      : row.line.replaceAll(',', delimiter),
  );
  const whole = [['name', 'email', 'assessment', 'external_id'].join(delimiter), ...lines].join(lineEnd);
  switch (encoding) {
    case 'utf-8':
      return Buffer.from(whole);
    case 'utf-8 with a mark':
      return Buffer.from(`\ufeff${whole}`);
    case 'utf-16le':
      return Buffer.from(`\ufeff${whole}`, 'utf16le');
    case 'utf-16be':
      return Buffer.from(`\ufeff${whole}`, 'utf16le').swap16();
    case 'utf-16le without a mark':
      return Buffer.from(whole, 'utf16le');
    case 'windows-1252':
      return Buffer.from(whole, 'latin1');
  }
}

function written(cell: string, delimiter: string, isQuoted: boolean): string {
  return isQuoted || [delimiter, '"', '\n', '\r'].some((mark) => cell.includes(mark))
    ? `"${cell.replaceAll('"', '""')}"`
    : cell;
}
