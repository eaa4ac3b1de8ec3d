import { ValidateBy } from 'class-validator';

/** Digits alone, within these bounds; typed by a person, so still a text. */
export function WholeNumber({ min, max }: { min: number; max: number }, message: string): PropertyDecorator {
  const validate = (value: unknown) =>
    typeof value === 'string' && /^\s*\d{1,15}\s*$/.test(value) && Number(value) >= min && Number(value) <= max;
  return ValidateBy({ name: 'wholeNumber', validator: { validate, defaultMessage: () => message } });
}
