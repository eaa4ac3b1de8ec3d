import { Injectable, UnprocessableEntityException, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import type { FieldError } from '../../web/forms.js';

const mostErrors = 100;

/** Reads a body or a query into its class. What the class does not name is refused: a misspelt filter filters nobody. */
@Injectable()
export class PayloadPipe implements PipeTransform {
  transform(value: unknown, { metatype }: ArgumentMetadata): object {
    const plain = value ?? {};
    if (typeof plain !== 'object' || Array.isArray(plain) || !metatype) {
      throw new UnprocessableEntityException('Send a JSON object.');
    }
    if (holdsNul(plain)) {
      throw refusal([{ field: '', message: 'A text holds the character U+0000, which cannot be stored.' }]);
    }
    const inherited = inheritedName(plain);
    if (inherited !== undefined) {
      throw refusal([{ field: inherited, message: nothingCalled(inherited) }]);
    }
    const payload = plainToInstance(metatype, plain, { excludePrefixes: ['__'] }) as object;
    const faults = validateSync(payload, {
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: false,
      stopAtFirstError: true,
    });
    if (faults.length > 0) {
      throw refusal(faults.flatMap((fault) => fieldErrors(fault)));
    }
    return payload;
  }
}

/** 422 that says of each field what is wrong with it. */
export function refusal(errors: readonly FieldError[]): UnprocessableEntityException {
  const [first] = errors;
  const message = first?.message ?? 'A value cannot be used as it is.';
  return new UnprocessableEntityException({ message, errors: errors.slice(0, mostErrors) });
}

function fieldErrors({ property, constraints, children = [] }: ValidationError, path = ''): FieldError[] {
  const field = path + property;
  const own = Object.entries(constraints ?? {}).map(([rule, message]) => ({
    field,
    message: rule === 'whitelistValidation' ? nothingCalled(property) : message,
  }));
  return [...own, ...children.flatMap((child) => fieldErrors(child, `${field}.`))];
}

function nothingCalled(name: string): string {
  return `There is no ${JSON.stringify(name)} here.`;
}

/** One that every object has, such as `constructor`: what makes the payload would leave it out in silence. */
function inheritedName(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) {
    return undefined;
  }
  for (const [name, inner] of Object.entries(value)) {
    const found = name in Object.prototype ? name : inheritedName(inner);
    if (found !== undefined) {
      return found;
    }
  }
  return undefined;
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') {
    return value.includes('\0');
  }
  return typeof value === 'object' && value !== null && Object.entries(value).flat().some(holdsNul);
}
