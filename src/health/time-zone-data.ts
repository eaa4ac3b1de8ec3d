export const neededTimeZoneData = '2026b';

/** Whether true hours come of it; such names sort by their age. */
export function hasTimeZoneData(version: string): boolean {
  return version >= neededTimeZoneData;
}
