export interface CsvRow {
  /** The lines of the file, from 1, on which the row begins and ends. */
  readonly line: number;
  readonly lastLine: number;
  readonly cells: readonly string[];
  /** Why the row cannot be read, in plain words. */
  readonly fault: string | null;
  /** The line as it stands in the file, cut where it is too long, where it has no cells; else empty. */
  readonly raw: string;
}

export type Delimiter = ',' | ';' | '\t';

type Cell = { value: string; end: number };
type Fault = { fault: string };

const needsMore = Symbol('needs more text');
type NeedsMore = typeof needsMore;

export const longestRow = 65_536;
const lineBreak = /\r\n|\n|\r/g;
const quotedCells = /"(?:[^"]|"")*"/g;
const delimiters: readonly Delimiter[] = [',', ';', '\t'];
const endsOfBareCell: Readonly<Record<Delimiter, RegExp>> = {
  ',': /[,\r\n"]/g,
  ';': /[;\r\n"]/g,
  '\t': /[\t\r\n"]/g,
};

const neverCloses = { fault: 'A quotation mark opens a cell here and never closes it.' };
const strayQuote = {
  fault: 'A quotation mark stands inside a cell; put the whole cell in quotation marks and double the inner ones.',
};
const tooLong = { fault: `The row is longer than ${longestRow.toLocaleString('en')} characters.` };

/**
 * Splits text with commas, semicolons or tabs (RFC 4180) that arrives in pieces of any size; which of them the first row
 * has most of separates all cells. Blank lines are passed over. A row that
 * cannot be read is a fault of its first line alone, and reading goes on with the next line: a forgotten quotation mark
 * must not swallow the people below it. (`csv-parse` loses those, and counts a CRLF inside a cell as two lines.)
 */
export class CsvRows {
  private text = '';
  private at = 0;
  private line = 1;
  private isLast = false;
  private isSkippingLine = false;
  private delimiter: Delimiter | null = null;

  /** The rows that the text so far completes. */
  take(more: string): CsvRow[] {
    this.text = this.text.slice(this.at) + more;
    this.at = 0;
    return [...this.read()];
  }

  /** The rows that the end of the text completes. */
  end(): CsvRow[] {
    this.isLast = true;
    return [...this.read()];
  }

  private *read(): Generator<CsvRow> {
    while (this.at < this.text.length) {
      if (this.isSkippingLine) {
        if (this.skipLine() === needsMore) {
          return;
        }
        continue;
      }
      const row = this.next();
      if (row === needsMore) {
        return;
      }
      if (row) {
        yield row;
      }
    }
  }

  private next(): CsvRow | null | NeedsMore {
    const { line } = this;
    const lineEnd = this.lineEnd();
    if (lineEnd === this.at) {
      this.moveTo(lineEnd);
      return null;
    }
    const end = lineEnd ?? this.text.length;
    const isTooLong = end - this.at > longestRow;
    if (lineEnd === null && !this.isLast && !isTooLong) {
      return needsMore;
    }
    const firstLine = this.text.slice(this.at, Math.min(end, this.at + longestRow));
    const found = isTooLong ? tooLong : this.cells(firstLine, end);
    if (found === needsMore) {
      return needsMore;
    }
    if ('fault' in found) {
      this.isSkippingLine = true;
      return { line, lastLine: line, cells: [], fault: found.fault, raw: firstLine };
    }
    const lastLine = found.end === end ? line : line + countBreaks(this.text.slice(this.at, found.end));
    this.moveTo(found.end, lastLine + 1);
    return { line, lastLine, cells: found.cells, fault: null, raw: '' };
  }

  private cells(firstLine: string, end: number): { cells: string[]; end: number } | Fault | NeedsMore {
    this.delimiter ??= delimiterOf(firstLine);
    return firstLine.includes('"') ? this.cellsWithQuotes() : { cells: firstLine.split(this.delimiter), end };
  }

  private cellsWithQuotes(): { cells: string[]; end: number } | Fault | NeedsMore {
    const cells: string[] = [];
    for (let start = this.at; ;) {
      const cell = this.text[start] === '"' ? this.quotedCell(start) : this.bareCell(start);
      if (cell === needsMore || 'fault' in cell) {
        return cell;
      }
      cells.push(cell.value);
      if (this.text[cell.end] !== this.delimiter) {
        return this.mayBeHalfABreak(cell.end) ? needsMore : { cells, end: cell.end };
      }
      start = cell.end + 1;
    }
  }

  private quotedCell(start: number): Cell | Fault | NeedsMore {
    let close = this.text.indexOf('"', start + 1);
    while (close !== -1 && this.text[close + 1] === '"') {
      close = this.text.indexOf('"', close + 2);
    }
    const isOutOfReach = (close === -1 ? this.text.length : close) - this.at > longestRow;
    if (isOutOfReach || (close === -1 && this.isLast)) {
      return neverCloses;
    }
    const end = close + 1;
    if (close === -1 || (end === this.text.length && !this.isLast)) {
      return needsMore;
    }
    const value = this.text.slice(start + 1, close);
    if (end < this.text.length && this.text[end] !== this.delimiter && !'\r\n'.includes(this.text[end]!)) {
      return countBreaks(value) > 0 ? neverCloses : strayQuote;
    }
    return { value: value.replaceAll('""', '"'), end };
  }

  private bareCell(start: number): Cell | Fault | NeedsMore {
    const endOfBareCell = endsOfBareCell[this.delimiter!];
    endOfBareCell.lastIndex = start;
    const end = endOfBareCell.exec(this.text)?.index ?? this.text.length;
    if (end - this.at > longestRow) {
      return tooLong;
    }
    if (this.text[end] === '"') {
      return strayQuote;
    }
    if (end === this.text.length && !this.isLast) {
      return needsMore;
    }
    return { value: this.text.slice(start, end), end };
  }

  private skipLine(): void | NeedsMore {
    const end = this.lineEnd();
    if (end !== null) {
      this.moveTo(end);
      this.isSkippingLine = false;
      return;
    }
    this.at = this.mayBeHalfABreak(this.text.length - 1) ? this.text.length - 1 : this.text.length;
    return needsMore;
  }

  /** Where the line we are on ends; `null` where the text so far does not tell. */
  private lineEnd(): number | null {
    lineBreak.lastIndex = this.at;
    const end = lineBreak.exec(this.text)?.index ?? null;
    return end === null || this.mayBeHalfABreak(end) ? null : end;
  }

  private mayBeHalfABreak(at: number): boolean {
    return this.text[at] === '\r' && at === this.text.length - 1 && !this.isLast;
  }

  /** Passes over what ends at `end`, the line break after it included. */
  private moveTo(end: number, line = this.line + 1): void {
    this.at = end + (this.text.startsWith('\r\n', end) ? 2 : 1);
    this.line = line;
  }
}

/** A cell may hold the others: those within quotation marks do not count. */
function delimiterOf(firstRow: string): Delimiter {
  const bare = firstRow.replaceAll(quotedCells, '');
  const counts = delimiters.map((delimiter) => bare.split(delimiter).length);
  return delimiters[counts.indexOf(Math.max(...counts))]!;
}

function countBreaks(text: string): number {
  return text.match(lineBreak)?.length ?? 0;
}
