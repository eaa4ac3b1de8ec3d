import { IsString, Matches, MaxLength } from 'class-validator';
import { NewPassword } from '../new-password.decorator.js';

export const newMemberFields = ['name', 'password'] as const;

/** As typed. The address and the role are the invite's. */
export class NewMemberForm {
  @Matches(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, { message: 'The name must be one line.' })
  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @Matches(/\S/, { message: 'Enter your name.' })
  @IsString({ message: 'Enter your name.' })
  name = '';

  @NewPassword('Enter a password.')
  password = '';
}
