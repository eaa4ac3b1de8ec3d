import { HttpException, HttpStatus } from '@nestjs/common';

/** Thrown where somebody asks more often than a limit allows. */
export class TooManyTries extends HttpException {
  constructor(readonly retryAfterSeconds: number) {
    super(`That was too often. Nothing was changed. ${tryAgain(retryAfterSeconds)}`, HttpStatus.TOO_MANY_REQUESTS);
  }
}

export function tryAgain(retryAfterSeconds: number): string {
  const minutes = Math.ceil(retryAfterSeconds / 60);
  return `Try again in ${minutes <= 1 ? 'a minute' : `${minutes} minutes`}.`;
}
