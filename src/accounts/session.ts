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
export interface SessionOwner {
  readonly userId: string;
  /** Null for whoever belongs nowhere: it opens nothing but an invite. */
  readonly orgId: string | null;
  readonly generation: number;
}

/** How somebody came in who was signed in by the provider of OpenID Connect. */
export interface SessionMark {
  readonly signedInBy: 'provider';
  /** Whether they could come in without it. */
  readonly hasPassword: boolean;
  readonly confirmedAt: number;
}

/** The password fitted, or the provider let them in; the code is still missing. */
interface Waiting extends SessionOwner {
  /** In milliseconds since 1970. */
  readonly until: number;
  /** Where to go afterwards. */
  readonly destination: string;
  readonly mark: Partial<SessionMark>;
}

declare module 'express-session' {
  interface SessionData extends SessionOwner, SessionMark {
    /** Names it on the page of its owner; it opens nothing. */
    listedAs: string;
    browser: string;
    /** In milliseconds since 1970. */
    startedAt: number;
    /** In milliseconds since 1970: when they showed themselves last, by password or at the provider. */
    confirmedAt: number;
    waiting: Waiting;
    /** In milliseconds since 1970: until then it may see the secret of the factor that it sets up. */
    factorShownUntil: number;
  }
}

const waitsMs = 10 * 60 * 1000;

/** A new session id at each step of the sign-in, so that one planted before is worth nothing. */
export async function startSession(
  request: Request,
  owner: SessionOwner,
  mark: Partial<SessionMark> = {},
): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
  Object.assign(request.session, owner, {
    listedAs: randomUUID(),
    browser: browserName(request.get('User-Agent')),
    startedAt: Date.now(),
    confirmedAt: Date.now(),
    ...mark,
  });
}

/** The same session under another id, where its rights or the password behind them change. */
export async function renewSession(request: Request, changes: Partial<SessionData>): Promise<void> {
  const { cookie: _cookie, stored: _stored, ...kept } = request.session;
  await promisify(request.session.regenerate.bind(request.session))();
  Object.assign(request.session, kept, changes);
}

/** Opens nothing but the page for the code. */
export async function startWaiting(
  request: Request,
  owner: SessionOwner,
  destination: string,
  mark: Partial<SessionMark> = {},
): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
  request.session.waiting = { ...owner, until: Date.now() + waitsMs, destination, mark };
}

export function waitingOf({ session }: Request): Waiting | null {
  const waiting = session?.waiting;
  return waiting && waiting.until > Date.now() ? waiting : null;
}

export async function endSession(request: Request): Promise<void> {
  await promisify(request.session.destroy.bind(request.session))();
}

/** Before an answer to a GET that sends the browser on: it would follow before the session is kept. */
export async function saveSession(request: Request): Promise<void> {
  await promisify(request.session.save.bind(request.session))();
}
