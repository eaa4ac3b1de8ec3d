/**
 * The `cal-api-version` each group of routes is called with. Cal.com falls back to an old handler without a word when
 * the header is missing, wrong or of another group, so every request carries the one of its group.
 */
export const calApiVersions = {
  me: '2024-08-13',
  eventTypes: '2024-06-14',
  slots: '2024-09-04',
  bookings: '2024-08-13',
  /** These two are not versioned by themselves: the one of the other plain routes. */
  webhooks: '2024-08-13',
  calendars: '2024-08-13',
} as const;

export type RouteGroup = keyof typeof calApiVersions;
