/** Makes a program for tables read the file as UTF-8. */
export const csvOpening = '\uFEFF';

/**
 * Where such a program would begin a formula: at the start of a cell, and after the semicolons and tabs that some of
 * them split at, whatever the quotes say.
 */
const formulaStart = /(?<=^|[;\t\r\n])(?=[=+\-@\t\r])/g;

/** A line of a CSV file (RFC 4180), every cell quoted, none of them a formula. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map((cell) => `"${inert(String(cell ?? '')).replaceAll('"', '""')}"`).join(',')}\r\n`;
}

function inert(text: string): string {
  return text.replaceAll(formulaStart, "'");
}
