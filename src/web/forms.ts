import { plainToInstance, type ClassConstructor } from 'class-transformer';
import { validateSync } from 'class-validator';

export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What a template needs to show faults: the linked summary, and the message beside each field. */
export interface FormErrors {
  readonly list: readonly FieldError[];
  readonly byField: Readonly<Record<string, string>>;
}

export type ReadForm<Form> = { ok: true; form: Form } | { ok: false; form: Form; errors: readonly FieldError[] };

/** Reads a posted body into a form class; unknown fields are dropped, each faulty field gets its first message. */
export function readForm<Form extends object>(type: ClassConstructor<Form>, body: unknown): ReadForm<Form> {
  const plain = Object.fromEntries(Object.entries(body ?? {}).map(([name, value]) => [name, withoutNul(value)]));
  const form = plainToInstance(type, plain, { exposeDefaultValues: true, excludePrefixes: ['__'] });
  const errors = validateSync(form, { whitelist: true, forbidUnknownValues: false, stopAtFirstError: true }).map(
    (error) => ({
      field: error.property,
      message: Object.values(error.constraints ?? {})[0] ?? 'This value cannot be used.',
    }),
  );
  return errors.length === 0 ? { ok: true, form } : { ok: false, form, errors };
}

/** Postgres stores no NUL, and nobody types one. */
function withoutNul(value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '') : value;
}

/** `fields` names every field of the page, so that the strict templates may ask for each. */
export function formErrors(fields: readonly string[], list: readonly FieldError[] = []): FormErrors {
  const byField = Object.fromEntries(fields.map((field) => [field, '']));
  for (const { field, message } of list) {
    byField[field] ||= message;
  }
  return { list, byField };
}
