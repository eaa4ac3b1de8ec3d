import { ApiProperty } from '@nestjs/swagger';
import { bookingStatuses, type BookingStatus } from '../../../cal-com/cal-com-booking.entity.js';
import { invitationStatuses } from '../../../candidates/invitation.entity.js';
import type { ListedCandidate } from '../../candidates/candidate-list.service.js';
import { schedulingStatuses, type SchedulingStatus } from '../../candidates/scheduling-status.js';
import { candidateAddress } from '../../links/candidate-address.js';

class CandidateAssessment {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'Backend assignment' })
  readonly title!: string;
}

class CandidateBooking {
  @ApiProperty({ example: 'bk7Qv2mXf1', description: 'Cal.com’s uid.' })
  readonly booking_id!: string;

  @ApiProperty({ enum: bookingStatuses })
  readonly status!: BookingStatus;

  @ApiProperty({ format: 'date-time' })
  readonly start_time!: string;

  @ApiProperty({ format: 'date-time' })
  readonly end_time!: string;
}

class Candidate {
  @ApiProperty({ format: 'uuid' })
  readonly invitation_id!: string;

  @ApiProperty({ example: 'Mina Sato' })
  readonly name!: string;

  @ApiProperty({ example: 'mina@example.org' })
  readonly email!: string;

  @ApiProperty({ type: CandidateAssessment })
  readonly assessment!: CandidateAssessment;

  @ApiProperty({ enum: invitationStatuses })
  readonly status!: string;

  @ApiProperty({ enum: schedulingStatuses })
  readonly scheduling_status!: SchedulingStatus;

  @ApiProperty({
    type: String,
    nullable: true,
    format: 'uri',
    example: 'https://interviews.example.org/i/4mTq0kq3o1xq5T4c0Q2k7A',
    description: 'The newest open link.',
  })
  readonly booking_link!: string | null;

  @ApiProperty({
    type: CandidateBooking,
    nullable: true,
    description: 'The open booking, else the latest, cancelled ones included.',
  })
  readonly booking!: CandidateBooking | null;
}

export class CandidatesAnswer {
  @ApiProperty({ type: [Candidate] })
  readonly data!: Candidate[];

  @ApiProperty({ type: String, nullable: true, description: 'Null on the last page.' })
  readonly next_cursor!: string | null;
}

export function candidateAnswer(row: ListedCandidate, publicUrl: string): Candidate {
  return {
    invitation_id: row.id,
    name: row.name,
    email: row.email,
    assessment: { id: row.assessmentId, title: row.assessmentTitle },
    status: row.status,
    scheduling_status: row.schedulingStatus,
    booking_link: row.linkToken && candidateAddress(publicUrl, row.linkToken),
    booking: row.bookingId
      ? {
          booking_id: row.bookingId,
          status: row.bookingStatus as BookingStatus,
          start_time: row.startTime!.toISOString(),
          end_time: row.endTime!.toISOString(),
        }
      : null,
  };
}
