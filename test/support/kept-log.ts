import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const shortest = 8;
const longest = 200;

/** Says nothing of anybody: an id, a number, a moment, one of our own words or pages. */
const plain = /^(\/(app|api)\b.*|[\da-f]{8}-[\da-f-]{27}|[\d.:TZ+-]+|[a-z_-]+|on)$/;

/** The log of one app, and what must not be in it, for the reporter that reads all of them when the run is over. */
export class KeptLog {
  private readonly file = join(process.env.TEST_LOG_DIR!, randomUUID());

  write(lines: string): void {
    appendFileSync(`${this.file}.log`, lines);
  }

  hide(...values: readonly string[]): void {
    const telling = values.filter((value) => value.length >= shortest && !plain.test(value));
    appendFileSync(
      `${this.file}.hidden`,
      telling.map((value) => `${JSON.stringify(value.slice(0, longest))}\n`).join(''),
    );
  }

  /** Hides all that is sent to the app, which has to use this before it has routes. */
  readonly hideBodies = ({ body }: Request, _response: Response, next: NextFunction): void => {
    this.hide(...valuesIn(Buffer.isBuffer(body) ? body.toString('utf8') : body));
    next();
  };
}

function valuesIn(body: unknown): string[] {
  if (typeof body === 'string') {
    return [body];
  }
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(valuesIn) : [];
}
