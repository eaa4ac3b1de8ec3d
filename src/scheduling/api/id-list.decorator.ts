import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, ValidateBy } from 'class-validator';
import { isId } from '../../web/id.pipe.js';

export const mostIds = 10_000;

/** The invitations that a write is about. */
export function IdList(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: 'array',
      items: { type: 'string', format: 'uuid' },
      minItems: 1,
      maxItems: mostIds,
      description: 'Ids of invitations; each counts once.',
      example: ['7d0cb1f4-0f4b-4b39-9a57-0d6a3c6b8f11'],
    }),
    ValidateBy(
      { name: 'idList', validator: { validate: (value: unknown) => Array.isArray(value) && value.every(isId) } },
      { message: 'A list of ids of invitations is needed here.' },
    ),
    ArrayMaxSize(mostIds, { message: `At most ${mostIds.toLocaleString('en')} ids go into one request.` }),
    ArrayMinSize(1, { message: 'Name at least one invitation.' }),
  );
}
