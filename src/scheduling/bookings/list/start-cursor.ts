import { isId } from '../../../web/id.pipe.js';

/** A place in a list by start: `after` and `before` go by the order of the list, whichever it is. */
export interface StartPlace {
  readonly direction: 'after' | 'before';
  readonly start: string;
  readonly id: string;
}

export function encodeStart(direction: StartPlace['direction'], row: { startTime: Date; id: string }): string {
  return Buffer.from(JSON.stringify([direction, row.startTime.toISOString(), row.id])).toString('base64url');
}

/** A cursor that nobody handed out is the first page. */
export function decodeStart(cursor: unknown): StartPlace | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(String(cursor ?? ''), 'base64url').toString('utf8'));
    const [direction, start, id] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
    const isSound = (direction === 'after' || direction === 'before') && isInstant(start) && isId(id);
    return isSound ? { direction, start, id } : null;
  } catch {
    return null;
  }
}

function isInstant(value: unknown): value is string {
  return (
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value) && !isNaN(Date.parse(value))
  );
}
