import { PayloadTooLargeException } from '@nestjs/common';
import { text, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { parse, type ParsedUrlQuery } from 'node:querystring';

export type FormFields = Readonly<Record<string, string | readonly string[]>>;

const formType = 'application/x-www-form-urlencoded';

/** Reads what a form posts, in time that grows with its length alone: the usual parser takes seconds for a long list. */
export function formBody({ limit, mostFields }: { limit: string; mostFields: number }): RequestHandler[] {
  return [
    text({ type: formType, limit }),
    (request: Request, _response: Response, next: NextFunction) => {
      if (request.is(formType) && typeof request.body === 'string') {
        if (request.body.split('&', mostFields + 1).length > mostFields) {
          throw new PayloadTooLargeException();
        }
        request.body = readFields(parse(request.body, '&', '=', { maxKeys: mostFields }));
      }
      next();
    },
  ];
}

/** Texts, and lists of texts: `name[]`, `name[0]`, or a name that comes again. No form of ours nests any deeper. */
export function readFields(parsed: ParsedUrlQuery): FormFields {
  const fields = new Map<string, string | string[]>();
  for (const [key, value = ''] of Object.entries(parsed)) {
    const bracket = key.indexOf('[', 1);
    const name = bracket === -1 ? key : key.slice(0, bracket);
    const known = fields.get(name);
    fields.set(name, known === undefined && bracket === -1 ? value : [known ?? [], value].flat());
  }
  return Object.fromEntries(fields);
}
