import { fullTime, zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import type { Link } from '../../page-parts.view.js';
import type { OfferedTimes } from '../times/offered-times.service.js';
import { timesView, type TimesView } from '../times/offered-times.view.js';
import type { BookingDetails } from './booking-details.service.js';

/** `views/pages/scheduling/bookings/reschedule.hbs`. */
export interface RescheduleView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly id: string;
  readonly errors: FormErrors;
  readonly now: string;
  readonly times: TimesView;
  readonly reason: string;
}

export interface RescheduleInput {
  readonly details: BookingDetails;
  readonly offered: OfferedTimes;
  readonly timeZone: string;
  readonly errors: readonly FieldError[];
  readonly form: { readonly start: string; readonly reschedule_reason: string };
  readonly now: Date;
}

export const defaultRescheduleReason = 'Another time suits the hiring team better.';
const fields = ['start', 'reschedule_reason', 'from'];

export function rescheduleView({ details, offered, timeZone, errors, form, now }: RescheduleInput): RescheduleView {
  const { booking, candidate } = details;
  const { from, times } = offered;
  const theirZone = booking.attendeeTimeZone ?? candidate?.timeZone ?? timeZone;
  const path = `/app/bookings/${booking.id}`;
  const href = (day: string) => `${path}/reschedule?from=${day}`;
  return {
    title: 'Move to another time',
    sub: `Times are in ${zoneInWords(timeZone, times[0] ?? from.toJSDate())}; the candidate’s own time is below.`,
    back: { href: path, label: candidate?.name ?? booking.attendeeName ?? 'Booking' },
    id: booking.id,
    errors: formErrors(fields, errors),
    now: fullTime(booking.startTime, timeZone, now),
    times: timesView({ offered, timeZone, theirZone, start: form.start, href, now }),
    reason: form.reschedule_reason,
  };
}
