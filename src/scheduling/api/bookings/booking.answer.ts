import { ApiProperty } from '@nestjs/swagger';
import { bookingStatuses, type BookingStatus, type CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';

class BookingAttendee {
  @ApiProperty({ type: String, nullable: true, example: 'Mina Sato' })
  readonly name!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'mina@example.org' })
  readonly email!: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'Asia/Tokyo' })
  readonly time_zone!: string | null;
}

export class BookingAnswer {
  @ApiProperty({ example: 'bk7Qv2mXf1', description: 'Cal.com’s uid.' })
  readonly booking_id!: string;

  @ApiProperty({ type: String, nullable: true, format: 'uuid' })
  readonly invitation_id!: string | null;

  @ApiProperty({ enum: bookingStatuses })
  readonly status!: BookingStatus;

  @ApiProperty({ format: 'date-time' })
  readonly start_time!: string;

  @ApiProperty({ format: 'date-time' })
  readonly end_time!: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'Null once it was deleted at Cal.com.' })
  readonly event_type_id!: number | null;

  @ApiProperty({ type: String, nullable: true, format: 'uri', description: 'The candidate’s newest open link.' })
  readonly booking_url!: string | null;

  @ApiProperty({ type: BookingAttendee })
  readonly attendee!: BookingAttendee;

  @ApiProperty({ type: String, nullable: true })
  readonly cancellation_reason!: string | null;
}

export function bookingAnswer(booking: CalComBooking, url: string | null): BookingAnswer {
  return {
    booking_id: booking.bookingId,
    invitation_id: booking.invitationId,
    status: booking.status,
    start_time: booking.startTime.toISOString(),
    end_time: booking.endTime.toISOString(),
    event_type_id: booking.eventTypeId,
    booking_url: url,
    attendee: {
      name: booking.attendeeName,
      email: booking.attendeeEmail,
      time_zone: booking.attendeeTimeZone,
    },
    cancellation_reason: booking.cancellationReason,
  };
}
