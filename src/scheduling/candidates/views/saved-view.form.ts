import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

const longestName = 60;
const disruptive = /[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu;

export class SavedViewForm {
  @Transform(({ value }) => (typeof value === 'string' ? value.replace(disruptive, ' ').trim() : value))
  @MaxLength(longestName, { message: `Name it in ${longestName} characters or fewer.` })
  @IsNotEmpty({ message: 'Give the view a name.' })
  @IsString({ message: 'Give the view a name.' })
  readonly name: string = '';
}
