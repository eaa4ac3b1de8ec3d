import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsInt, Matches, Max, Min, ValidateIf } from 'class-validator';

export class SendQuery {
  @ApiProperty({ required: false, type: String, description: 'The `next_cursor` of the page before.' })
  @ValidateIf((_, value) => Boolean(value))
  @Matches(/^\d{1,9}$/, { message: 'This cursor was not handed out here.' })
  readonly cursor?: string;

  @ApiProperty({ required: false, type: 'integer', minimum: 1, maximum: 10_000, default: 10_000 })
  @Transform(({ value }) => (typeof value === 'string' && value !== '' ? Number(value) : value))
  @Min(1, { message: 'The limit is a whole number from 1 to 10,000.' })
  @Max(10_000, { message: 'The limit is a whole number from 1 to 10,000.' })
  @IsInt({ message: 'The limit is a whole number from 1 to 10,000.' })
  readonly limit: number = 10_000;
}
