import { fullTime, zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import type { Link, Prompt } from '../../page-parts.view.js';
import { clockIn, dayInWords, theirTime } from '../booking-time.js';
import type { BookingDetails } from './booking-details.service.js';
import { daysOffered, type OfferedTimes } from './reschedule-times.service.js';

export interface TimeChoice {
  readonly id: string;
  readonly value: string;
  readonly time: string;
  readonly theirs: string;
  readonly checked: boolean;
}

/** `views/pages/scheduling/bookings/reschedule.hbs`. */
export interface RescheduleView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly id: string;
  readonly prompt: Prompt | null;
  readonly errors: FormErrors;
  readonly now: string;
  readonly from: string;
  readonly span: string;
  readonly earlier: string | null;
  readonly later: string;
  readonly days: readonly { readonly day: string; readonly times: readonly TimeChoice[] }[];
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
  const { from, times, trouble } = offered;
  const theirZone = booking.attendeeTimeZone ?? candidate?.timeZone ?? timeZone;
  const path = `/app/bookings/${booking.id}`;
  const byDay = Map.groupBy(times, (start) => dayInWords(start, timeZone, now));
  const isFirst = from.toMillis() <= now.getTime();
  const choice = (start: Date): TimeChoice => ({
    id: `start-${start.getTime()}`,
    value: start.toISOString(),
    time: clockIn(start, timeZone),
    theirs: theirTime(start, theirZone, timeZone),
    checked: start.toISOString() === form.start,
  });
  return {
    title: 'Move to another time',
    sub: `Times are in ${zoneInWords(timeZone, times[0] ?? from.toJSDate())}; the candidate’s own time is below.`,
    back: { href: path, label: candidate?.name ?? booking.attendeeName ?? 'Booking' },
    id: booking.id,
    prompt: trouble
      ? {
          tone: 'bad',
          icon: 'unplug',
          strong: 'The free times could not be read.',
          text: trouble,
          action: { href: `${path}/reschedule?from=${from.toISODate()}`, label: 'Retry' },
          urgent: false,
        }
      : null,
    errors: formErrors(fields, errors),
    now: fullTime(booking.startTime, timeZone, now),
    from: from.toISODate()!,
    span: `${dayInWords(from.toJSDate(), timeZone, now)} to ${dayInWords(from.plus({ days: daysOffered - 1 }).toJSDate(), timeZone, now)}`,
    earlier: isFirst ? null : `${path}/reschedule?from=${from.minus({ days: daysOffered }).toISODate()}`,
    later: `${path}/reschedule?from=${from.plus({ days: daysOffered }).toISODate()}`,
    days: [...byDay].map(([day, starts]) => ({ day, times: starts.map(choice) })),
    reason: form.reschedule_reason,
  };
}
