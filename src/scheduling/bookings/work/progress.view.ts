import { clockTime } from '../../../shared/zoned-time.js';
import type { Badge } from '../../page-parts.view.js';
import type { WorkState } from './work-rows.js';

/** `views/partials/scheduling/bookings/progress.hbs` and `progress-actions.hbs`: how far a list of rows has come. */
export interface ProgressView {
  /** The page itself; `/cancellation` and `/retry` lie below it. */
  readonly href: string;
  readonly heading: string;
  readonly asOf: string;
  readonly total: number;
  readonly done: number;
  readonly parts: readonly { readonly tone: Badge['tone']; readonly x: number; readonly width: number }[];
  /** '' where there is nothing to stop, nothing to retry. */
  readonly stopLabel: string;
  readonly retryLabel: string;
}

export interface ProgressInput {
  readonly rows: readonly { readonly state: WorkState }[];
  readonly href: string;
  /** `done`, `booked`. */
  readonly doneWord: string;
  /** What the button says that stops so many. */
  readonly stopLabel: (waiting: number) => string;
  readonly timeZone: string;
  readonly now: Date;
}

export const workBadges: Readonly<Record<WorkState, Badge>> = {
  waiting: { tone: 'neutral', icon: 'hourglass', word: 'Waiting' },
  working: { tone: 'info', icon: 'loader-circle', word: 'Under way' },
  done: { tone: 'good', icon: 'circle-check', word: 'Done' },
  failed: { tone: 'bad', icon: 'circle-alert', word: 'Failed' },
  stopped: { tone: 'neutral', icon: 'circle-stop', word: 'Stopped' },
};
const barOrder: readonly WorkState[] = ['done', 'failed', 'working', 'waiting', 'stopped'];
const refreshSeconds = 2;

export function progressView({ rows, href, doneWord, stopLabel, timeZone, now }: ProgressInput): ProgressView {
  const count = (state: WorkState) => countOf(rows, state);
  const left = count('waiting') + count('working');
  let x = 0;
  return {
    href,
    heading: `${count('done')} of ${rows.length} ${doneWord}${count('failed') > 0 ? `, ${count('failed')} failed` : ''}`,
    asOf: `As of ${clockTime(now, timeZone)}`,
    total: rows.length,
    done: rows.length - left,
    parts: barOrder
      .filter((state) => count(state) > 0)
      .map((state) => {
        x += count(state);
        return { tone: workBadges[state].tone, x: x - count(state), width: count(state) };
      }),
    stopLabel: count('waiting') > 0 ? stopLabel(count('waiting')) : '',
    retryLabel: count('failed') > 0 && left === 0 ? `Retry ${count('failed')} failed` : '',
  };
}

/** The page reads itself again as long as anything is to be done. */
export function refreshOf(rows: readonly { readonly state: WorkState }[]): { readonly seconds: number } | null {
  return countOf(rows, 'waiting') + countOf(rows, 'working') > 0 ? { seconds: refreshSeconds } : null;
}

function countOf(rows: readonly { readonly state: WorkState }[], state: WorkState): number {
  return rows.filter((row) => row.state === state).length;
}
