/** For reading what a stranger sent, whatever its shape. */
export function parsedJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Without what Postgres cannot keep or a line cannot show; null where nothing is left. */
export function text(value: unknown): string | null {
  const line =
    typeof value === 'string'
      ? value
          .toWellFormed()
          .replace(/[\p{Cc}\s]+/gu, ' ')
          .trim()
      : '';
  return line === '' ? null : line;
}
