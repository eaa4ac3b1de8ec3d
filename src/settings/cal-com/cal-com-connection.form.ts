import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export class CalComConnectionForm {
  /** Empty keeps the stored key. */
  @MaxLength(500, { message: 'A key of Cal.com is shorter than this.' })
  @IsString({ message: 'Enter an API key.' })
  apiKey = '';

  @MaxLength(500, { message: 'Use at most 500 characters.' })
  @IsNotEmpty({ message: 'Enter the address of the Cal.com API.' })
  @IsString({ message: 'Enter the address of the Cal.com API.' })
  apiUrl = '';
}
