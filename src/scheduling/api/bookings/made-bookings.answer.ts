import { ApiProperty } from '@nestjs/swagger';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';

const madeStatuses = ['linked', 'booked', 'reused', 'failed'] as const;
export type MadeStatus = (typeof madeStatuses)[number];

export class MadeBooking {
  @ApiProperty({ format: 'uuid' })
  readonly invitation_id!: string;

  @ApiProperty({
    enum: madeStatuses,
    description: '`linked`: a new link; `booked`: a time at Cal.com; `reused`: what was there; `failed`: see `error`.',
  })
  readonly status!: MadeStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://interviews.example.org/i/4mTq0kq3o1xq5T4c0Q2k7A',
    description: 'The candidate’s personal link.',
  })
  readonly booking_url!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Of the open booking, if there is one.' })
  readonly booking_id!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly start_time!: string | null;

  @ApiProperty({ type: String, nullable: true, format: 'date-time' })
  readonly end_time!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'This time is taken or outside the working hours of the host.',
  })
  readonly error!: string | null;
}

export class MadeBookingsAnswer {
  @ApiProperty({ type: [MadeBooking], description: 'In the order of the ids.' })
  readonly data!: MadeBooking[];
}

export function madeBooking(made: {
  invitationId: string;
  status: MadeStatus;
  url: string | null;
  booking?: CalComBooking;
  error?: string;
}): MadeBooking {
  return {
    invitation_id: made.invitationId,
    status: made.status,
    booking_url: made.url,
    booking_id: made.booking?.bookingId ?? null,
    start_time: made.booking?.startTime.toISOString() ?? null,
    end_time: made.booking?.endTime.toISOString() ?? null,
    error: made.error ?? null,
  };
}
