import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { ValidateBy, ValidateIf } from 'class-validator';
import { isZone } from '../../shared/zoned-time.js';

/** An IANA name. Abbreviations are refused: EST is Panama's hour all year. */
export function GivenZone(whenLeftOut: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      required: false,
      type: String,
      example: 'Europe/Berlin',
      description: `An IANA name. ${whenLeftOut}`,
    }),
    ValidateIf((_, value) => value !== undefined),
    ValidateBy(
      { name: 'zone', validator: { validate: isRegionAndCity } },
      { message: 'The time zone is unknown; write it as Europe/Berlin or America/New_York.' },
    ),
  );
}

function isRegionAndCity(value: unknown): boolean {
  return typeof value === 'string' && (value === 'UTC' || (value.includes('/') && isZone(value)));
}
