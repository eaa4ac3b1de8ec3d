import type { Suggestion } from '../sync/booking-attachments.service.js';
import { suggestionView, type SuggestionView } from '../list/unmatched.view.js';
import type { BookingCandidate, BookingDetails } from './booking-details.service.js';

/** Where a person says whose a booking is, or takes that back. */
export interface WhoseView {
  readonly heading: string;
  readonly text: string;
  readonly isDecided: boolean;
  readonly q: string;
  readonly choices: readonly SuggestionView[];
}

export interface WhoseInput {
  readonly suggestions: readonly Suggestion[];
  /** Whoever was looked for by name or address. */
  readonly found: readonly BookingCandidate[];
  readonly q: string;
}

/** Null where Interlude knows for itself whose it is. */
export function whoseView(
  { booking, candidate }: BookingDetails,
  { suggestions, found, q }: WhoseInput,
): WhoseView | null {
  if (booking.matchedBy !== null && booking.matchedBy !== 'person') {
    return null;
  }
  if (booking.matchedBy === 'person') {
    const text = candidate
      ? `One of you said that it is ${candidate.name}’s.`
      : 'One of you said that it is none of yours.';
    return { heading: 'Whose booking is this?', text, isDecided: true, q: '', choices: [] };
  }
  const looked = found.map(({ invitationId, name, email, assessmentTitle }) => ({
    invitationId,
    name,
    why: `${email}, ${assessmentTitle}`,
  }));
  const choices = q ? looked : suggestions.map(suggestionView);
  const nobody = q ? `No candidate is called “${q}”.` : 'No candidate has the address it was booked with.';
  const text = choices.length > 0 ? 'Nothing but a person can say.' : nobody;
  return { heading: 'Whose booking is this?', text, isDecided: false, q, choices };
}
