export const bookingHintQueue = 'booking-hint';

/** How long Cal.com gets to store what it has announced. */
export const bookingHintDelayMs = 3_000;

/** Cal.com told of a booking. What it is now, only the API says. */
export interface BookingHint {
  readonly orgId: string;
  /** Cal.com's `uid`. */
  readonly bookingId: string;
  /** `BOOKING_CANCELLED`, for one: the API may still say otherwise for a moment. */
  readonly trigger: string;
  readonly deliveryId: string;
}
