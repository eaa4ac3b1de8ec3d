import type { Request } from 'express';
import type { Actor } from '../shared/actor.js';

/** The person and organization that the frame of every page names. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly orgName: string;
  readonly timeZone: string;
}

export interface PersonFinder {
  find(request: Request): Promise<Person | null>;
}

/** Badges of the sidebar by the path of their entry, such as `{'/app/sends': '1 running'}`. */
export interface SidebarCounter {
  count(actor: Actor): Promise<Readonly<Record<string, string>>>;
}

/** `accounts` says who is signed in; `scheduling` counts. Both outrank `web`, so they come by token. */
export const PERSON_FINDER = Symbol('person finder');
export const SIDEBAR_COUNTER = Symbol('sidebar counter');

declare module 'express' {
  interface Request {
    actor?: Actor;
    cspNonce?: string;
  }
}
