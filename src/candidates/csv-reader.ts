import { setImmediate as nextTurn } from 'node:timers/promises';
import { CsvRows, type CsvRow } from './csv-rows.js';
import { CsvText, FileRefused, wasUtf8 } from './csv-text.js';

const partBytes = 16 * 1024;

const otherEncoding =
  'The line is saved in another encoding (UTF-8) than the lines above it (Windows-1252). Save the whole file as UTF-8.';
const lostLetter =
  'It holds "\ufffd", which stands for a letter that is lost or saved in another encoding than the lines above it. Save the whole file as UTF-8.';

/** Who does the reading may be told how far it is. */
export interface ReadingOptions {
  readonly maxBytes?: number;
  /** Bytes so far. */
  readonly onRead?: (bytes: number) => void;
}

/**
 * The rows of a file, some at a time: between them others have their turn, whatever the pieces are. A row in another
 * encoding than those before it is faulty; what is no text at all is refused as a whole.
 */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { maxBytes = Infinity, onRead }: ReadingOptions = {},
): AsyncGenerator<CsvRow[]> {
  const text = new CsvText();
  const rows = new CsvRows();
  const checked = (found: CsvRow[]) => found.map((row) => withoutStrangeLetters(row, text));
  let length = 0;
  for await (const part of inParts(bytes)) {
    length += part.length;
    if (length > maxBytes) {
      throw new FileRefused(`The file is larger than ${maxBytes / 1024 / 1024} MB.`);
    }
    const found = rows.take(text.take(part));
    onRead?.(length);
    if (found.length > 0) {
      yield checked(found);
    }
    await nextTurn();
  }
  yield checked([...rows.take(text.end()), ...rows.end()]);
}

/** All of about one size: what comes in crumbs would be looked through again with each of them. */
async function* inParts(bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let crumbs: Uint8Array[] = [];
  let crumbBytes = 0;
  for await (const piece of bytes) {
    crumbs.push(piece);
    crumbBytes += piece.length;
    if (crumbBytes < partBytes) {
      continue;
    }
    const whole = crumbs.length > 1 ? Buffer.concat(crumbs) : piece;
    for (let start = 0; start < whole.length; start += partBytes) {
      yield whole.subarray(start, start + partBytes);
    }
    [crumbs, crumbBytes] = [[], 0];
  }
  yield Buffer.concat(crumbs);
}

function withoutStrangeLetters(row: CsvRow, { encoding }: CsvText): CsvRow {
  if (row.fault !== null) {
    return row;
  }
  const fault =
    encoding === 'windows-1252'
      ? row.cells.some(wasUtf8) && otherEncoding
      : row.cells.some((cell) => cell.includes('\ufffd')) && lostLetter;
  return fault ? { ...row, fault } : row;
}
