import { DateTime } from 'luxon';
import { type ActivityArea, activityAreas } from '../../activity/activity-actions.js';
import type { ActivityCursor, ActivityFilter } from '../../activity/activities.service.js';
import { type ActivityWho, activityWho } from '../../activity/activity.entity.js';
import { isId } from '../../web/id.pipe.js';

export const activityPath = '/app/settings/activity';

/** As it stands in the address of the page, without what cannot be. */
export interface ActivityQuery {
  readonly kind: string;
  readonly who: string;
  readonly about: string;
  readonly from: string;
  readonly to: string;
}

const cursor = /^\d{1,18}$/;
const about = /^[a-z-]{1,30}:[\w-]{1,200}$/;

export function readActivityQuery(query: Readonly<Record<string, unknown>>): ActivityQuery & ActivityCursor {
  const { kind, who, from, to, after, before } = query;
  return {
    kind: typeof kind === 'string' && Object.hasOwn(activityAreas, kind) ? kind : '',
    who: typeof who === 'string' && whoOf(who) ? who : '',
    about: typeof query['about'] === 'string' && isAbout(query['about']) ? query['about'] : '',
    from: isDay(from) ? from : '',
    to: isDay(to) ? to : '',
    after: typeof after === 'string' && cursor.test(after) ? after : null,
    before: typeof before === 'string' && cursor.test(before) ? before : null,
  };
}

/** Days are those of the zone, the last one included. */
export function activityFilter({ kind, who, about, from, to }: ActivityQuery, zone: string): ActivityFilter {
  const [type = '', id = ''] = about.split(':');
  return {
    area: kind ? (kind as ActivityArea) : null,
    who: whoOf(who),
    about: about ? { type, id } : null,
    from: from ? DateTime.fromISO(from, { zone }).toJSDate() : null,
    until: to ? DateTime.fromISO(to, { zone }).plus({ days: 1 }).toJSDate() : null,
  };
}

/** The page, or what else lies below its address, with this filter. */
export function activityHref(query: ActivityQuery, more: Readonly<Record<string, string>> = {}, below = ''): string {
  const { kind, who, about: thing, from, to } = query;
  const kept = Object.entries({ kind, who, about: thing, from, to, ...more }).filter(([, value]) => value !== '');
  const search = new URLSearchParams(kept);
  return `${activityPath}${below}${search.size > 0 ? `?${search}` : ''}`;
}

/** `person:<id>`, `token:<id>`, or who needs no id. */
function whoOf(text: string): ActivityFilter['who'] {
  const [who = '', id] = text.split(':');
  const isKnown = (activityWho as readonly string[]).includes(who);
  return isKnown && (id === undefined || isId(id)) ? { who: who as ActivityWho, id: id ?? null } : null;
}

function isAbout(text: string): boolean {
  return about.test(text) && (!text.startsWith('candidate:') || isId(text.slice('candidate:'.length)));
}

function isDay(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text) && DateTime.fromISO(text).isValid;
}
