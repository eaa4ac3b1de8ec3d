import { DateTime } from 'luxon';
import type { FieldError } from '../../../web/forms.js';
import { isId } from '../../../web/id.pipe.js';
import type { OnExisting } from '../../links/booking-links.service.js';
import type { ChosenEventType } from '../../event-type-choices.service.js';
import { countFitting } from '../../free-times/fitting.js';
import type { BookableCandidate } from '../new/bookable-candidates.service.js';
import { pickedTimeFromText, type PickedTime } from './picked-time.js';

/** What the table to check posts. */
export interface AssignmentCheckForm {
  readonly ids: readonly string[];
  readonly eventType: string;
  /** A day, as it was typed. */
  readonly notBefore: string;
  readonly onExisting: OnExisting;
  readonly picked: readonly PickedTime[];
  /** Those who had a time in the table: one of them who is not picked was left out. */
  readonly offered: ReadonlySet<string>;
}

export const mostAssigned = 500;

/** Null for what no page of ours posts. */
export function readAssignmentCheck(body: Readonly<Record<string, unknown>>): AssignmentCheckForm | null {
  const text = (name: string) => (typeof body[name] === 'string' ? body[name] : '');
  const ids = listOf(body['invitation_ids'] ?? body['invitation_ids[]']);
  const picked = listOf(body['picks'] ?? body['picks[]']).map(pickedTimeFromText);
  const isOurs = ids.every(isId) && ids.length > 0 && ids.length <= mostAssigned && !picked.includes(null);
  if (!isOurs) {
    return null;
  }
  return {
    ids: ids.map((id) => id.toLowerCase()),
    eventType: text('event_type_id'),
    notBefore: text('not_before'),
    onExisting: text('on_existing') === 'replace' ? 'replace' : 'reuse',
    picked: picked.filter((pick) => pick !== null),
    offered: new Set(text('offered').split(' ')),
  };
}

export function dayFaults(notBefore: string): FieldError[] {
  const isDay = notBefore === '' || (/^\d{4}-\d\d-\d\d$/.test(notBefore) && DateTime.fromISO(notBefore).isValid);
  return isDay ? [] : [{ field: 'not_before', message: 'Enter a day, like 2026-11-30.' }];
}

/** Why not all that was ticked can be booked as the table showed it. */
export function pickFaults(
  picked: readonly PickedTime[],
  candidates: readonly BookableCandidate[],
  { minutes }: ChosenEventType,
  now: Date,
): FieldError[] {
  const fault = (message: string) => [{ field: 'picks', message }];
  const starts = picked.map(({ start }) => start);
  if (picked.length === 0) {
    return fault('Tick at least one candidate who has a time.');
  }
  if (starts.some((start) => start <= now)) {
    return fault('Some of these times have passed. Look at the new ones.');
  }
  if (
    countFitting(starts, minutes) < picked.length ||
    new Set(picked.map(({ invitationId }) => invitationId)).size < picked.length
  ) {
    return fault('Two of these interviews overlap. Look at the times again.');
  }
  const known = new Map(candidates.map((candidate) => [candidate.invitation.id, candidate]));
  const changed = picked.filter((pick) => !isUnchanged(pick, known.get(pick.invitationId)!));
  const names = changed.map(({ invitationId }) => known.get(invitationId)!.invitation.name);
  return names.length > 0 ? fault(`Booked, cancelled or declined meanwhile: ${names.join(', ')}. Look again.`) : [];
}

function isUnchanged({ replaces }: PickedTime, { hindrance, open }: BookableCandidate): boolean {
  const uids = open.map(({ bookingId }) => bookingId);
  return hindrance === '' && uids.length === replaces.length && uids.every((uid) => replaces.includes(uid));
}

function listOf(raw: unknown): unknown[] {
  return typeof raw === 'object' && raw !== null ? Object.values(raw) : raw === undefined ? [] : [raw];
}
