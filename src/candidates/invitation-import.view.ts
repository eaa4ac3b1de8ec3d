import type { Flash } from '../web/flash.js';
import type { ImportCounts, RefusedRow } from './invitation-import.service.js';

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

const shownAtMost = 1_000;

/** What a clean file did, for the next page. */
export function importFlash(counts: ImportCounts): Flash {
  return counts.created + counts.changed === 0
    ? { tone: 'info', strong: 'Nothing new in this file.', text: summary(counts) }
    : { tone: 'good', strong: 'The file is imported.', text: summary(counts) };
}

/** What a file with refused rows did, and why each was refused. */
export function importView(counts: ImportCounts): ImportView {
  const { refused } = counts;
  const rows = amount(refused.length, 'row was', 'rows were');
  return {
    ...(isNothingIn(counts)
      ? { tone: 'bad', icon: 'circle-alert', strong: 'Nothing was imported.' }
      : { tone: 'warn', icon: 'triangle-alert', strong: `${rows} refused; the others are in.` }),
    text: `${summary(counts)} Correct the rows below and choose the file again: what is in already stays as it is.`,
    refused: refused.slice(0, shownAtMost),
    refusedTitle: `${rows} refused`,
    more: refused.length > shownAtMost ? `The first ${inDigits(shownAtMost)} are listed.` : '',
  };
}

export function isNothingIn({ created, changed, unchanged }: ImportCounts): boolean {
  return created + changed + unchanged === 0;
}

function summary({ created, changed, unchanged, refused }: ImportCounts): string {
  const numbers = [
    `${inDigits(created)} created`,
    `${inDigits(changed)} changed`,
    `${inDigits(unchanged)} unchanged`,
    `${inDigits(refused.length)} refused`,
  ];
  return `${numbers.join(', ')}.`;
}

function amount(count: number, one: string, many: string): string {
  return `${inDigits(count)} ${count === 1 ? one : many}`;
}

function inDigits(count: number): string {
  return count.toLocaleString('en');
}
