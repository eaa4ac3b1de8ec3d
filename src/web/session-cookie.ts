import type { Request } from 'express';

/** The name without the `__Host-` that https adds; enough to find the cookie in a header. */
export const sessionCookieName = 'interlude.sid';

export function sessionCookieNameFor(https: boolean): string {
  return https ? `__Host-${sessionCookieName}` : sessionCookieName;
}

export function hasSessionCookie(request: Request): boolean {
  return (request.headers.cookie ?? '').includes(`${sessionCookieName}=`);
}
