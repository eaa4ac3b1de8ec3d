import { ApiProperty } from '@nestjs/swagger';
import { IsIn, IsInt, Matches, Min, ValidateIf } from 'class-validator';
import type { OnExisting } from '../../links/booking-links.service.js';
import { EventTypeId } from '../event-type-id.decorator.js';
import { GivenText } from '../given-text.decorator.js';
import { GivenZone } from '../given-zone.decorator.js';
import { IdList } from '../id-list.decorator.js';

const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;

export class BookingsPayload {
  @IdList()
  readonly invitation_ids!: string[];

  @EventTypeId({ required: false, description: 'The organization’s default if left out.' })
  readonly event_type_id?: number;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, description: 'Where the event type offers several.' })
  @ValidateIf((_, value) => value !== undefined)
  @Min(1, { message: 'The length is a number of minutes.' })
  @IsInt({ message: 'The length is a number of minutes.' })
  readonly length_in_minutes?: number;

  @ApiProperty({
    required: false,
    format: 'date-time',
    example: '2026-12-01T09:00:00Z',
    description: 'Books this time at Cal.com for the one invitation. Without it each gets a personal link.',
  })
  @ValidateIf((_, value) => value !== undefined)
  @Matches(instant, { message: 'The start is an instant with its offset, such as 2026-12-01T09:00:00Z.' })
  readonly start?: string;

  @GivenZone('The candidate’s, else the organization’s, if left out; Cal.com writes to the candidate in it.')
  readonly time_zone?: string;

  @ApiProperty({
    required: false,
    enum: ['reuse', 'replace'],
    default: 'reuse',
    description:
      'What becomes of a link or booking there is: `reuse` answers it; `replace` revokes the link and, for one invitation, cancels its booking.',
  })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(['reuse', 'replace'], { message: 'Write reuse or replace.' })
  readonly on_existing: OnExisting = 'reuse';

  @ApiProperty({ required: false, description: 'If sent, it must be the one invitation’s.', type: String })
  @GivenText(320)
  readonly email?: string;

  @ApiProperty({ required: false, description: 'If sent, it must be the one invitation’s.', type: String })
  @GivenText(200)
  readonly name?: string;
}
