/** `booking_link`, `{{booking_link}}` and `booking_url` are this one string. */
export function candidateAddress(publicUrl: string, token: string): string {
  return publicUrl + candidatePath(token);
}

export function candidatePath(token: string): string {
  return `/i/${token}`;
}

/** Mails carry the same in their `List-Unsubscribe` header. */
export function unsubscribePath(token: string): string {
  return `${candidatePath(token)}/unsubscribe`;
}

export function declinePath(token: string): string {
  return `${candidatePath(token)}/decline`;
}

export function otherTimesPath(token: string): string {
  return `${candidatePath(token)}/other-times`;
}

export function newLinkRequestPath(token: string): string {
  return `${candidatePath(token)}/new-link-request`;
}

export interface BookingPagePrefill {
  readonly name: string;
  readonly email: string;
  readonly ref: string;
  readonly lengthInMinutes: number | null;
}

/**
 * Cal.com's booking page with the candidate's name and e-mail filled in and our ref in the metadata.
 * Parameters: Cal.com help, "prefill fields"; `metadata[key]`, `duration` (types with several lengths only).
 */
export function bookingPageAddress(bookingPage: string, prefill: BookingPagePrefill): string {
  const url = new URL(bookingPage);
  url.searchParams.set('name', prefill.name);
  url.searchParams.set('email', prefill.email);
  url.searchParams.set('metadata[interlude]', prefill.ref);
  if (prefill.lengthInMinutes) {
    url.searchParams.set('duration', String(prefill.lengthInMinutes));
  }
  return url.href;
}
