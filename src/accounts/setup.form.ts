import { IsEmail, IsNotEmpty, IsString, IsTimeZone, Matches, MaxLength, ValidateIf } from 'class-validator';
import { NewPassword } from './new-password.decorator.js';

const oneLine = /^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u;

export class SetupForm {
  @IsString({ message: 'Enter the setup token.' })
  @IsNotEmpty({ message: 'Enter the setup token.' })
  token = '';

  @Matches(oneLine, { message: 'The name must be one line.' })
  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @Matches(/\S/, { message: 'Enter the name of your organization.' })
  @IsString({ message: 'Enter the name of your organization.' })
  organizationName = '';

  @Matches(oneLine, { message: 'Your name must be one line.' })
  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @Matches(/\S/, { message: 'Enter your name.' })
  @IsString({ message: 'Enter your name.' })
  name = '';

  /** In which the organization's lists tell the hours; the server's own where nobody says. */
  @ValidateIf((form: SetupForm) => form.timeZone !== '')
  @IsTimeZone({ message: 'Choose the time zone your organization works in.' })
  timeZone = '';

  @IsEmail({}, { message: 'Enter an e-mail address, such as asha@example.com.' })
  email = '';

  @NewPassword('Enter a password.')
  password = '';
}
