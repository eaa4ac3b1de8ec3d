import { Equals } from 'class-validator';

/** A mail that may have gone out is sent again only by somebody who says so. */
export class SendAgainForm {
  @Equals('yes', { message: 'Tick the box if this person may get the mail twice.' })
  readonly may_arrive_twice?: string;
}
