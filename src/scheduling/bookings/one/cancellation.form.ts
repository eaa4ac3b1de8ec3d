import { Transform } from 'class-transformer';
import { IsNotEmpty, IsString, MaxLength } from 'class-validator';

export const longestReason = 500;

/** Cal.com mails it to the candidate. */
export class CancellationForm {
  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : value))
  @MaxLength(longestReason, { message: `Say it in ${longestReason} characters or fewer.` })
  @IsNotEmpty({ message: 'Give a reason: Cal.com passes it on to the candidate.' })
  @IsString({ message: 'Give a reason: Cal.com passes it on to the candidate.' })
  readonly cancellation_reason: string = '';
}
