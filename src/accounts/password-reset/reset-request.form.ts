import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class ResetRequestForm {
  @MaxLength(320, { message: 'Enter your e-mail address.' })
  @IsNotEmpty({ message: 'Enter your e-mail address.' })
  @IsString({ message: 'Enter your e-mail address.' })
  email = '';
}
