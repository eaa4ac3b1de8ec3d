import { isEmail } from '../booking-input.js';
import { type PageQuery } from './page-query.js';

export interface FormError {
  readonly field: string;
  readonly text: string;
}

const longestName = 200;
const longestNotes = 2000;
export const longestReason = 500;

/** What keeps a booking from being made, in the order of the fields. */
export function bookingErrors({ name, email, notes, slot }: PageQuery): FormError[] {
  return [
    ...(slot ? [] : [{ field: 'slot', text: 'Choose a time' }]),
    ...nameErrors(name.trim()),
    ...emailErrors(email.trim()),
    ...lengthErrors('notes', 'Notes', notes, longestNotes),
  ];
}

export function lengthErrors(field: string, label: string, text: string, longest: number): FormError[] {
  return text.length > longest ? [{ field, text: `${label}: at most ${longest} characters` }] : [];
}

/** The same errors by field, for the messages beside the fields; null where there is none. */
export function errorsByField(errors: readonly FormError[], fields: readonly string[]): Record<string, string | null> {
  return Object.fromEntries(
    fields.map((field) => [field, errors.find((error) => error.field === field)?.text ?? null]),
  );
}

function nameErrors(name: string): FormError[] {
  if (!name) return [{ field: 'name', text: 'Enter your name' }];
  return lengthErrors('name', 'Name', name, longestName);
}

function emailErrors(email: string): FormError[] {
  if (!email) return [{ field: 'email', text: 'Enter your e-mail address' }];
  return isEmail(email)
    ? []
    : [{ field: 'email', text: 'Enter an e-mail address in the right form, like name@example.com' }];
}
