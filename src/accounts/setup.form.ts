import { IsEmail, IsNotEmpty, IsString, IsTimeZone, MaxLength, ValidateIf } from 'class-validator';
import { NewPassword } from './new-password.decorator.js';

export class SetupForm {
  @IsString({ message: 'Enter the setup token.' })
  @IsNotEmpty({ message: 'Enter the setup token.' })
  token = '';

  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @IsNotEmpty({ message: 'Enter the name of your organization.' })
  @IsString({ message: 'Enter the name of your organization.' })
  organizationName = '';

  @MaxLength(100, { message: 'Use at most 100 characters.' })
  @IsNotEmpty({ message: 'Enter your name.' })
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
