import type { Flash } from '../web/flash.js';
import { shownRefused, type ImportCounts, type ImportOutcome } from './invitation-import.service.js';
import type { RefusedRow } from './invitation-staging.js';

export interface ImportView {
  readonly tone: 'warn' | 'bad';
  readonly icon: string;
  readonly strong: string;
  readonly text: string;
  readonly refused: readonly RefusedRow[];
  readonly refusedTitle: string;
  /** Says that not all are shown; empty where they are. */
  readonly more: string;
}

/** What a clean file did, for the next page. */
export function importFlash(counts: ImportCounts): Flash {
  return counts.created + counts.changed === 0
    ? { tone: 'info', strong: 'Nothing new in this file.', text: changeSummary(counts) }
    : { tone: 'good', strong: 'The file is imported.', text: changeSummary(counts) };
}

/** What a file with refused rows did, and why each was refused. */
export function importView(outcome: ImportOutcome): ImportView {
  const { refused, refusedRows } = outcome;
  const rows = amount(refused, 'row was', 'rows were');
  return {
    ...(isNothingIn(outcome)
      ? { tone: 'bad', icon: 'circle-alert', strong: 'Nothing was imported.' }
      : { tone: 'warn', icon: 'triangle-alert', strong: `${rows} refused; the others are in.` }),
    text: `${changeSummary(outcome)} Correct the rows below and choose the file again: what is in already stays as it is.`,
    refused: refusedRows,
    refusedTitle: `${rows} refused`,
    more: refused > shownRefused ? `The first ${inDigits(shownRefused)} are listed.` : '',
  };
}

export function isNothingIn({ created, changed, unchanged }: ImportCounts): boolean {
  return created + changed + unchanged === 0;
}

export function changeSummary({ created, changed, unchanged, refused }: ImportCounts): string {
  const numbers = [
    `${inDigits(created)} created`,
    `${inDigits(changed)} changed`,
    `${inDigits(unchanged)} unchanged`,
    `${inDigits(refused)} refused`,
  ];
  return `${numbers.join(', ')}.`;
}

function amount(count: number, one: string, many: string): string {
  return `${inDigits(count)} ${count === 1 ? one : many}`;
}

export function inDigits(count: number): string {
  return count.toLocaleString('en');
}
