import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsDefined, IsString, ValidateIf, ValidateNested } from 'class-validator';
import { invitationStatuses } from '../../../candidates/invitation.entity.js';
import { mostIds } from '../id-list.decorator.js';

const text = { message: 'A text is needed here.' };

class AssessmentPayload {
  @ApiProperty({ example: 'A-7', description: 'What the assessment platform calls it; it is known by this.' })
  @IsString(text)
  readonly external_id!: string;

  @ApiProperty({ example: 'Backend assignment', maxLength: 200 })
  @IsString(text)
  readonly title!: string;
}

/** Null and left out are the same: not said. What is wrong with a value refuses the entry, not the whole. */
class InvitationPayload {
  @ApiProperty({ required: false, type: String, nullable: true, example: 'C-1001' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString(text)
  readonly external_id?: string | null;

  @ApiProperty({ example: 'Mina Sato' })
  @IsString(text)
  readonly name!: string;

  @ApiProperty({ example: 'mina@example.org' })
  @IsString(text)
  readonly email!: string;

  @ApiProperty({
    required: false,
    type: String,
    nullable: true,
    example: 'submitted',
    description: `One of ${invitationStatuses.join(', ')}; \`invited\` where nothing was ever said.`,
  })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString(text)
  readonly status?: string | null;

  @ApiProperty({ required: false, type: String, nullable: true, format: 'date-time', example: '2026-11-20T16:30:00Z' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString(text)
  readonly submitted_at?: string | null;

  @ApiProperty({ required: false, type: String, nullable: true, example: 'Asia/Tokyo', description: 'An IANA name.' })
  @ValidateIf((_, value) => value !== undefined && value !== null)
  @IsString(text)
  readonly time_zone?: string | null;
}

export class InvitationsPayload {
  @ApiProperty({ type: AssessmentPayload })
  @ValidateNested({ message: 'An object with external_id and title is needed here.' })
  @Type(() => AssessmentPayload)
  @IsDefined({ message: 'An object with external_id and title is needed here.' })
  readonly assessment!: AssessmentPayload;

  @ApiProperty({ type: [InvitationPayload], minItems: 1, maxItems: mostIds })
  @ValidateNested({ each: true, message: 'A list of objects is needed here.' })
  @Type(() => InvitationPayload)
  @ArrayMaxSize(mostIds, { message: `At most ${mostIds.toLocaleString('en')} invitations go into one request.` })
  @ArrayMinSize(1, { message: 'Name at least one invitation.' })
  @IsArray({ message: 'A list of objects is needed here.' })
  readonly invitations!: InvitationPayload[];
}
