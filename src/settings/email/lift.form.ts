import { IsString, Matches, MaxLength } from 'class-validator';

export class LiftForm {
  @MaxLength(500, { message: 'Use at most 500 characters.' })
  @Matches(/\S/, { message: 'Say why this address may get mail again.' })
  @IsString({ message: 'Say why this address may get mail again.' })
  reason = '';
}
