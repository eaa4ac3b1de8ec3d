import { Transform } from 'class-transformer';
import { IsISO8601, IsString, Matches, MaxLength } from 'class-validator';
import { longestReason } from './cancellation.form.js';

const words = `Say it in ${longestReason} characters or fewer.`;

export class RescheduleForm {
  /** An instant, as the page offers it. */
  @IsISO8601({ strict: true }, { message: 'Choose a time.' })
  @Matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/, { message: 'Choose a time.' })
  readonly start: string = '';

  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : value))
  @MaxLength(longestReason, { message: words })
  @IsString({ message: words })
  readonly reschedule_reason: string = '';

  /** The first day that the page showed. */
  @IsString({ message: 'Choose a week.' })
  readonly from: string = '';
}
