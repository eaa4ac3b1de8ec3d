import { applyDecorators } from '@nestjs/common';
import { IsString, MaxLength, ValidateIf } from 'class-validator';

/** A text that may be left out, but not be anything else. */
export function GivenText(maxLength: number): PropertyDecorator {
  return applyDecorators(
    ValidateIf((_, value) => value !== undefined),
    IsString({ message: 'A text is needed here.' }),
    MaxLength(maxLength, { message: `At most ${maxLength.toLocaleString('en')} characters fit here.` }),
  );
}
