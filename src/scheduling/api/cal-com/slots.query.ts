import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, IsISO8601, Min, ValidateIf } from 'class-validator';
import { EventTypeId } from '../event-type-id.decorator.js';
import { GivenZone } from '../given-zone.decorator.js';

const day = 'A day (2026-12-01) or an instant (2026-12-01T09:00:00Z) is needed here.';

export class SlotsQuery {
  @EventTypeId({ required: true, description: 'Cal.com’s id of the event type.' })
  readonly event_type_id!: number;

  @ApiProperty({ example: '2026-12-01', description: 'A day of `time_zone`, or an instant.' })
  @IsISO8601({ strict: true }, { message: day })
  readonly from!: string;

  @ApiProperty({
    example: '2026-12-07',
    description: 'A day of `time_zone`, to its end, or an instant; at most 62 days after `from`.',
  })
  @IsISO8601({ strict: true }, { message: day })
  readonly to!: string;

  @GivenZone('The organization’s if left out.')
  readonly time_zone?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, description: 'Where the event type offers several.' })
  @ValidateIf((_, value) => value !== undefined)
  @Transform(({ value }) => (typeof value === 'string' && value !== '' ? Number(value) : value))
  @Min(1, { message: 'The length is a number of minutes.' })
  @IsInt({ message: 'The length is a number of minutes.' })
  readonly length_in_minutes?: number;
}
