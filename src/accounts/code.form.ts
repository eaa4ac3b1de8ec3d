import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

/** Of an authenticator app, or a recovery code. */
export class CodeForm {
  @MaxLength(100, { message: 'Enter the code.' })
  @IsNotEmpty({ message: 'Enter the code.' })
  @IsString({ message: 'Enter the code.' })
  code = '';
}
