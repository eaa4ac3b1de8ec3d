import type { CsvRow } from './csv-rows.js';
import { FileRefused } from './csv-text.js';
import { readInvitationHeader, type InvitationColumn } from './invitation-header.js';
import type { InvitationReader, InvitationRow } from './invitation-row.js';

export type FileRow =
  { line: number; ok: true; row: InvitationRow } | { line: number; ok: false; reason: string; name: string | null };

/** The rows of one file: the first names the columns of all others. */
export class InvitationFile {
  private columns: readonly InvitationColumn[] | null = null;
  private rowCount = 0;

  constructor(
    private readonly reader: InvitationReader,
    private readonly maxRows: number,
  ) {}

  read(row: CsvRow): FileRow[] {
    if (!this.columns) {
      this.columns = columnsOf(row);
      return [];
    }
    const isBlank = row.fault === null && row.cells.every((cell) => cell.trim() === '');
    if (isBlank) {
      return [];
    }
    this.rowCount += 1;
    if (this.rowCount > this.maxRows) {
      throw new FileRefused(
        `The file has more than ${this.maxRows.toLocaleString('en')} rows. Split it and choose the parts.`,
      );
    }
    return [this.readRow(row, this.columns)];
  }

  end(): void {
    if (!this.columns) {
      throw new FileRefused('The file is empty. Its first row has to name the columns.');
    }
    if (this.rowCount === 0) {
      throw new FileRefused('The file names its columns, but has no rows below.');
    }
  }

  private readRow(row: CsvRow, columns: readonly InvitationColumn[]): FileRow {
    const { line } = row;
    const fault = row.fault ?? countFault(row, columns.length);
    if (fault) {
      return { line, ok: false, reason: fault, name: null };
    }
    const values = Object.fromEntries(columns.map((column, index) => [column, row.cells[index] ?? '']));
    const read = this.reader.read(values);
    return read.ok ? { line, ...read } : { line, ...read, name: shownName(values['name']) };
  }
}

function columnsOf(row: CsvRow): readonly InvitationColumn[] {
  const text = row.cells.join(',').trimStart();
  if (text.startsWith('<')) {
    throw new FileRefused('This is a web page or XML, not a CSV file.');
  }
  const header =
    row.fault === null
      ? readInvitationHeader(row.cells)
      : { ok: false as const, reason: `Line ${row.line}: ${row.fault}` };
  if (!header.ok) {
    throw new FileRefused(header.reason);
  }
  return header.columns;
}

function countFault({ line, lastLine, cells }: CsvRow, expected: number): string | null {
  if (cells.length === expected) {
    return null;
  }
  const count = `It has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'} where the first row has ${expected}.`;
  return lastLine > line ? `${count} It runs to line ${lastLine}: look for a forgotten quotation mark.` : count;
}

const longestShownName = 60;

function shownName(name: string | undefined): string | null {
  return (
    name
      ?.replace(/\p{Cc}+/gu, ' ')
      .trim()
      .slice(0, longestShownName) || null
  );
}
