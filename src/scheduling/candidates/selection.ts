import type { Request } from 'express';
import { isId } from '../../web/id.pipe.js';
import type { HiddenField } from '../page-parts.view.js';
import { exceptionsOf, readPlaces, writePlaces } from './exceptions.js';
import type { FrozenChoice } from './frozen-selections.service.js';

declare module 'express-session' {
  interface SessionData {
    /** Who stays ticked on the page after a post. */
    picked: string[];
  }
}

/** More would not fit a request anyway; all that match have no such limit. */
export const mostPickedIds = 10_000;
const mostKeptTicks = 500;

type Fields = Readonly<Record<string, unknown>>;

/** What the selection form posts. */
export interface SelectionForm {
  /** All that match the filters at this moment, as a program asks for them; a page names what it froze. */
  readonly matching: boolean;
  /** All that matched when they were selected, but the exceptions; 'lost' where it is not known who is left out. */
  readonly frozen: FrozenChoice | 'lost' | null;
  readonly invitationIds: readonly string[];
  readonly eventType: string;
  readonly replace: boolean;
  readonly replaceConfirmed: boolean;
  /** The question was on the screen before. */
  readonly replacementAsked: boolean;
}

/** Null when an id is none: such a form did not come from our page. */
export function readSelection(body: Fields): SelectionForm | null {
  const ids = listIn(body, 'invitation_ids');
  if (!ids.every(isId) || ids.length > mostPickedIds) {
    return null;
  }
  return {
    matching: body['select'] === 'matching',
    frozen: readFrozen(body),
    invitationIds: [...new Set(ids)],
    eventType: readEventType(body),
    replace: body['on_existing'] === 'replace',
    replaceConfirmed: body['confirm_replace'] === 'yes',
    replacementAsked: body['asked'] === 'yes',
  };
}

/** The words of an address or a form that name a frozen selection and whom it leaves out. */
export function readFrozen(fields: Fields): FrozenChoice | 'lost' | null {
  const { selection: id, select, except, shown } = fields;
  if (id === undefined || select === 'none' || select === 'page') {
    return null;
  }
  const [left, onPage] = [readPlaces(except), readPlaces(shown)];
  const ticked = listIn(fields, 'ticked').map(String);
  return isId(id) && left && onPage && ticked.every((place) => readPlaces(place)?.length === 1)
    ? { id: id.toLowerCase(), except: exceptionsOf(left, onPage, ticked.map(Number)) }
    : 'lost';
}

/** The same words, for an address. */
export function frozenWords({ id, except }: FrozenChoice): Record<string, string> {
  return { selection: id, except: writePlaces(except) };
}

/** The selection once more, for a form that asks something about it first. */
export function selectionFields({ frozen, matching }: SelectionForm, ids: readonly string[]): HiddenField[] {
  if (frozen && frozen !== 'lost') {
    return Object.entries(frozenWords(frozen)).map(([name, value]) => ({ name, value }));
  }
  return matching ? [{ name: 'select', value: 'matching' }] : ids.map((value) => ({ name: 'invitation_ids[]', value }));
}

export function readEventType(fields: Fields): string {
  const { event_type_id: id, length_in_minutes: length } = fields;
  if (typeof id !== 'string') {
    return '';
  }
  return typeof length === 'string' && length && !id.includes(':') ? `${id}:${length}` : id;
}

function listIn(fields: Fields, name: string): unknown[] {
  const raw = fields[name] ?? fields[`${name}[]`] ?? [];
  return typeof raw === 'object' && raw !== null ? Object.values(raw) : [raw];
}

export function keepTicks(request: Request, ids: readonly string[]): void {
  if (ids.length <= mostKeptTicks) {
    request.session.picked = [...ids];
  }
}

export function takeTicks(request: Request): Set<string> {
  const { picked = [] } = request.session;
  delete request.session.picked;
  return new Set(picked);
}
