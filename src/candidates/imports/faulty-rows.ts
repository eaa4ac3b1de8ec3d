import type { StreamableFile } from '@nestjs/common';
import { csvFile } from '../../web/csv-file.js';
import { readCsv } from '../csv-reader.js';
import type { RefusedRow } from '../invitation-staging.js';
import type { CandidateImport } from './candidate-import.entity.js';
import { headingKey } from './column-map.js';

const reasonHeading = 'reason';

export interface FaultySource {
  readonly upload: CandidateImport;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Some of the faults behind a line, in the order of the lines. */
  readonly faults: (after: number) => Promise<readonly RefusedRow[]>;
}

/** The rows that do not go in, as they were, with a column that says why: to be corrected and chosen again. */
export function faultyRowsFile(source: FaultySource): StreamableFile {
  const { headings } = source.upload;
  const kept = headings.flatMap((heading, index) => (headingKey(heading) === reasonHeading ? [] : [index]));
  return csvFile<FaultyRow>('candidates-to-correct', {
    header: [...kept.map((index) => headings[index]!), reasonHeading],
    batches: faultyRows(source),
    cells: ({ cells, reason }) => [...kept.map((index) => cells[index] ?? ''), reason],
  });
}

interface FaultyRow {
  readonly cells: readonly string[];
  readonly reason: string;
}

async function* faultyRows({ bytes, faults }: FaultySource): AsyncGenerator<FaultyRow[]> {
  let waiting = await faults(0);
  let next = 0;
  for await (const rows of readCsv(bytes)) {
    const found: FaultyRow[] = [];
    for (const { line, cells, raw } of rows) {
      if (line !== waiting[next]?.line) {
        continue;
      }
      found.push({ cells: raw ? [raw] : cells, reason: waiting[next]!.reason });
      next += 1;
      if (next === waiting.length) {
        [waiting, next] = [await faults(line), 0];
      }
    }
    yield found;
    if (waiting.length === 0) {
      return;
    }
  }
}
