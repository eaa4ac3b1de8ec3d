/** A whole file that cannot be used; nothing of it goes in. The message is written for the person who chose the file. */
export class FileRefused extends Error {}

const saveAsUtf8 = 'Save it as CSV UTF-8 and choose it again.';

const foreignOpenings: readonly [opening: string, reason: string][] = [
  ['PK\x03\x04', 'This is a zip archive or a workbook (.xlsx), not a CSV file. Export it as CSV and choose that file.'],
  ['\xd0\xcf\x11\xe0', 'This is an old Excel workbook (.xls), not a CSV file. Export it as CSV and choose that file.'],
  ['%PDF', 'This is a PDF, not a CSV file.'],
  ['\xff\xfe', `The file is saved as UTF-16. ${saveAsUtf8}`],
  ['\xfe\xff', `The file is saved as UTF-16. ${saveAsUtf8}`],
];
const longestOpening = 4;

/** Decodes UTF-8, with or without a byte order mark, and refuses what is not text, not UTF-8 or longer than `maxBytes`. */
export async function* readCsvText(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let length = 0;
  let opening = '';
  for await (const piece of bytes) {
    if (opening.length < longestOpening) {
      opening += Buffer.from(piece.subarray(0, longestOpening)).toString('latin1');
      refuseForeign(opening);
    }
    length += piece.length;
    if (length > maxBytes) {
      throw new FileRefused(`The file is larger than ${maxBytes / 1024 / 1024} MB. Split it and choose the parts.`);
    }
    if (piece.includes(0)) {
      throw new FileRefused('The file contains NUL bytes, so it is not a text file. Export it as CSV UTF-8.');
    }
    yield decode(decoder, piece);
  }
  yield decode(decoder);
}

function refuseForeign(opening: string): void {
  const reason = foreignOpenings.find(([start]) => opening.startsWith(start))?.[1];
  if (reason) {
    throw new FileRefused(reason);
  }
}

function decode(decoder: InstanceType<typeof TextDecoder>, piece?: Uint8Array): string {
  try {
    return decoder.decode(piece, { stream: piece !== undefined });
  } catch {
    throw new FileRefused(`The file is not saved as UTF-8. ${saveAsUtf8}`);
  }
}
