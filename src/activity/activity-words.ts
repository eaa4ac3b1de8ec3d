import { activityActions, isActivityAction } from './activity-actions.js';
import type { NamedActivity } from './activities.service.js';
import type { ActivityWho } from './activity.entity.js';

/** A piece of a sentence; `of` says what it names. */
export interface Piece {
  readonly text: string;
  readonly of: 'candidate' | 'thing' | null;
}

const unnamed: Readonly<Record<ActivityWho, string>> = {
  person: 'A former user',
  token: 'An API token',
  system: 'Interlude',
  command: 'Command line',
  candidate: 'An erased candidate',
  nobody: 'Somebody',
};
const mark = /\{([a-z]+) ?([a-z ]*)\}/;

export function whoInWords({ who, whoName, candidateName }: NamedActivity): string {
  const name = who === 'candidate' ? candidateName : whoName;
  return (who === 'token' && name ? `API token ${name}` : name) ?? unnamed[who];
}

/** What follows the name. */
export function deedInWords(activity: NamedActivity): Piece[] {
  const { action } = activity;
  let rest: string = isActivityAction(action) ? activityActions[action].says : action;
  const pieces: Piece[] = [];
  for (let found = mark.exec(rest); found; found = mark.exec(rest)) {
    const [whole, what = '', noun = ''] = found;
    pieces.push({ text: rest.slice(0, found.index), of: null }, pieceFor(activity, what, noun));
    rest = rest.slice(found.index + whole.length);
  }
  return [...pieces, { text: rest, of: null }].filter(({ text }) => text !== '');
}

export function sentence(activity: NamedActivity): string {
  const deed = deedInWords(activity).map(({ text }) => text);
  return `${whoInWords(activity)} ${deed.join('')}`;
}

/** A line for each setting, with what it was before; what else is told in one. */
export function detailsInWords({ before, after }: NamedActivity): string[] {
  const was = before ?? {};
  const now = Object.entries(after ?? {}).map(([name, value]) => ({ name, text: `${labelOf(name)}: `, value }));
  const changes = now.filter(({ name }) => name in was);
  // The number stands in the sentence.
  const facts = now.filter(({ name }) => !(name in was) && name !== 'count');
  return [
    ...changes.map(({ name, text, value }) => `${text}${inWords(was[name])} → ${inWords(value)}`),
    facts.map(({ text, value }) => text + inWords(value)).join(' · '),
  ].filter(Boolean);
}

function pieceFor(activity: NamedActivity, what: string, noun: string): Piece {
  if (what === 'candidate') {
    const { candidateName, invitationId } = activity;
    return invitationId
      ? { text: candidateName ?? 'an erased candidate', of: 'candidate' }
      : { text: 'an unknown candidate', of: null };
  }
  if (what === 'count') {
    const count = Number(activity.after?.['count'] ?? 0);
    return { text: `${count.toLocaleString('en-GB')} ${noun}${count === 1 ? '' : 's'}`, of: null };
  }
  const { subjectName, subjectType, subjectId } = activity;
  const title = subjectType === 'template' ? subjectId?.replaceAll('_', ' ') : null;
  return subjectName || title
    ? { text: (subjectName ?? title)!, of: 'thing' }
    : { text: subjectType === 'person' ? 'a former user' : 'that is gone', of: null };
}

/** `mailSenderName` as `Mail sender name`. */
function labelOf(name: string): string {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === '') {
    return 'none';
  }
  if (typeof value === 'boolean') {
    return value ? 'yes' : 'no';
  }
  if (Array.isArray(value)) {
    return value.length > 0 ? value.join(', ') : 'none';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
