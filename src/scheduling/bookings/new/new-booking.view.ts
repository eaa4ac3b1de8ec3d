import { zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import type { ChosenEventType } from '../../event-type-choices.service.js';
import type { HiddenField, Link, Option } from '../../page-parts.view.js';
import type { OfferedTimes } from '../times/offered-times.service.js';
import { timesView, type TimesView } from '../times/offered-times.view.js';
import type { BookableCandidate } from './bookable-candidates.service.js';
import { bookedInWords, mailsInWords } from './booking-words.js';

/** `views/pages/scheduling/bookings/new.hbs`. */
export interface NewBookingView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly action: string;
  readonly errors: FormErrors;
  readonly who: string;
  readonly eventType: string;
  readonly warning: string;
  readonly times: TimesView;
  /** What is asked where the candidate has an interview: nothing is chosen beforehand. */
  readonly present: {
    readonly when: readonly string[];
    readonly choices: readonly Option[];
    readonly hint: string;
  } | null;
  readonly fields: readonly HiddenField[];
  readonly mails: string;
}

export interface NewBookingInput {
  readonly candidate: BookableCandidate;
  readonly eventType: ChosenEventType;
  readonly offered: OfferedTimes;
  readonly timeZone: string;
  readonly errors: readonly FieldError[];
  readonly form: { readonly start: string; readonly on_existing: string };
  readonly now: Date;
}

const fields = ['start', 'on_existing', 'replaces', 'from', 'event_type_id'];

export function newBookingPath(invitationId: string): string {
  return `/app/scheduling/candidates/${invitationId}/booking`;
}

export function newBookingView(input: NewBookingInput): NewBookingView {
  const { candidate, eventType, offered, timeZone, form, now } = input;
  const { invitation, open } = candidate;
  const action = newBookingPath(invitation.id);
  const href = (day: string) => `${action}?${new URLSearchParams({ event_type_id: eventType.value, from: day })}`;
  const isAhead = open.some(({ endTime }) => endTime > now);
  const zone = zoneInWords(timeZone, offered.times[0] ?? offered.from.toJSDate());
  return {
    title: `Book a time for ${invitation.name}`,
    sub: `Times are in ${zone}; the candidate’s own time is below.`,
    back: { href: '/app/scheduling', label: 'Scheduling' },
    action,
    errors: formErrors(fields, input.errors),
    who: `${invitation.name}, ${invitation.email}`,
    eventType: eventType.label,
    warning: candidate.isUnreachable
      ? 'Mail to this address came back for good: what Cal.com sends may not arrive, so tell the candidate another way.'
      : '',
    times: timesView({ offered, timeZone, theirZone: candidate.timeZone, start: form.start, href, now }),
    present:
      open.length === 0
        ? null
        : {
            when: open.map((booking) => `${invitation.name} ${bookedInWords(booking, timeZone, now)}.`),
            choices: [
              { value: 'reuse', label: 'Keep it, book nothing' },
              { value: 'replace', label: isAhead ? 'Cancel it and book anew' : 'Book another one' },
            ].map((choice) => ({ ...choice, selected: choice.value === form.on_existing })),
            hint: isAhead ? 'Cal.com mails a cancellation to the candidate and the host.' : '',
          },
    fields: [
      { name: 'event_type_id', value: eventType.value },
      { name: 'replaces', value: open.map(({ bookingId }) => bookingId).join(' ') },
    ],
    mails: mailsInWords(eventType.needsConfirmation),
  };
}
