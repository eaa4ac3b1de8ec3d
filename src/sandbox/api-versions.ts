const known = ['2024-04-15', '2024-06-11', '2024-06-14', '2024-08-13', '2024-09-04'];
const fallback = '2024-04-15';

/** A missing or unknown `cal-api-version` silently means the oldest; there is no error for it. */
export function apiVersion(header: string | undefined): string {
  return header && known.includes(header) ? header : fallback;
}

/** Bookings and event types still answer old versions, in another shape. */
export const oldBookingVersions = ['2024-04-15', '2024-06-11', '2024-06-14'];
export const oldEventTypeVersions = ['2024-04-15', '2024-06-11'];
