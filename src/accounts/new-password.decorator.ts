import { applyDecorators } from '@nestjs/common';
import { IsString, Length, Validate, ValidatorConstraint, type ValidatorConstraintInterface } from 'class-validator';
import { isCommonPassword } from '../shared/common-password.js';

@ValidatorConstraint()
class IsUncommon implements ValidatorConstraintInterface {
  validate(password: unknown): boolean {
    return typeof password === 'string' && !isCommonPassword(password);
  }
}

/** What a password must be that somebody chooses: long enough, and none that everybody tries first (ASVS 5.0, 6.2). */
export function NewPassword(missing: string): PropertyDecorator {
  return applyDecorators(
    IsString({ message: missing }),
    Length(8, 1000, { message: 'Use at least 8 characters; 15 or more are better.' }),
    Validate(IsUncommon, { message: 'Many people use this password, so it is tried first. Choose another one.' }),
  );
}
