import { IsNotEmpty, IsOptional, IsString, MaxLength } from 'class-validator';
import { inviteLinkIn } from './invites/invite-path.js';

export class SignInForm {
  @MaxLength(320, { message: 'Enter your e-mail address.' })
  @IsNotEmpty({ message: 'Enter your e-mail address.' })
  @IsString({ message: 'Enter your e-mail address.' })
  email = '';

  @MaxLength(1000, { message: 'Enter your password.' })
  @IsNotEmpty({ message: 'Enter your password.' })
  @IsString({ message: 'Enter your password.' })
  password = '';

  @IsOptional()
  @IsString()
  next = '';

  /** Where to go afterwards: a page of ours and nothing else. */
  get destination(): string {
    return destinationOf(this.next);
  }

  get inviteLink(): string | null {
    return inviteLinkIn(this.next);
  }
}

/** A page of ours, whatever was asked for. */
export function destinationOf(next: unknown): string {
  const isPage = typeof next === 'string' && /^\/(app\/[\w/?&=%.,-]*|api\/docs)$/.test(next);
  return inviteLinkIn(next) ?? (isPage ? next : '/app/scheduling');
}
