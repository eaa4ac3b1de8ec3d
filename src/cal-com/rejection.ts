export type RejectionCode =
  | 'slot-taken'
  | 'outside-booking-window'
  | 'in-the-past'
  | 'already-cancelled'
  | 'already-rescheduled'
  | 'already-over'
  | 'already-confirmed'
  | 'not-started'
  | 'declined'
  | 'reason-missing'
  | 'cancelling-disabled'
  | 'length-not-offered'
  | 'question-unanswered'
  | 'email-refused'
  | 'name-refused'
  | 'time-zone-refused'
  | 'email-verification'
  | 'too-many-bookings'
  | 'webhook-exists'
  | 'webhook-address-refused'
  | 'not-allowed'
  | 'other';

export interface Rejection {
  readonly code: RejectionCode;
  /** A sentence for a page, in our words: Cal.com's own texts may hold what was typed. */
  readonly reason: string;
}

/**
 * What Cal.com means by its error texts. They are not documented: they were read in its source and seen on a running
 * server (API v2, 2024-08-13), so an unknown text is expected, and is never shown.
 */
export function rejectionFrom(message: string, status: number): Rejection {
  for (const [pattern, code, reason] of knownTexts) {
    if (pattern.test(message)) return { code, reason };
  }
  if (status === 403) return notAllowed;
  return { code: 'other', reason: 'Cal.com refused this, without a reason that can be shown.' };
}

export const slotTaken: Rejection = {
  code: 'slot-taken',
  reason: 'This time is taken or outside the working hours of the host.',
};

const notAllowed: Rejection = {
  code: 'not-allowed',
  reason: 'The Cal.com account of this key is not allowed to do this.',
};

/** The first match wins: a moved booking is also called cancelled. */
const knownTexts: readonly (readonly [RegExp, RejectionCode, string])[] = [
  [
    /either already has booking|booking_conflict_error|no more seats left|already reserved/i,
    slotTaken.code,
    slotTaken.reason,
  ],
  [
    /can't be booked at the "start" time/i,
    'outside-booking-window',
    'This time is too soon or too far ahead for the event type.',
  ],
  [/book a meeting in the past/i, 'in-the-past', 'This time has passed.'],
  [/cancelled and rescheduled already/i, 'already-rescheduled', 'This booking was already moved to another time.'],
  [
    /because it has been cancelled|booking already cancelled/i,
    'already-cancelled',
    'This booking is already cancelled.',
  ],
  [/already confirmed/i, 'already-confirmed', 'This booking is already confirmed.'],
  [/marked as absent after/i, 'not-started', 'The interview has not begun yet.'],
  [/already ended/i, 'already-over', 'This booking is over.'],
  [/could not find original booking/i, 'declined', 'This booking was declined, so it cannot be moved.'],
  [/reason is required/i, 'reason-missing', 'Cal.com asks for a reason.'],
  [/does not allow cancellations/i, 'cancelling-disabled', 'The event type does not allow cancelling.'],
  [/lengthInMinutes|invalid event length/i, 'length-not-offered', 'The event type does not offer this length.'],
  [
    /booking field/i,
    'question-unanswered',
    'The event type asks a question that has to be answered on its booking page.',
  ],
  [/\{(email|guests)\}|email or phone/i, 'email-refused', 'Cal.com does not accept the e-mail address.'],
  [/\{name\}|name must be a string/i, 'name-refused', 'Cal.com needs a name.'],
  [/timeZone must be a valid/i, 'time-zone-refused', 'Cal.com does not know this time zone.'],
  [
    /email_verification_required|invalid_verification_code/i,
    'email-verification',
    'The event type checks the e-mail address first, so it can only be booked on its booking page.',
  ],
  [
    /active bookings|booker_limit_exceeded/i,
    'too-many-bookings',
    'This person already holds as many bookings as the event type allows.',
  ],
  [
    /webhook with this subscriber url already exists/i,
    'webhook-exists',
    'Cal.com has a webhook with this address already.',
  ],
  [/webhook url is not allowed/i, 'webhook-address-refused', 'Cal.com does not deliver to the address of this server.'],
  [/RequiresAuthentication|not authorized to confirm/, 'not-allowed', notAllowed.reason],
];
