import { IsEmail, IsIn, MaxLength } from 'class-validator';
import { roles, type Role } from '../../shared/actor.js';

export const inviteFields = ['email', 'role'] as const;

const addressMissing = 'Enter an e-mail address, such as dana@example.com.';

/** As typed. */
export class InviteForm {
  @MaxLength(320, { message: addressMissing })
  @IsEmail({}, { message: addressMissing })
  email = '';

  @IsIn(roles, { message: 'Choose a role.' })
  role: Role | '' = '';
}
