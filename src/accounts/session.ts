import type { Request } from 'express';
import type { SessionData } from 'express-session';
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
    /** In milliseconds since 1970: when the password was shown last. */
    confirmedAt: number;
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
    confirmedAt: Date.now(),
  });
}

/** The same session under another id, where its rights or the password behind them change. */
export async function renewSession(request: Request, changes: Partial<SessionData>): Promise<void> {
  const { cookie: _cookie, stored: _stored, ...kept } = request.session;
  await promisify(request.session.regenerate.bind(request.session))();
  Object.assign(request.session, kept, changes);
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
