import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import type { InvitationColumn, MappedColumns } from '../invitation-header.js';
import type { ImportCounts } from '../invitation-import.service.js';
import { changeSummary, inDigits } from '../invitation-import.view.js';
import type { RefusedRow } from '../invitation-staging.js';
import type { CandidateImport } from './candidate-import.entity.js';
import { fields } from './column-map.js';

/** `views/pages/candidates/import/show.hbs`: a file from its first look to its result. */
export interface CandidateImportView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: { readonly href: string; readonly label: string };
  readonly id: string;
  readonly errors: FormErrors;
  readonly progress: Progress | null;
  readonly notice: Notice | null;
  readonly counts: { readonly title: string; readonly rows: readonly CountRow[] } | null;
  /** The label of the button that imports what was checked; '' where there is nothing to import. */
  readonly confirm: string;
  readonly faults: Faults | null;
  readonly columns: readonly ColumnChoice[] | null;
  /** Nothing can be imported before the columns are chosen. */
  readonly isMapping: boolean;
  readonly discard: string;
  readonly isDone: boolean;
  readonly isRefused: boolean;
  readonly refresh: { readonly seconds: number } | null;
}

interface Progress {
  readonly heading: string;
  readonly note: string;
  readonly total: number;
  readonly done: number;
}

interface Notice {
  readonly tone: 'good' | 'info' | 'warn' | 'bad';
  readonly icon: string;
  readonly strong: string;
  readonly text: string;
}

interface CountRow {
  readonly word: string;
  readonly count: string;
  readonly note: string;
}

interface Faults {
  readonly title: string;
  readonly more: string;
  readonly rows: readonly RefusedRow[];
}

interface ColumnChoice {
  readonly id: string;
  readonly heading: string;
  readonly samples: readonly string[];
  readonly options: readonly { readonly value: string; readonly label: string; readonly selected: boolean }[];
}

export const shownFaults = 100;
const refreshSeconds = 2;
const bytesPerMegabyte = 1024 * 1024;

const fieldLabels: Readonly<Record<InvitationColumn, string>> = {
  name: 'Name (required)',
  email: 'E-mail (required)',
  assessment: 'Assessment (required)',
  status: 'Status',
  submitted_at: 'Submitted at',
  time_zone: 'Time zone',
  external_id: 'External id',
};

export interface CandidateImportInput {
  readonly upload: CandidateImport;
  readonly faults: readonly RefusedRow[];
  /** Of each column some values, while it can be chosen what it holds. */
  readonly samples: readonly (readonly string[])[];
  readonly errors: readonly FieldError[];
}

export function candidateImportView({ upload, faults, samples, errors }: CandidateImportInput): CandidateImportView {
  const counts = upload.state === 'done' ? upload.result : upload.state === 'checked' ? upload.checked : null;
  const { isOpen, isUnderWay } = upload;
  return {
    title: titles[upload.state],
    sub: subOf(upload),
    back: { href: '/app/candidates/import', label: 'Import candidates' },
    id: upload.id,
    errors: formErrors(['columns'], errors),
    progress: isUnderWay ? progressOf(upload) : null,
    notice: noticeOf(upload, errors.length > 0),
    counts: counts && {
      title: upload.state === 'done' ? 'What was done' : 'What the file holds',
      rows: countRows(upload, counts),
    },
    confirm: upload.state === 'checked' ? confirmLabel(upload.checked!) : '',
    faults: counts && counts.refused > 0 ? faultsOf(counts.refused, faults) : null,
    columns: isOpen ? choicesOf(upload, samples) : null,
    isMapping: upload.state === 'mapping',
    discard: isOpen ? 'Discard the file' : isUnderWay ? 'Stop' : '',
    isDone: upload.state === 'done',
    isRefused: upload.state === 'refused',
    refresh: isUnderWay ? { seconds: refreshSeconds } : null,
  };
}

/** What was chosen in the form; another word than ours counts as nothing. */
export function chosenColumns({ headings }: CandidateImport, body: Readonly<Record<string, unknown>>): MappedColumns {
  return headings.map((_, index) => fields.find((field) => field === body[columnName(index)]) ?? null);
}

export function columnName(index: number): string {
  return `column_${index}`;
}

