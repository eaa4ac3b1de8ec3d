import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsIn, IsInt, Max, Min, ValidateBy, ValidateIf } from 'class-validator';
import { invitationStatuses, type InvitationStatus } from '../../../candidates/invitation.entity.js';
import { isId } from '../../../web/id.pipe.js';
import { decodeCursor } from '../../candidates/list-cursor.js';
import { schedulingStatuses, type SchedulingStatus } from '../../candidates/scheduling-status.js';
import { GivenText } from '../given-text.decorator.js';

const words = (value: unknown) => (typeof value === 'string' && value !== '' ? value.split(',') : value);

/** An empty value is a filter that was left empty. */
export class CandidatesQuery {
  @ApiProperty({ required: false, format: 'uuid', type: String })
  @ValidateIf((_, value) => Boolean(value))
  @ValidateBy({ name: 'id', validator: { validate: isId } }, { message: 'The id of an assessment is needed here.' })
  readonly assessment_id?: string;

  @ApiProperty({
    required: false,
    type: String,
    example: 'submitted,reviewed',
    description: `One or several of ${invitationStatuses.join(', ')}, with commas.`,
  })
  @ValidateIf((_, value) => Boolean(value))
  @Transform(({ value }) => words(value))
  @IsIn(invitationStatuses, { each: true, message: `Each status is one of ${invitationStatuses.join(', ')}.` })
  readonly status?: InvitationStatus[];

  @ApiProperty({ required: false, enum: schedulingStatuses })
  @ValidateIf((_, value) => Boolean(value))
  @IsIn(schedulingStatuses, { message: `The scheduling status is one of ${schedulingStatuses.join(', ')}.` })
  readonly scheduling_status?: SchedulingStatus;

  @ApiProperty({ required: false, maxLength: 200, description: 'A part of the name or of the address.' })
  @GivenText(200)
  readonly q?: string;

  @ApiProperty({ required: false, description: 'The `next_cursor` of the page before.', type: String })
  @ValidateIf((_, value) => Boolean(value))
  @ValidateBy(
    {
      name: 'cursor',
      validator: { validate: (value) => typeof value === 'string' && decodeCursor(value, 'name') !== null },
    },
    { message: 'This cursor was not handed out here.' },
  )
  readonly cursor?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 1000, default: 100 })
  @Transform(({ value }) => (typeof value === 'string' && value !== '' ? Number(value) : value))
  @ValidateIf((_, value) => value !== undefined)
  @IsInt({ message: 'The limit is a whole number from 1 to 1,000.' })
  @Min(1, { message: 'The limit is a whole number from 1 to 1,000.' })
  @Max(1000, { message: 'The limit is a whole number from 1 to 1,000.' })
  readonly limit: number = 100;
}
