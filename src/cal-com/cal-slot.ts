import { instantOf, listOf, readEach, recordOf } from './answer-values.js';

/** A start Cal.com offers. A hint only: it may refuse to book it a moment later. */
export interface CalSlot {
  readonly start: Date;
}

/** `{"2026-12-01":[{"start":"2026-12-01T10:00:00.000+01:00"}]}`; no free time at all is `{}`. */
export function readSlots(data: unknown): readonly CalSlot[] | null {
  const days = recordOf(data);
  if (!days) return null;
  const perDay = Object.values(days).map(listOf);
  if (perDay.includes(null)) return null;
  const entries = perDay.flatMap((day) => day ?? []);
  const { read } = readEach(entries, readSlot);
  if (entries.length > 0 && read.length === 0) return null;
  return read.toSorted((one, other) => one.start.getTime() - other.start.getTime());
}

function readSlot(value: unknown): CalSlot | null {
  const start = instantOf(recordOf(value)?.['start']);
  return start && { start };
}
