import { readCsv } from '../csv-reader.js';
import { FileRefused } from '../csv-text.js';

const samplesEach = 3;
const rowsLookedAt = 50;
const longestSample = 60;

/** A few different values of each column, of the first rows: enough to see what a column holds. */
export async function columnSamples(bytes: AsyncIterable<Uint8Array>, columnCount: number): Promise<string[][]> {
  const samples = Array.from({ length: columnCount }, () => new Set<string>());
  try {
    let rowCount = -1;
    for await (const rows of readCsv(bytes)) {
      for (const { cells, fault } of rows) {
        rowCount += 1;
        if (rowCount > 0 && fault === null && cells.length === columnCount) {
          cells.forEach((cell, index) => addSample(samples[index]!, cell));
        }
        if (rowCount === rowsLookedAt || samples.every(({ size }) => size === samplesEach)) {
          return samples.map((values) => [...values]);
        }
      }
    }
  } catch (error) {
    // Why a file cannot be used is said by its check.
    if (!(error instanceof FileRefused)) {
      throw error;
    }
  }
  return samples.map((values) => [...values]);
}

function addSample(samples: Set<string>, cell: string): void {
  const value = cell.trim();
  if (value && samples.size < samplesEach) {
    const letters = Array.from(value.slice(0, 2 * (longestSample + 1)));
    samples.add(letters.length > longestSample ? `${letters.slice(0, longestSample - 1).join('')}…` : value);
  }
}
