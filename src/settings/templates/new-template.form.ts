import { IsString, Matches, MaxLength } from 'class-validator';

const missing = 'Give the template a name, such as Second interview.';

export class NewTemplateForm {
  @Matches(/^[^\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]*$/u, { message: 'The name must be one line.' })
  @MaxLength(60, { message: 'Use at most 60 characters.' })
  @Matches(/\S/, { message: missing })
  @IsString({ message: missing })
  title = '';

  /** The name of the template whose text it begins with. */
  @IsString({ message: 'Choose what it begins with.' })
  from = '';
}