const titles: Readonly<Record<CandidateImport['state'], string>> = {
  receiving: '',
  mapping: 'Choose the columns',
  checking: 'Checking the file',
  checked: 'Check before the import',
  importing: 'Importing the file',
  done: 'The file is imported',
  refused: 'The file cannot be used',
};

function subOf({ isOpen, bytes }: CandidateImport): string {
  const size =
    bytes < bytesPerMegabyte ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / bytesPerMegabyte).toFixed(1)} MB`;
  return `A file of ${size}.${isOpen ? ' Nothing of it is in yet; it is kept for a day.' : ''}`;
}

function progressOf({ state, bytes, readBytes }: CandidateImport): Progress {
  const percent = Math.floor((readBytes * 100) / Math.max(bytes, 1));
  const isRead = readBytes >= bytes;
  return {
    heading: isRead ? 'All rows are read' : `${percent}% of the file is read`,
    note: !isRead ? '' : state === 'checking' ? 'Comparing them with what is there' : 'Writing them',
    total: 100,
    done: percent,
  };
}

function noticeOf(upload: CandidateImport, isFaulty: boolean): Notice | null {
  const { state, checked, result } = upload;
  if (state === 'refused') {
    const text = `${upload.reason ?? ''} Nothing was imported.`;
    return { tone: 'bad', icon: 'circle-alert', strong: 'The file was refused.', text };
  }
  if (state === 'mapping' && !isFaulty) {
    const text = 'Some columns could not be recognised. The choice is remembered for the next file.';
    return { tone: 'info', icon: 'info', strong: 'Say what the columns hold.', text };
  }
  if (state === 'checked' && checked!.created + checked!.changed === 0) {
    return { tone: 'info', icon: 'info', strong: 'There is nothing to import.', text: changeSummary(checked!) };
  }
  if (state === 'done') {
    return doneNotice(checked!, result!);
  }
  return null;
}

function doneNotice(checked: ImportCounts, result: ImportCounts): Notice {
  const asChecked = (['created', 'changed', 'unchanged', 'refused'] as const).every(
    (key) => checked[key] === result[key],
  );
  const since = asChecked ? '' : ` The data changed since the check, which had found: ${changeSummary(checked)}`;
  const isWhole = result.refused === 0;
  const isGood = asChecked && isWhole;
  return {
    tone: isGood ? 'good' : 'warn',
    icon: isGood ? 'circle-check' : 'triangle-alert',
    strong: isWhole ? 'The file is imported.' : `The file is imported, but for ${rowsOf(result.refused)}.`,
    text: `${changeSummary(result)}${since}`,
  };
}

function countRows({ state }: CandidateImport, counts: ImportCounts): CountRow[] {
  const isDone = state === 'done';
  return [
    { word: 'New', count: inDigits(counts.created), note: isDone ? 'Were added' : 'Will be added' },
    {
      word: 'Changed',
      count: inDigits(counts.changed),
      note: isDone ? 'Were brought up to date' : 'Will be brought up to date',
    },
    { word: 'Unchanged', count: inDigits(counts.unchanged), note: 'Are there already, just so' },
    { word: 'Faulty', count: inDigits(counts.refused), note: isDone ? 'Did not go in' : 'Will not go in' },
  ];
}

function confirmLabel({ created, changed }: ImportCounts): string {
  const count = created + changed;
  return count === 0 ? '' : `Import ${inDigits(count)} ${count === 1 ? 'candidate' : 'candidates'}`;
}

function faultsOf(count: number, rows: readonly RefusedRow[]): Faults {
  return {
    title: rowsOf(count),
    more: count > rows.length ? `The first ${inDigits(rows.length)} are listed; the download has all.` : '',
    rows,
  };
}

function rowsOf(count: number): string {
  return `${inDigits(count)} faulty ${count === 1 ? 'row' : 'rows'}`;
}

function choicesOf({ headings, columns }: CandidateImport, samples: readonly (readonly string[])[]): ColumnChoice[] {
  return headings.map((heading, index) => ({
    id: columnName(index),
    heading: heading || `Column ${index + 1}, without a name`,
    samples: samples[index] ?? [],
    options: [
      { value: '', label: 'Leave out', selected: columns[index] === null },
      ...fields.map((field) => ({ value: field, label: fieldLabels[field], selected: columns[index] === field })),
    ],
  }));
}
