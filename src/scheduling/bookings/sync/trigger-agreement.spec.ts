import type { CalBooking } from '../../../cal-com/cal-booking.js';
import { agreesWith } from './trigger-agreement.js';

const booking = (status: CalBooking['status'], absent = false) =>
  ({
    status,
    attendees: [{ name: 'Mina', email: 'mina@example.org', timeZone: null, absent }],
  }) as unknown as CalBooking;

describe('what a webhook announced and what the API says', () => {
  it.each([
    ['BOOKING_CANCELLED', booking('accepted'), false],
    ['BOOKING_CANCELLED', booking('pending'), false],
    ['BOOKING_CANCELLED', booking('cancelled'), true],
    ['BOOKING_CANCELLED', booking('rejected'), true],
    ['BOOKING_CREATED', booking('pending'), false],
    ['BOOKING_CREATED', booking('accepted'), true],
    ['BOOKING_CREATED', booking('cancelled'), true],
    ['BOOKING_REJECTED', booking('pending'), false],
    ['BOOKING_REJECTED', booking('rejected'), true],
    ['BOOKING_RESCHEDULED', booking('accepted'), true],
    ['BOOKING_REQUESTED', booking('pending'), true],
    ['BOOKING_NO_SHOW_UPDATED', booking('accepted'), false],
    ['BOOKING_NO_SHOW_UPDATED', booking('accepted', true), true],
    ['MEETING_ENDED', booking('accepted'), true],
    ['SOMETHING_NEW', booking('pending'), true],
    ['BOOKING_CREATED', null, false],
    ['MEETING_ENDED', null, true],
  ] as const)('%s and %j agree: %s', (trigger, told, expected) => {
    expect(agreesWith(trigger, told)).toBe(expected);
  });
});
