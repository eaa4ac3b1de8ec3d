import { ApiProperty } from '@nestjs/swagger';
import { GivenText } from '../given-text.decorator.js';

export class CancellationPayload {
  @ApiProperty({
    required: false,
    type: String,
    maxLength: 500,
    example: 'The role has been filled.',
    description: 'Cal.com tells it to the candidate; there is a default.',
  })
  @GivenText(500)
  readonly reason?: string;
}
