import { isAscii, isUtf8 } from 'node:buffer';

/** A whole file that cannot be used; nothing of it goes in. The message is written for the person who chose the file. */
export class FileRefused extends Error {}

export type CsvEncoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const foreignOpenings: readonly [opening: string, reason: string][] = [
  ['PK\x03\x04', 'This is a zip archive or a workbook (.xlsx), not a CSV file. Export it as CSV and choose that file.'],
  ['\xd0\xcf\x11\xe0', 'This is an old Excel workbook (.xls), not a CSV file. Export it as CSV and choose that file.'],
  ['%PDF', 'This is a PDF, not a CSV file.'],
];
const longestOpening = 4;

const marks: readonly [mark: string, encoding: CsvEncoding][] = [
  ['\xef\xbb\xbf', 'utf-8'],
  ['\xff\xfe', 'utf-16le'],
  ['\xfe\xff', 'utf-16be'],
];
/** Without a mark every other byte being NUL gives it away: a first row names columns, so it begins with ASCII. */
const nulPatterns: Readonly<Record<string, CsvEncoding>> = { x0x0: 'utf-16le', '0x0x': 'utf-16be' };

/**
 * Decodes a file that comes in pieces, whatever spreadsheets save: UTF-8, UTF-16 either way round, Windows-1252. What
 * is not text is refused. A letter that cannot be decoded becomes U+FFFD, for the row that holds it to be refused.
 */
export class CsvText {
  /** Null while all was ASCII, which is the same in two of them. */
  encoding: CsvEncoding | null = null;
  private decoder = new TextDecoder();
  private held = Buffer.alloc(0);
  private hasBegun = false;

  take(piece: Uint8Array): string {
    const bytes =
      this.held.length > 0
        ? Buffer.concat([this.held, piece])
        : Buffer.from(piece.buffer, piece.byteOffset, piece.byteLength);
    this.held = Buffer.alloc(0);
    if (!this.hasBegun && bytes.length < longestOpening) {
      this.held = Buffer.from(bytes);
      return '';
    }
    return this.decode(bytes);
  }

  end(): string {
    const rest = this.held;
    this.held = Buffer.alloc(0);
    this.begin(rest);
    return refuseNul(this.decoder.decode(rest));
  }

  private decode(bytes: Buffer): string {
    this.begin(bytes);
    if (this.encoding === null) {
      return this.decodeUndecided(bytes);
    }
    return refuseNul(this.decoder.decode(bytes, { stream: true }));
  }

  private begin(bytes: Buffer): void {
    if (this.hasBegun) {
      return;
    }
    this.hasBegun = true;
    const opening = bytes.toString('latin1', 0, longestOpening);
    const reason = foreignOpenings.find(([start]) => opening.startsWith(start))?.[1];
    if (reason) {
      throw new FileRefused(reason);
    }
    this.decide(encodingAt(opening));
  }

  /** The first letters beyond ASCII decide, by what most of them are; a letter cut in two waits for its rest. */
  private decodeUndecided(bytes: Buffer): string {
    if (isAscii(bytes)) {
      return refuseNul(bytes.toString('latin1'));
    }
    const whole = bytes.subarray(0, bytes.length - incompleteAtEnd(bytes));
    this.held = Buffer.from(bytes.subarray(whole.length));
    if (!isAscii(whole)) {
      this.decide(isUtf8(whole) || mostlyUtf8(whole) ? 'utf-8' : 'windows-1252');
    }
    return refuseNul(this.decoder.decode(whole, { stream: true }));
  }

  private decide(encoding: CsvEncoding | null): void {
    this.encoding = encoding;
    this.decoder = new TextDecoder(encoding ?? 'utf-8');
  }
}

function encodingAt(opening: string): CsvEncoding | null {
  const pattern = [...opening].map((byte) => (byte === '\0' ? '0' : 'x')).join('');
  return marks.find(([mark]) => opening.startsWith(mark))?.[1] ?? nulPatterns[pattern] ?? null;
}

function refuseNul(text: string): string {
  if (text.includes('\0')) {
    throw new FileRefused('The file contains NUL bytes, so it is not a text file. Export it as CSV UTF-8.');
  }
  return text;
}

/** How many bytes at the end begin a letter of UTF-8 that is longer. */
function incompleteAtEnd(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte >= 0xc2 && byte <= 0xf4) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
    if (byte < 0x80) {
      return 0;
    }
  }
  return 0;
}

function mostlyUtf8(bytes: Buffer): boolean {
  const letters = bytes.toString('utf8').match(/\P{ASCII}/gu) ?? [];
  const lost = letters.filter((letter) => letter === '\ufffd').length;
  return lost * 2 <= letters.length;
}

/** What the bytes 0x80 to 0x9f are in Windows-1252; all others are as in Latin-1. */
const windowsLetters = [...new TextDecoder('windows-1252').decode(Uint8Array.from({ length: 32 }, (_, n) => 0x80 + n))];
const windowsBytes = new Map(windowsLetters.map((letter, place) => [letter, String.fromCharCode(0x80 + place)]));

/** Whether text read as Windows-1252 was UTF-8: by chance that is next to impossible. */
export function wasUtf8(text: string): boolean {
  if (!/\P{ASCII}/u.test(text)) {
    return false;
  }
  return isUtf8(
    Buffer.from(
      text.replace(/\P{ASCII}/gu, (letter) => windowsBytes.get(letter) ?? letter),
      'latin1',
    ),
  );
}
