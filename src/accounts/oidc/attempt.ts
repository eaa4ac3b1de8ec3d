import type { Request } from 'express';
import { saveSession } from '../session.js';
import type { OidcAttempt } from './oidc-provider.service.js';

const attemptMs = 10 * 60 * 1000;

interface Attempt extends OidcAttempt {
  /** Where to go afterwards. */
  readonly destination: string;
  /** Whether the person must show themselves anew. */
  readonly again: boolean;
  /** In milliseconds since 1970. */
  readonly beganAt: number;
}

declare module 'express-session' {
  interface SessionData {
    oidcAttempt: Attempt;
  }
}

/** One at a time: only the browser that begins a sign-in can bring it to its end. */
export async function beginAttempt(request: Request, attempt: Omit<Attempt, 'beganAt'>): Promise<void> {
  request.session.oidcAttempt = { ...attempt, beganAt: Date.now() };
  if (!request.actor) {
    // Nobody is signed in: what is left of attempts that came to nothing is gone soon.
    request.session.cookie.maxAge = attemptMs;
  }
  await saveSession(request);
}

/** It is used up, whatever comes of it. */
export function takeAttempt(request: Request): Attempt | null {
  const attempt = request.session.oidcAttempt;
  delete request.session.oidcAttempt;
  return attempt && Date.now() - attempt.beganAt < attemptMs ? attempt : null;
}
