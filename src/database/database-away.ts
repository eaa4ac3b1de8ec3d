import { QueryFailedError } from 'typeorm';

/** A connection that breaks off in the middle of a question. */
const brokenOff = new Set(['ECONNRESET', 'EPIPE']);
/** SQLSTATE classes: connection lost; ended by an admin or a crash, or not yet ready. */
const awayStates = /^(08...|57P0[123])$/;
const awayWords =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection)/;

/** The database could not be reached, was ending or starting: the same may work in a moment. */
export function isDatabaseAway(error: unknown): boolean {
  const cause: unknown = error instanceof QueryFailedError ? error.driverError : error;
  if (!(cause instanceof Error)) {
    return false;
  }
  const { code = '', syscall, message } = cause as NodeJS.ErrnoException;
  return syscall === 'connect' || brokenOff.has(code) || awayStates.test(code) || awayWords.test(message);
}
