import { PayloadTooLargeException } from '@nestjs/common';
import { text, type NextFunction, type Request, type RequestHandler, type Response } from 'express';

const formType = 'application/x-www-form-urlencoded';

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

/** Reads what a form posts. In time that grows with its length alone: the usual parser takes seconds for a long list. */
export function formBody({ limit, mostFields }: { limit: string; mostFields: number }): RequestHandler[] {
  return [
    text({ type: formType, limit }),
    (request: Request, _response: Response, next: NextFunction) => {
      if (typeof request.body === 'string') {
        request.body = readFields(request.body, mostFields);
      }
      next();
    },
  ];
}

/** Texts, and lists of texts: `name[]`, `name[0]`, or a name that comes again. No form of ours nests any deeper. */
export function readFields(body: string, mostFields: number): FormFields {
  const fields = new Map<string, string | string[]>();
  for (const part of partsOf(body, mostFields)) {
    const equals = part.indexOf('=');
    const key = equals === -1 ? part : part.slice(0, equals);
    keep(fields, decoded(key), equals === -1 ? '' : decoded(part.slice(equals + 1)));
  }
  return Object.fromEntries(fields);
}

function keep(fields: Map<string, string | string[]>, key: string, value: string): void {
  const bracket = key.indexOf('[', 1);
  const name = bracket === -1 ? key : key.slice(0, bracket);
  const known = fields.get(name);
  if (Array.isArray(known)) {
    known.push(value);
  } else if (known !== undefined) {
    fields.set(name, [known, value]);
  } else {
    fields.set(name, bracket === -1 ? value : [value]);
  }
}

function partsOf(body: string, most: number): string[] {
  const parts = body.split('&', most + 1);
  if (parts.length > most) {
    throw new PayloadTooLargeException();
  }
  return parts.filter((part) => part !== '');
}

/** What is no proper escape stands for itself. */
function decoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}
