import { isId } from '../../../web/id.pipe.js';

/** A time for a candidate, as the table showed it: what is booked is what was checked. */
export interface PickedTime {
  readonly invitationId: string;
  readonly start: Date;
  /** Cal.com's uids of what is cancelled for it. */
  readonly replaces: readonly string[];
}

/** As a tick of the form carries it. */
export function pickedTimeAsText({ invitationId, start, replaces }: PickedTime): string {
  return [invitationId, start.toISOString(), ...replaces].join(' ');
}

/** Null for what no table of ours ever held. */
export function pickedTimeFromText(text: unknown): PickedTime | null {
  const [invitationId, instant, ...replaces] = typeof text === 'string' ? text.split(' ') : [];
  const isInstant = instant !== undefined && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(instant);
  const start = new Date(isInstant ? instant : Number.NaN);
  const isWhole =
    isId(invitationId) && !Number.isNaN(start.getTime()) && replaces.every((uid) => /^[\w-]{1,100}$/.test(uid));
  return isWhole ? { invitationId: invitationId.toLowerCase(), start, replaces } : null;
}
