import { IsString, Length, Matches, MaxLength } from 'class-validator';

export const newMemberFields = ['name', 'password'] as const;

/** As typed. The address and the role are the invite's. */
export class NewMemberForm {
  @Matches(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, { message: 'The name must be one line.' })
  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @Matches(/\S/, { message: 'Enter your name.' })
  @IsString({ message: 'Enter your name.' })
  name = '';

  @Length(8, 1000, { message: 'Use at least 8 characters; 15 or more are better.' })
  @IsString({ message: 'Enter a password.' })
  password = '';
}
