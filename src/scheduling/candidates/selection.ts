import type { Request } from 'express';
import { isId } from '../../web/id.pipe.js';

declare module 'express-session' {
  interface SessionData {
    /** Who stays ticked on the page after a post. */
    picked: string[];
  }
}

/** More would not fit a request anyway; all that match have no such limit. */
export const mostPickedIds = 10_000;
const mostKeptTicks = 500;

/** What the selection form posts. */
export interface SelectionForm {
  readonly matching: boolean;
  readonly invitationIds: readonly string[];
  readonly eventType: string;
  readonly replace: boolean;
  readonly replaceConfirmed: boolean;
  /** The question was on the screen before. */
  readonly replacementAsked: boolean;
}

/** Null when an id is none: such a form did not come from our page. */
export function readSelection(body: Readonly<Record<string, unknown>>): SelectionForm | null {
  const raw = body['invitation_ids'] ?? body['invitation_ids[]'] ?? [];
  const ids = typeof raw === 'object' && raw !== null ? Object.values(raw) : [raw];
  if (!ids.every(isId) || ids.length > mostPickedIds) {
    return null;
  }
  return {
    matching: body['select'] === 'matching',
    invitationIds: [...new Set(ids)],
    eventType:
      typeof body['event_type_id'] === 'string' ? eventTypeOf(body['event_type_id'], body['length_in_minutes']) : '',
    replace: body['on_existing'] === 'replace',
    replaceConfirmed: body['confirm_replace'] === 'yes',
    replacementAsked: body['asked'] === 'yes',
  };
}

function eventTypeOf(id: string, length: unknown): string {
  return typeof length === 'string' && length && !id.includes(':') ? `${id}:${length}` : id;
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
