import {
  optionalColumns,
  requiredColumns,
  type InvitationColumn,
  type InvitationHeader,
  type MappedColumns,
} from '../invitation-header.js';

export const fields: readonly InvitationColumn[] = [...requiredColumns, ...optionalColumns];

/** What other programs call these columns. */
const otherNames: Readonly<Record<InvitationColumn, readonly string[]>> = {
  name: ['full name', 'candidate', 'candidate name', 'applicant', 'applicant name', 'participant'],
  email: ['e mail', 'mail', 'email address', 'e mail address', 'candidate email', 'applicant email'],
  assessment: ['assessment name', 'assessment title', 'test', 'test name', 'challenge', 'job', 'position', 'role'],
  status: ['state', 'assessment status'],
  submitted_at: ['submitted', 'submitted on', 'submission date', 'completed at', 'completed on', 'finished at'],
  time_zone: ['timezone', 'tz', 'candidate time zone'],
  external_id: ['id', 'candidate id', 'applicant id', 'reference', 'external reference'],
};
const fieldByName = new Map(
  fields.flatMap((field) => [field.replace('_', ' '), ...otherNames[field]].map((name) => [name, field] as const)),
);

/** How a heading is remembered: case, spaces and punctuation make no difference. */
export function headingKey(heading: string): string {
  return heading
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/**
 * What the columns of a file probably hold: as in the last file, else by their names. Where two would hold the same,
 * neither is taken for it.
 */
export function guessColumns(
  headings: readonly string[],
  remembered: ReadonlyMap<string, InvitationColumn | null>,
): MappedColumns {
  const guesses = headings.map((heading) => {
    const key = headingKey(heading);
    return remembered.has(key) ? remembered.get(key)! : (fieldByName.get(key) ?? null);
  });
  return guesses.map((field, index) =>
    field && guesses.some((one, at) => one === field && at !== index) ? null : field,
  );
}

/** Each field from one column at most, and the required ones from one. */
export function mappedHeader(columns: MappedColumns): InvitationHeader {
  const missing = requiredColumns.filter((field) => !columns.includes(field));
  const twice = fields.filter((field) => columns.filter((column) => column === field).length > 1);
  const reason = [
    missing.length > 0 && `Choose the column for: ${missing.join(', ')}.`,
    twice.length > 0 && `Chosen for two columns: ${twice.join(', ')}.`,
  ].filter((fault) => fault !== false);
  return reason.length > 0 ? { ok: false, reason: reason.join(' ') } : { ok: true, columns };
}
