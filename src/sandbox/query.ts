export type ParsedQuery = Readonly<Record<string, string | undefined>>;

/** Cal.com reads a repeated parameter in several ways; the sandbox takes the last. */
export function parseQuery(query: Record<string, unknown>): ParsedQuery {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, String(Array.isArray(value) ? value.at(-1) : value)]),
  );
}
