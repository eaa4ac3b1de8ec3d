import { ApiProperty } from '@nestjs/swagger';
import { IsBoolean, ValidateIf } from 'class-validator';
import { EventTypeId } from '../event-type-id.decorator.js';
import { GivenText } from '../given-text.decorator.js';
import { IdList } from '../id-list.decorator.js';

export class SendEmailsPayload {
  @IdList()
  readonly invitation_ids!: string[];

  @EventTypeId({
    required: false,
    description: 'For those who have no open link yet; the organization’s default if left out.',
  })
  readonly event_type_id?: number;

  @ApiProperty({
    required: false,
    type: String,
    description: 'If sent, it must be the one invitation’s own open link.',
  })
  @GivenText(500)
  readonly booking_url?: string;

  @ApiProperty({
    required: false,
    type: String,
    maxLength: 200,
    example: 'Your interview about {{assessment_title}}',
    description: 'The template’s if left out.',
  })
  @GivenText(20_000)
  readonly subject?: string;

  @ApiProperty({
    required: false,
    type: String,
    example: 'Hi {{candidate_name}},\n\nplease [choose a time]({{booking_link}}).',
    description: 'Markdown with {{booking_link}} in it, at most 20 KB. The template’s if left out.',
  })
  @GivenText(100_000)
  readonly message?: string;

  @ApiProperty({ required: false, default: false, description: 'Mails those too who had one in the last few days.' })
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean({ message: 'Write true or false.' })
  readonly include_recent: boolean = false;
}
