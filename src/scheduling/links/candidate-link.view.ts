/** `views/pages/scheduling/candidate-link/choose.hbs`. */
export interface ChooseView extends Record<string, unknown> {
  readonly title: string;
  readonly orgName: string;
  readonly firstName: string;
  /** `Interview, 30 minutes`. */
  readonly what: string;
  readonly forWhat: string;
  readonly href: string;
  readonly host: string;
  readonly worksUntil: string;
  readonly contact: string | null;
}

/** `views/pages/scheduling/candidate-link/booked.hbs`. */
export interface BookedView extends Record<string, unknown> {
  readonly title: string;
  readonly orgName: string;
  readonly firstName: string;
  readonly pending: boolean;
  readonly what: string;
  readonly forWhat: string;
  readonly when: string;
  readonly rescheduleHref: string;
  readonly cancelHref: string;
  readonly contact: string | null;
}

/** `views/pages/scheduling/candidate-link/closed.hbs`: a kind page for a link that opens nothing (any more). */
export interface ClosedView extends Record<string, unknown> {
  readonly title: string;
  readonly orgName: string | null;
  readonly text: string;
  readonly contact: string | null;
}
