import { NewPassword } from '../new-password.decorator.js';

export class NewPasswordForm {
  @NewPassword('Enter a new password.')
  newPassword = '';
}
