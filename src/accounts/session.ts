import type { Request } from 'express';
import { promisify } from 'node:util';

declare module 'express-session' {
  interface SessionData {
    userId: string;
    orgId: string;
  }
}

/** A new session id at sign-in, so that one planted before is worth nothing. */
export async function startSession(request: Request, userId: string, orgId: string): Promise<void> {
  await promisify(request.session.regenerate.bind(request.session))();
  request.session.userId = userId;
  request.session.orgId = orgId;
}

export async function endSession(request: Request): Promise<void> {
  await promisify(request.session.destroy.bind(request.session))();
}
