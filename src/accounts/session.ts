import type { Request } from 'express';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { browserName } from './browser-name.js';

export interface SignedInUser {
  readonly userId: string;
  readonly orgId: string;
}

/** Whose session it is; one of an earlier generation opens nothing. */
export interface SessionOwner extends SignedInUser {
  readonly generation: number;
}

/** The password fitted; the code is still missing. */
interface Waiting extends SessionOwner {
  /** In milliseconds since 1970. */
  readonly until: number;
  /** Where to go afterwards. */
  readonly destination: string;
}

declare module 'express-session' {
  interface SessionData extends SessionOwner {
    /** Names it on the page of its owner; it opens nothing. */
    listedAs: string;
    browser: string;
    /** In milliseconds since 1970. */
    startedAt: number;
    waiting: Waiting;
    /** In milliseconds since 1970: until then it may see the secret of the factor that it sets up. */
    factorShownUntil: number;
  }
}

const waitsMs = 10 * 60 * 1000;

/** A new session id at each step of the sign-in, so that one planted before is worth nothing. */
export async function startSession(request: Request, owner: SessionOwner): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
  Object.assign(request.session, owner, {
    listedAs: randomUUID(),
    browser: browserName(request.get('User-Agent')),
    startedAt: Date.now(),
  });
}

/** Opens nothing but the page for the code. */
export async function startWaiting(request: Request, owner: SessionOwner, destination: string): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
  request.session.waiting = { ...owner, until: Date.now() + waitsMs, destination };
}

export function waitingOf({ session }: Request): Waiting | null {
  const waiting = session?.waiting;
  return waiting && waiting.until > Date.now() ? waiting : null;
}

export async function endSession(request: Request): Promise<void> {
  await promisify(request.session.destroy.bind(request.session))();
}
