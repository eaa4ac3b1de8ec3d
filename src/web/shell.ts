import type { Actor } from '../shared/actor.js';

/** The person and organization that the frame of every page names; `accounts` puts it on the request. */
export interface Person {
  readonly name: string;
  readonly email: string;
  readonly orgName: string;
  readonly timeZone: string;
  /** Where else they belong. */
  readonly otherOrgs: readonly { readonly id: string; readonly name: string }[];
  /** The organization asks for a second factor that they do not have: nothing of it opens. */
  readonly lacksFactor: boolean;
}

/** Badges of the sidebar by the path of their entry, such as `{'/app/sends': '1 running'}`. */
export type SidebarCounts = Readonly<Record<string, string>>;

export interface SidebarCounter {
  count(actor: Actor): Promise<SidebarCounts>;
}

/** `scheduling` counts; it outranks `web`, so it comes by token. */
export const SIDEBAR_COUNTER = Symbol('sidebar counter');

declare global {
  namespace Express {
    interface Request {
      actor?: Actor;
      person?: Person;
      cspNonce?: string;
    }
  }
}
