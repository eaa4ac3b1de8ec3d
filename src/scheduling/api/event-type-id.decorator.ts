import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ValidateBy, ValidateIf } from 'class-validator';

/** Cal.com's id of an event type: a number, or its digits as text. */
export function EventTypeId({ required, description }: { required: boolean; description: string }): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      required,
      description,
      example: 1,
      oneOf: [
        { type: 'integer', minimum: 1 },
        { type: 'string', pattern: '^[0-9]{1,15}$' },
      ],
    }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value,
    ),
    ...(required ? [] : [ValidateIf((_, value) => value !== undefined)]),
    ValidateBy(
      { name: 'eventTypeId', validator: { validate: (value) => Number.isSafeInteger(value) && value > 0 } },
      { message: 'The id of an event type is a number, such as 123.' },
    ),
  );
}
