import { Transform } from 'class-transformer';
import { IsString, MaxLength } from 'class-validator';
import { longestReason } from './cancellation.form.js';

const words = `Say it in ${longestReason} characters or fewer.`;

export class RejectionForm {
  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : value))
  @MaxLength(longestReason, { message: words })
  @IsString({ message: words })
  readonly rejection_reason: string = '';
}
