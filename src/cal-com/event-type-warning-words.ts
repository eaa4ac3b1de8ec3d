import type { EventTypeWarning, EventTypeWarningCode } from './event-type-warnings.js';

export interface WarningWords {
  readonly title: string;
  /** What it means for an admin who sends candidates there. */
  readonly detail: string;
}

export function warningInWords({ code, subject }: EventTypeWarning): WarningWords {
  const { title, detail } = words[code];
  return { title: subject === undefined ? title : `${title}: ${subject}`, detail };
}

const words: Readonly<Record<EventTypeWarningCode, WarningWords>> = {
  'needs-confirmation': { title: 'Needs your yes', detail: 'Each booking waits until a host confirms it.' },
  'required-question': {
    title: 'Asks a question',
    detail: 'Candidates have to answer it; booking for them from here is not possible.',
  },
  'verifies-email': {
    title: 'Checks the e-mail address',
    detail: 'Candidates type a code from a mail of Cal.com first; booking for them from here is not possible.',
  },
  'requires-sign-in': {
    title: 'Asks for a Cal.com account',
    detail: 'Candidates cannot book it themselves.',
  },
  seats: {
    title: 'Several people at one time',
    detail: 'Candidates would share an interview, and their bookings cannot be told apart here.',
  },
  recurring: { title: 'Repeats', detail: 'Each booking is a whole series; only its first date is followed here.' },
  paid: { title: 'Costs money', detail: 'Candidates would have to pay.' },
  'no-cancelling': { title: 'Cannot be cancelled', detail: 'Neither by candidates nor from here.' },
  'no-rescheduling': { title: 'Cannot be moved', detail: 'Candidates cannot choose another time by themselves.' },
  hidden: { title: 'Hidden', detail: 'Works through personal links; not on your public page.' },
};
