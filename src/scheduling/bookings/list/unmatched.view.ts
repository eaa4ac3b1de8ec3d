import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { fullTime } from '../../../shared/zoned-time.js';
import type { Suggestion } from '../sync/booking-attachments.service.js';
import { bookingsHead, type BookingsHead, type HeadInput } from './bookings.view.js';

/** A candidate it may belong to, with the evidence in words: a person says whether. */
export interface SuggestionView {
  readonly invitationId: string;
  readonly name: string;
  readonly why: string;
}

export interface UnmatchedItem {
  readonly id: string;
  readonly href: string;
  readonly when: string;
  readonly what: string;
  readonly suggestions: readonly SuggestionView[];
}

/** `views/pages/scheduling/bookings/unmatched.hbs`. */
export interface UnmatchedView extends BookingsHead, Record<string, unknown> {
  readonly items: readonly UnmatchedItem[];
  /** What does not fit onto the page, or ''. */
  readonly more: string;
  readonly setAside: readonly Omit<UnmatchedItem, 'suggestions'>[];
}

export interface UnmatchedInput extends HeadInput {
  readonly unmatched: readonly { readonly booking: CalComBooking; readonly suggestions: readonly Suggestion[] }[];
  readonly total: number;
  readonly setAside: readonly CalComBooking[];
}

export function unmatchedView(input: UnmatchedInput): UnmatchedView {
  const item = (booking: CalComBooking) => ({
    id: booking.id,
    href: `/app/bookings/${booking.id}`,
    when: fullTime(booking.startTime, input.timeZone, input.now),
    what: `${booking.title ?? 'An interview'}, booked by ${bookedBy(booking)}`,
  });
  const hidden = input.total - input.unmatched.length;
  return {
    ...bookingsHead(input),
    items: input.unmatched.map(({ booking, suggestions }) => ({
      ...item(booking),
      suggestions: suggestions.map(suggestionView),
    })),
    more: hidden > 0 ? `${hidden} more: they move up as these are settled.` : '',
    setAside: input.setAside.map(item),
  };
}

export function suggestionView({ invitationId, name, assessmentTitle, hasOpenBooking }: Suggestion): SuggestionView {
  const why = `The same e-mail address, ${assessmentTitle}${hasOpenBooking ? '; has an interview ahead already' : ''}`;
  return { invitationId, name, why };
}

function bookedBy({ attendeeName, attendeeEmail }: CalComBooking): string {
  if (!attendeeEmail) {
    return attendeeName ? `“${attendeeName}”` : 'nobody that Cal.com names';
  }
  return attendeeName ? `“${attendeeName}” <${attendeeEmail}>` : attendeeEmail;
}
