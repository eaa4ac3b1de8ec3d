import { quoted } from './plain-text.js';

export const requiredColumns = ['name', 'email', 'assessment'] as const;
export const optionalColumns = ['status', 'submitted_at', 'time_zone', 'external_id'] as const;

/** A file to start from. */
export const sampleFile = [
  'name,email,assessment,status,submitted_at,time_zone,external_id',
  'Ada Lovelace,ada@example.com,Backend engineer,submitted,2026-11-20T16:30:00Z,Europe/London,A-1001',
  '"Okafor, Chinwe",chinwe@example.org,Backend engineer,reviewed,2026-11-19,Africa/Lagos,A-1002',
  'Quỳnh Lê,quynh@example.net,Product designer,invited,,Asia/Ho_Chi_Minh,',
  '',
].join('\r\n');

export type InvitationColumn = (typeof requiredColumns)[number] | (typeof optionalColumns)[number];
/** What each column of a file holds; null where it is passed over. */
export type MappedColumns = readonly (InvitationColumn | null)[];
export type InvitationHeader = { ok: true; columns: MappedColumns } | { ok: false; reason: string };

export const mostColumns = 500;

const knownColumns: readonly string[] = [...requiredColumns, ...optionalColumns];

/** Reads the first row of a file: the known words in any order, each at most once, the required ones present. */
export function readInvitationHeader(cells: readonly string[]): InvitationHeader {
  const words = cells.map((cell) => cell.trim().toLowerCase());
  const reason = wrongDelimiter(words) ?? faultsOf(words, cells).join(' ');
  return reason ? { ok: false, reason } : { ok: true, columns: words as InvitationColumn[] };
}

function wrongDelimiter(words: readonly string[]): string | null {
  return words.length === 1 && words[0]!.includes('|')
    ? 'The columns are separated by bars. Save the file with commas.'
    : null;
}

function faultsOf(words: readonly string[], cells: readonly string[]): string[] {
  const missing = requiredColumns.filter((column) => !words.includes(column));
  const unknown = cells.filter((_, index) => words[index] !== '' && !knownColumns.includes(words[index]!));
  const unnamed = words.flatMap((word, index) => (word === '' ? [`column ${index + 1}`] : []));
  const repeated = new Set(words.filter((word, index) => knownColumns.includes(word) && words.indexOf(word) !== index));
  return [
    missing.length > 0 && `The first row has to name the columns; missing: ${missing.join(', ')}.`,
    unknown.length > 0 && `Unknown in the first row: ${listed(unknown)}. Known columns: ${knownColumns.join(', ')}.`,
    unnamed.length > 0 && `Without a name in the first row: ${listedPlain(unnamed)}.`,
    repeated.size > 0 && `Named twice in the first row: ${[...repeated].join(', ')}.`,
  ].filter((fault) => fault !== false);
}

const namedAtMost = 10;

function listed(names: readonly string[]): string {
  return listedPlain(names.map((name) => quoted(name.trim(), 30)));
}

function listedPlain(names: readonly string[]): string {
  const rest = names.length - namedAtMost;
  return [...names.slice(0, namedAtMost), ...(rest > 0 ? [`and ${rest} more`] : [])].join(', ');
}
