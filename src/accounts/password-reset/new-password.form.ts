import { IsString, Length } from 'class-validator';

export class NewPasswordForm {
  @Length(8, 1000, { message: 'Use at least 8 characters; 15 or more are better.' })
  @IsString({ message: 'Enter a new password.' })
  newPassword = '';
}
