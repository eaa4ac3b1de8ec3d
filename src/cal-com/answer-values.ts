import { DateTime } from 'luxon';

/** Reading what a stranger sent: each gives the value in the type it should have, or `null`. */

export function recordOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : null;
}

export function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

/** An empty text says nothing: Cal.com sends `""` where it has no reason, no description. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

export function numberOf(value: unknown): number | null {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

/** An id, a length: above zero. */
export function wholeNumberOf(value: unknown): number | null {
  const number = numberOf(value);
  return number !== null && Number.isSafeInteger(number) && number > 0 ? number : null;
}

/** Cal.com writes instants as `…Z`, `….000Z` and `…+00:00`; one without a zone is UTC. */
export function instantOf(value: unknown): Date | null {
  if (typeof value !== 'string') return null;
  const instant = DateTime.fromISO(value, { zone: 'utc' });
  return instant.isValid ? instant.toJSDate() : null;
}

export function textsByNameOf(value: unknown): Readonly<Record<string, string>> {
  const texts = Object.entries(recordOf(value) ?? {}).filter(([, text]) => typeof text === 'string');
  return Object.fromEntries(texts) as Record<string, string>;
}

/** The readable entries, and how many were not. */
export function readEach<T>(
  values: readonly unknown[],
  read: (value: unknown) => T | null,
): { readonly read: T[]; readonly unreadable: number } {
  const all = values.map(read);
  const readable = all.filter((entry) => entry !== null);
  return { read: readable, unreadable: all.length - readable.length };
}
