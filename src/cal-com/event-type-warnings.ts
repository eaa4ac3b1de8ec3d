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
  | 'hidden';

/** What an admin should know before candidates are sent to an event type. */
export interface EventTypeWarning {
  readonly code: EventTypeWarningCode;
  /** What it is about, where the code alone does not say it: the question that is asked. */
  readonly subject?: string;
}

export function warningsOf(eventType: Readonly<Record<string, unknown>>): EventTypeWarning[] {
  const questions = requiredQuestions(eventType).map((subject) => ({ code: 'required-question' as const, subject }));
  const codes = conditions.filter(([, holds]) => holds(eventType)).map(([code]) => ({ code }));
  return [...questions, ...codes];
}

type Condition = (eventType: Readonly<Record<string, unknown>>) => boolean;

const conditions: readonly (readonly [EventTypeWarningCode, Condition])[] = [
  ['needs-confirmation', (type) => isSetUp(type['confirmationPolicy'])],
  ['verifies-email', (type) => type['requiresBookerEmailVerification'] === true],
  ['requires-sign-in', (type) => type['bookingRequiresAuthentication'] === true],
  ['seats', (type) => isSetUp(type['seats']) || (numberOf(type['seatsPerTimeSlot']) ?? 0) > 0],
  ['recurring', (type) => isSetUp(type['recurrence'])],
  ['paid', (type) => (numberOf(type['price']) ?? 0) > 0],
  ['no-cancelling', (type) => isDisabledFeature(type['disableCancelling'])],
  ['no-rescheduling', (type) => isDisabledFeature(type['disableRescheduling'])],
  ['hidden', (type) => type['hidden'] === true],
];

/** As it is stored: `needs-confirmation`, `required-question: Role`. */
export function warningAsText({ code, subject }: EventTypeWarning): string {
  return subject === undefined ? code : `${code}: ${subject}`;
}

export function warningFromText(text: string): EventTypeWarning {
  const [, code, subject] = /^([a-z-]+)(?:: (.*))?$/s.exec(text) ?? [];
  return subject === undefined
    ? { code: code as EventTypeWarningCode }
    : { code: code as EventTypeWarningCode, subject };
}

/** Cal.com leaves a setting out, sends `null`, or sends it with `"disabled": true`. */
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
