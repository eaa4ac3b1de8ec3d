/** IANA names to choose from, with `UTC`. */
export const knownZones: readonly string[] = [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted();

const byLowerCase = new Map(knownZones.map((zone) => [zone.toLowerCase(), zone]));

/** The zone as it is listed, of what a person typed (`europe/berlin`, or an older name for one of them), or null. */
export function knownZone(typed: string): string | null {
  const name = typed.trim().toLowerCase().replaceAll(' ', '_');
  return byLowerCase.get(name) ?? (name.includes('/') ? byLowerCase.get(currentName(name)) : null) ?? null;
}

function currentName(name: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone.toLowerCase();
  } catch {
    return '';
  }
}
