import { isId } from '../../web/id.pipe.js';

export interface NamePlace {
  readonly direction: 'after' | 'before';
  readonly name: string;
  readonly id: string;
}

export function encodeCursor(direction: NamePlace['direction'], row: { name: string; id: string }): string {
  return Buffer.from(JSON.stringify([direction, row.name, row.id])).toString('base64url');
}

/** A cursor that nobody handed out is the first page. */
export function decodeCursor(cursor: string | null): NamePlace | null {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString('utf8'));
    const [direction, name, id] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
    const sound = (direction === 'after' || direction === 'before') && typeof name === 'string' && isId(id);
    return sound ? { direction, name: name.replaceAll('\0', ''), id } : null;
  } catch {
    return null;
  }
}
