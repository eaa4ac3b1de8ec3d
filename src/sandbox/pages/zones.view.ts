import { DateTime } from 'luxon';
import { cityOf, offsetText } from './time-words.js';

export interface ZoneGroup {
  readonly region: string;
  readonly zones: { name: string; label: string; isCurrent: boolean }[];
}

/** Every zone by region, with its offset on the day it is about. */
export function zoneGroups(current: string, at: Date): ZoneGroup[] {
  const names = [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC', current])];
  const groups = Map.groupBy(names, (name) => (name.includes('/') ? name.slice(0, name.indexOf('/')) : 'World'));
  return [...groups]
    .map(([region, names]) => ({
      region,
      zones: names
        .map((name) => ({ name, label: labelOf(name, at), isCurrent: name === current }))
        .toSorted((a, b) => a.label.localeCompare(b.label)),
    }))
    .toSorted((a, b) => a.region.localeCompare(b.region));
}

function labelOf(name: string, at: Date): string {
  return `${cityOf(name)} (${offsetText(DateTime.fromJSDate(at, { zone: name }))})`;
}
