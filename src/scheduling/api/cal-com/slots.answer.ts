import { ApiProperty } from '@nestjs/swagger';

class Slot {
  @ApiProperty({ format: 'date-time', example: '2026-12-01T10:00:00.000+01:00', description: 'In the zone asked for.' })
  readonly start_time!: string;

  @ApiProperty({ format: 'date-time', example: '2026-12-01T10:30:00.000+01:00' })
  readonly end_time!: string;
}

export class SlotsAnswer {
  @ApiProperty({ type: [Slot], description: 'A hint: a time may be gone a moment later.' })
  readonly data!: Slot[];

  @ApiProperty({ example: 'Europe/Berlin' })
  readonly time_zone!: string;
}
