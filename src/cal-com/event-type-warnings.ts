import { listOf, numberOf, recordOf, textOf } from './answer-values.js';

export type EventTypeWarningCode =
  | 'needs-confirmation'
  | 'required-question'
  | 'verifies-email'
  | 'requires-sign-in'
  | 'seats'
  | 'recurring'
  | 'paid'
  | 'no-cancelling'
  | 'no-rescheduling'
  | 'hidden'
  | 'no-booking-page';

/** What an admin should know before candidates are sent to an event type. */
export interface EventTypeWarning {
  readonly code: EventTypeWarningCode;
  /** What it is about, where the code alone does not say it: the question that is asked. */
  readonly subject?: string;
}

/** Cal.com writes a switch as `null`, a boolean or `{"disabled": true}`, depending on its age. */
export function warningsOf(eventType: Readonly<Record<string, unknown>>): EventTypeWarning[] {
  const warnings: EventTypeWarning[] = [];
  const warn = (code: EventTypeWarningCode, holds: boolean) => holds && warnings.push({ code });

  warn('needs-confirmation', isSetUp(eventType['confirmationPolicy']));
  for (const subject of requiredQuestions(eventType)) warnings.push({ code: 'required-question', subject });
  warn('verifies-email', eventType['requiresBookerEmailVerification'] === true);
  warn('requires-sign-in', eventType['bookingRequiresAuthentication'] === true);
  warn('seats', isSetUp(eventType['seats']) || (numberOf(eventType['seatsPerTimeSlot']) ?? 0) > 0);
  warn('recurring', isSetUp(eventType['recurrence']));
  warn('paid', (numberOf(eventType['price']) ?? 0) > 0);
  warn('no-cancelling', isDisabledFeature(eventType['disableCancelling']));
  warn('no-rescheduling', isDisabledFeature(eventType['disableRescheduling']));
  warn('hidden', eventType['hidden'] === true);
  warn('no-booking-page', textOf(eventType['bookingUrl']) === null);
  return warnings;
}

function isSetUp(value: unknown): boolean {
  const setting = recordOf(value);
  return setting !== null && Object.keys(setting).length > 0 && setting['disabled'] !== true;
}

/** `disableCancelling: {"disabled": true}` means that cancelling is disabled. */
function isDisabledFeature(value: unknown): boolean {
  return value === true || recordOf(value)?.['disabled'] === true;
}

/** Default fields are name, e-mail and a hidden title: they never stop a candidate. */
function requiredQuestions(eventType: Readonly<Record<string, unknown>>): string[] {
  return (listOf(eventType['bookingFields']) ?? [])
    .map(recordOf)
    .filter((field) => field !== null)
    .filter((field) => field['required'] === true && field['isDefault'] !== true && field['hidden'] !== true)
    .map((field) => textOf(field['label']) ?? textOf(field['slug']) ?? 'a question');
}
