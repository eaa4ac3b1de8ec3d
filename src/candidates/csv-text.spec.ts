import * as fc from 'fast-check';
import { CsvText, FileRefused, wasUtf8 } from './csv-text.js';

const sentence = 'name,email\nJosé Ñuñez,ada@example.com\nZoë €5 – naïve';

describe('CsvText', () => {
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(sentence)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${sentence}`)],
    ['UTF-16', Buffer.from(`\ufeff${sentence}`, 'utf16le')],
    ['UTF-16 without a mark', Buffer.from(sentence, 'utf16le')],
    ['UTF-16 the other way round', Buffer.from(`\ufeff${sentence}`, 'utf16le').swap16()],
    ['UTF-16 the other way round without a mark', Buffer.from(sentence, 'utf16le').swap16()],
    ['Windows-1252', Buffer.from(sentence.replace('€', '\x80').replace('–', '\x96'), 'latin1')],
  ])('recognises %s, wherever the file is cut', (_, bytes) => {
    for (let size = 1; size <= bytes.length; size += 1) {
      expect(decoded(bytes, size)).toBe(sentence);
    }
  });

  it('marks what cannot be decoded, and goes on behind it', () => {
    const mixed = Buffer.concat([Buffer.from('é1,é2\n'), Buffer.from('é\n', 'latin1'), Buffer.from('é3')]);
    expect(decoded(mixed, 100)).toBe('é1,é2\n\ufffd\né3');
  });

  it.each([
    ['a zip archive', 'PK\x03\x04\x00', 'zip'],
    ['an old workbook', '\xd0\xcf\x11\xe0\xa1', '.xls'],
    ['a PDF', '%PDF-1.7', 'PDF'],
    ['NUL bytes', 'name,email\n\0', 'NUL bytes'],
    ['NUL bytes at the end', 'name\xe9,email\n\0', 'NUL bytes'],
  ])('refuses %s', (_, bytes, reason) => {
    expect(() => decoded(Buffer.from(bytes, 'latin1'), 3)).toThrow(FileRefused);
    expect(() => decoded(Buffer.from(bytes, 'latin1'), 100)).toThrow(reason);
  });

  it('takes any bytes in one piece for the same as in many, or refuses both', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
        const ascii = Buffer.from(bytes).map((byte) => byte & 0x7f);
        expect(outcome(ascii as Buffer, size)).toBe(outcome(ascii as Buffer, 100));
      }),
    );
  });
});

describe('wasUtf8', () => {
  it.each(['JosÃ©', 'â‚¬', 'æ\u009dŽ'])('knows %s', (text) => expect(wasUtf8(text)).toBe(true));
  it.each(['', 'Ada', 'José', 'Ñuñez', '€', 'Å', 'Ø é'])('does not take %j for it', (text) =>
    expect(wasUtf8(text)).toBe(false),
  );
});

function decoded(bytes: Buffer, size: number): string {
  const text = new CsvText();
  let found = '';
  for (let start = 0; start < bytes.length; start += size) {
    found += text.take(bytes.subarray(start, start + size));
  }
  return found + text.end();
}

function outcome(bytes: Buffer, size: number): string {
  try {
    return decoded(bytes, size);
  } catch (error) {
    return (error as Error).message;
  }
}
