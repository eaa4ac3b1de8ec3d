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

/** How a time of this zone is written: `2026-11-23 06:30:00` is what programs for tables take for one. */
export function csvTimes(zone: string): (at: Date) => string {
  const local = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
  return (at) => local.format(at);
}

function inert(text: string): string {
  return text.replaceAll(formulaStart, "'");
}
