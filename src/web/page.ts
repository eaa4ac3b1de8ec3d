import type { SidebarCounts } from './shell.js';

/** What a controller returns to show a page: `views/pages/<view>.hbs` with its model. */
export class Page {
  constructor(
    readonly view: string,
    readonly model: { title: string } & Record<string, unknown>,
    readonly status = 200,
    readonly layout: 'app' | 'public' = 'app',
    /** What the sidebar counts, where the page has read it on its way. */
    readonly counts: SidebarCounts | null = null,
  ) {}

  /** A page for people who are not signed in: no sidebar. */
  static public(view: string, model: { title: string } & Record<string, unknown>, status = 200): Page {
    return new Page(view, model, status, 'public');
  }
}
