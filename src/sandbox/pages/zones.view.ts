export interface ZoneGroup {
  readonly region: string;
  readonly zones: { name: string; label: string; isCurrent: boolean }[];
}

/** Every zone by region. Without offsets: asking 400 zones for theirs takes a second. */
export function zoneGroups(current: string): ZoneGroup[] {
  const names = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', current])].toSorted();
  return [...Map.groupBy(names, regionOf)].map(([region, names]) => ({
    region,
    zones: names.map((name) => ({ name, label: placeOf(name), isCurrent: name === current })),
  }));
}

function regionOf(name: string): string {
  return name.includes('/') ? name.slice(0, name.indexOf('/')) : 'World';
}

/** Berlin, or North Dakota / Center */
function placeOf(name: string): string {
  return name
    .slice(name.indexOf('/') + 1)
    .replaceAll('_', ' ')
    .replaceAll('/', ' / ');
}
