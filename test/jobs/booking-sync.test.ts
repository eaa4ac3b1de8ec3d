import { startBookings, type BookingsTest } from '../support/bookings.js';

describe('what became of a booking', () => {
  let test: BookingsTest;

  beforeAll(async () => {
    test = await startBookings();
  });
  afterAll(() => test.stop());

  it('shows a candidate as booked who booked on the page of Cal.com', async () => {
    const [mina] = await test.candidates(1);
    const booking = await test.bookOnPage(mina!);
    await test.hint(booking.uid, 'BOOKING_CREATED');
    expect(await test.stored(booking.uid)).toMatchObject({
      invitationId: mina!.invitationId,
      matchedBy: 'ref',
      status: 'confirmed',
      startTime: new Date(booking.start),
      title: booking.title,
      location: booking.location,
      hostName: 'Acme Interviews',
      attendeeEmail: mina!.email,
      readAt: expect.any(Date) as Date,
    });
    expect(await test.schedulingStatus(mina!)).toBe('booked');
  });
});
