import { isId } from '../../web/id.pipe.js';
import type { CandidateSort } from './candidate-order.js';

/** A place in the list, in the order of one sort. */
export interface ListPlace {
  readonly direction: 'after' | 'before';
  readonly key: string;
  readonly id: string;
}

const microseconds = /^-?\d{1,16}$/;

export function encodeCursor(
  direction: ListPlace['direction'],
  sort: CandidateSort,
  { sortKey, id }: { sortKey: string; id: string },
): string {
  return Buffer.from(JSON.stringify([direction, sortKey, id, sort])).toString('base64url');
}

/** A cursor that nobody handed out for this sort is the first page. */
export function decodeCursor(cursor: string | null, sort: CandidateSort): ListPlace | null {
  if (!cursor) {
    return null;
  }
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    const [direction, key, id, of] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
    const sound = (direction === 'after' || direction === 'before') && typeof key === 'string' && isId(id);
    return sound && of === sort && (sort === 'name' || microseconds.test(key))
      ? { direction, key: key.replaceAll('\0', ''), id }
      : null;
  } catch {
    return null;
  }
}
