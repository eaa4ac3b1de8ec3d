import { IsNotEmpty, IsString, MaxLength } from 'class-validator';
import { NewPassword } from './new-password.decorator.js';

export const passwordChangeFields = ['currentPassword', 'newPassword'] as const;

export class PasswordChangeForm {
  @MaxLength(1000, { message: 'Enter the password you have now.' })
  @IsNotEmpty({ message: 'Enter the password you have now.' })
  @IsString({ message: 'Enter the password you have now.' })
  currentPassword = '';

  @NewPassword('Enter a new password.')
  newPassword = '';
}
