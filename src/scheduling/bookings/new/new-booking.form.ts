import { IsIn, IsISO8601, IsString, Matches, ValidateIf } from 'class-validator';

export class NewBookingForm {
  /** What becomes of the interview there is; '' where there is none. */
  @IsIn(['', 'reuse', 'replace'], { message: 'Say what becomes of the interview there is.' })
  readonly on_existing: string = '';

  /** An instant, as the page offers it; none where the interview there is stays. */
  @ValidateIf(({ on_existing }: NewBookingForm) => on_existing !== 'reuse')
  @IsISO8601({ strict: true }, { message: 'Choose a time.' })
  @Matches(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/, { message: 'Choose a time.' })
  readonly start: string = '';

  /** Cal.com's uids of what the page showed as open. */
  @IsString({ message: 'Look at the interview there is.' })
  readonly replaces: string = '';

  /** The first day that the page showed. */
  @IsString({ message: 'Choose a week.' })
  readonly from: string = '';

  @IsString({ message: 'Choose an event type.' })
  readonly event_type_id: string = '';
}
