import { IsNotEmpty, IsString, Length, MaxLength } from 'class-validator';

export const passwordChangeFields = ['currentPassword', 'newPassword'] as const;

export class PasswordChangeForm {
  @MaxLength(1000, { message: 'Enter the password you have now.' })
  @IsNotEmpty({ message: 'Enter the password you have now.' })
  @IsString({ message: 'Enter the password you have now.' })
  currentPassword = '';

  @Length(8, 1000, { message: 'Use at least 8 characters; 15 or more are better.' })
  @IsString({ message: 'Enter a new password.' })
  newPassword = '';
}
