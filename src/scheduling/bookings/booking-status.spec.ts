import type { CalBooking } from '../../cal-com/cal-booking.js';
import { bookingStatusOf, isOpenAtCalCom } from './booking-status.js';

const attendee = { name: 'Mina', email: 'mina@example.org', timeZone: 'Asia/Tokyo', absent: false };
const booking = (facts: Partial<CalBooking>) => ({ status: 'accepted', attendees: [attendee], ...facts }) as CalBooking;

describe('the status of a booking', () => {
  it.each([
    ['accepted', 'confirmed', true],
    ['pending', 'pending', true],
    ['cancelled', 'cancelled', false],
    ['rejected', 'rejected', false],
  ] as const)('%s at Cal.com is %s here', (status, expected, open) => {
    expect(bookingStatusOf(booking({ status }))).toBe(expected);
    expect(isOpenAtCalCom(booking({ status }))).toBe(open);
  });

  it('is a no-show once everybody who was invited was absent', () => {
    const absent = { ...attendee, absent: true };
    expect(bookingStatusOf(booking({ attendees: [absent] }))).toBe('no_show');
    expect(bookingStatusOf(booking({ attendees: [absent, attendee] }))).toBe('confirmed');
    expect(bookingStatusOf(booking({ attendees: [] }))).toBe('confirmed');
    expect(bookingStatusOf(booking({ attendees: [absent], status: 'cancelled' }))).toBe('cancelled');
  });
});
