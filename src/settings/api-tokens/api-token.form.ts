import { IsIn, IsString, Matches, MaxLength, ValidateIf } from 'class-validator';
import { apiTokenScopes, type ApiTokenScope } from '../../accounts/api-token.entity.js';
import type { NewApiToken } from '../../accounts/api-tokens.service.js';
import { WholeNumber } from '../../web/whole-number.decorator.js';

export const apiTokenFields = ['name', 'scope', 'days'] as const;

const nameMissing = 'Give the token a name that says which program has it.';

/** As typed. */
export class ApiTokenForm {
  @Matches(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, { message: 'The name must be one line.' })
  @MaxLength(60, { message: 'Use at most 60 characters.' })
  @Matches(/\S/, { message: nameMissing })
  @IsString({ message: nameMissing })
  name = '';

  @IsIn(apiTokenScopes, { message: 'Choose what the program may do.' })
  scope = '';

  @ValidateIf(({ days }: ApiTokenForm) => typeof days !== 'string' || days.trim() !== '')
  @WholeNumber({ min: 1, max: 3650 }, 'Enter whole days from 1 to 3650, or nothing.')
  days = '';

  /** Of a form that was found to be in order. */
  get token(): NewApiToken {
    return {
      name: this.name.trim().replaceAll(/\s+/g, ' '),
      scope: this.scope as ApiTokenScope,
      days: this.days.trim() === '' ? null : Number(this.days),
    };
  }
}
