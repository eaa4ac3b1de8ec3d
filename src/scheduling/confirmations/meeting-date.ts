import { fullTime, isZone } from '../../shared/zoned-time.js';

/** `{{meeting_date}}`: the start in the first zone that is known and one, with its name and offset. */
export function meetingDate(start: Date, zones: readonly (string | null)[], now = new Date()): string {
  return fullTime(start, zones.find((zone) => zone !== null && isZone(zone)) ?? 'UTC', now);
}
