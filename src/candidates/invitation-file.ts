import type { CsvRow } from './csv-rows.js';
import { FileRefused } from './csv-text.js';
import type { ImportLimits } from './invitation-import.service.js';
import { mostColumns, readInvitationHeader, type InvitationHeader, type MappedColumns } from './invitation-header.js';
import type { InvitationReader, InvitationRow, InvitationValues } from './invitation-row.js';

export type FileRow =
  { line: number; ok: true; row: InvitationRow } | { line: number; ok: false; reason: string; name: string | null };

/** The rows of one file: the first names the columns of all others. */
export class InvitationFile {
  private columns: MappedColumns | null = null;
  private rowCount = 0;

  /** Without `readHeader` the first row has to name the columns as we do. */
  constructor(
    private readonly reader: InvitationReader,
    private readonly limits: Pick<ImportLimits, 'maxRows' | 'beyond'>,
    private readonly readHeader: (cells: readonly string[]) => InvitationHeader = readInvitationHeader,
  ) {}

  read(row: CsvRow): FileRow[] {
    if (!this.columns) {
      this.columns = columnsOf(row, this.readHeader);
      return [];
    }
    const isBlank = row.fault === null && row.cells.every((cell) => cell.trim() === '');
    if (isBlank) {
      return [];
    }
    this.rowCount += 1;
    if (this.rowCount > this.limits.maxRows) {
      const most = this.limits.maxRows.toLocaleString('en');
      throw new FileRefused(`The file has more than ${most} rows. ${this.limits.beyond}`);
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

  private readRow(row: CsvRow, columns: MappedColumns): FileRow {
    const { line } = row;
    const fault = row.fault ?? countFault(row, columns.length);
    if (fault) {
      return { line, ok: false, reason: fault, name: null };
    }
    const values: InvitationValues = {};
    columns.forEach((column, index) => {
      if (column) {
        values[column] = withoutTextMark(row.cells[index]!);
      }
    });
    const read = this.reader.read(values);
    return read.ok ? { line, ok: true, row: read.row } : { line, ...read, name: shownName(values.name) };
  }
}

/** The first row of a file, or why there can be none. */
export function headerCells(row: CsvRow): readonly string[] {
  const text = row.cells.join(',').trimStart();
  if (text.startsWith('<')) {
    throw new FileRefused('This is a web page or XML, not a CSV file.');
  }
  if (row.fault !== null) {
    throw new FileRefused(`Line ${row.line}: ${row.fault}`);
  }
  if (row.cells.length > mostColumns) {
    const count = row.cells.length.toLocaleString('en');
    throw new FileRefused(
      `The first row has ${count} columns; ${mostColumns} are the most. Is it a table of candidates?`,
    );
  }
  return row.cells;
}

function columnsOf(row: CsvRow, readHeader: (cells: readonly string[]) => InvitationHeader): MappedColumns {
  const header = readHeader(headerCells(row));
  if (!header.ok) {
    throw new FileRefused(header.reason);
  }
  return header.columns;
}

/** A spreadsheet, and our own files of faulty rows, mark what would look like a formula. */
function withoutTextMark(cell: string): string {
  return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
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
