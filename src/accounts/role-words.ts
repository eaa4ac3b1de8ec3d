import type { Role } from '../shared/actor.js';

/** What each role is called, and what it may. */
export const roleWords: Readonly<
  Record<Role, { readonly word: string; readonly asWhat: string; readonly may: string }>
> = {
  viewer: { word: 'Viewer', asWhat: 'a viewer', may: 'See candidates, bookings and sends.' },
  scheduler: { word: 'Scheduler', asWhat: 'a scheduler', may: 'Also import, make links, send, and act on bookings.' },
  admin: { word: 'Admin', asWhat: 'an admin', may: 'Also the settings, members and API tokens.' },
};
