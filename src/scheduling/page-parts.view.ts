/** What `views/partials/badge.hbs` takes: a tone, an icon (lucide) and always a word. */
export interface Badge {
  readonly tone: 'neutral' | 'accent' | 'info' | 'teal' | 'good' | 'warn' | 'bad';
  readonly icon: string;
  readonly word: string;
}

/** What `views/partials/prompt.hbs` takes: something to know about the page, and where to do something about it. */
export interface Prompt {
  readonly tone: 'info' | 'warn' | 'bad';
  readonly icon: string;
  readonly strong: string;
  readonly text: string;
  readonly action: Link | null;
  /** Read out at once: nothing goes on before somebody acts. */
  readonly urgent: boolean;
}

export interface Link {
  readonly href: string;
  readonly label: string;
}

export interface Option {
  readonly value: string;
  readonly label: string;
  readonly selected: boolean;
}

/** A count that filters when it is followed. */
export interface Pill {
  readonly href: string;
  readonly icon: string;
  readonly label: string;
  readonly count: string;
  readonly current: boolean;
}

/** Addresses of the neighbouring pages, or null, and `1–50 of 248`. */
export interface Pager {
  readonly previous: string | null;
  readonly next: string | null;
  readonly range: string;
}

export interface HiddenField {
  readonly name: string;
  readonly value: string;
}
