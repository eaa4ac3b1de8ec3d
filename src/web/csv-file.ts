import { StreamableFile } from '@nestjs/common';
import { Readable } from 'node:stream';
import { csvLine, csvOpening } from '../shared/csv.js';

export interface CsvContent<Row> {
  readonly header: readonly string[];
  /** Some rows at a time. */
  readonly batches: AsyncIterable<readonly Row[]>;
  readonly cells: (row: Row) => readonly (string | number | null)[];
}

/**
 * A file to take along, written while it is read, so that its length costs no memory; nothing more is read once the
 * client has left. The name is of ASCII, and gets the day.
 */
export function csvFile<Row>(name: string, content: CsvContent<Row>): StreamableFile {
  const day = new Date().toISOString().slice(0, 10);
  return new StreamableFile(Readable.from(linesOf(content), { objectMode: false }), {
    type: 'text/csv; charset=utf-8',
    disposition: `attachment; filename="${name}-${day}.csv"`,
  });
}

async function* linesOf<Row>({ header, batches, cells }: CsvContent<Row>): AsyncGenerator<string> {
  yield csvOpening + csvLine(header);
  for await (const rows of batches) {
    yield rows.map((row) => csvLine(cells(row))).join('');
  }
}
