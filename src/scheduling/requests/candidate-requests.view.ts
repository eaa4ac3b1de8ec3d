import { fullTime, zoneInWords } from '../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import { candidatePath, declinePath, otherTimesPath } from '../links/candidate-address.js';
import type { LinkRow } from '../links/candidate-link.service.js';
import { footOf, orgView, pagesAtCalCom, type OrgView } from '../links/candidate-link.view.js';
import type { Link } from '../page-parts.view.js';
import { longestNote, mostWindows, type TimeWindow, type TypedTimeWish } from './time-wish.js';

/** `views/pages/scheduling/candidate-link/decline.hbs`: asked once more, or what to do first. */
export interface DeclineView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView;
  readonly icon: string;
  readonly text: string;
  readonly action: string;
  /** Cal.com's page, where an interview is booked; '' where the button may be pressed. */
  readonly cancelHref: string;
  readonly back: Link;
  readonly contact: string | null;
}

/** `views/pages/scheduling/candidate-link/other-times.hbs`. */
export interface OtherTimesView extends Record<string, unknown> {
  readonly title: string;
  readonly org: OrgView;
  readonly text: string;
  readonly action: string;
  readonly errors: FormErrors;
  readonly windows: readonly { readonly legend: string; readonly fields: readonly WindowField[] }[];
  readonly note: string;
  readonly noteHint: string;
  readonly longestNote: number;
  readonly back: Link;
  readonly contact: string | null;
}

export interface WindowField {
  readonly name: string;
  readonly label: string;
  readonly type: 'date' | 'time';
  readonly width: string;
  readonly value: string;
  readonly error: string;
}

const emptyWindow: TimeWindow = { day: '', from: '', to: '' };
const nothingTyped: Omit<TypedTimeWish, 'errors'> = {
  wish: { windows: [], note: '' },
  rows: Array.from({ length: mostWindows }, () => emptyWindow),
};
const legends = ['First time', 'Second time, if you like', 'Third time, if you like'];

export function declineView(link: LinkRow): DeclineView {
  const { orgName, booking, timeZone } = link;
  const frame = {
    org: orgView(link),
    action: declinePath(link.token),
    back: backTo(link),
    contact: footOf(link).contact,
  };
  if (booking) {
    return {
      ...frame,
      title: 'Cancel your interview first',
      icon: 'calendar-x',
      text: `You have an interview on ${fullTime(new Date(booking.startTime), timeZone)}. Cancel it in the calendar, so that the time is free again; then come back here.`,
      cancelHref: pagesAtCalCom(booking).cancel,
    };
  }
  return {
    ...frame,
    title: 'You no longer want the interview?',
    icon: 'circle-slash',
    text: `Press the button, and ${orgName} knows: this link closes, and you get no more invitations to choose a time.`,
    cancelHref: '',
  };
}

export function otherTimesView(
  link: LinkRow,
  { wish, rows }: Omit<TypedTimeWish, 'errors'> = nothingTyped,
  faults: readonly FieldError[] = [],
): OtherTimesView {
  const { orgName, timeZone } = link;
  const errors = formErrors([...rows.flatMap((_, index) => namesOf(index)), 'note'], faults);
  return {
    title: 'When would suit you?',
    org: orgView(link),
    text: `Say up to three times, and ${orgName} writes back. Your times are in ${zoneInWords(timeZone)}.`,
    action: otherTimesPath(link.token),
    errors,
    windows: rows.map((row, index) => ({ legend: legends[index]!, fields: fieldsOf(row, index, errors) })),
    note: wish.note,
    noteHint: `For example: evenings, or the week after next. Up to ${longestNote} characters.`,
    longestNote,
    back: backTo(link),
    contact: footOf(link).contact,
  };
}

function fieldsOf({ day, from, to }: TimeWindow, index: number, errors: FormErrors): WindowField[] {
  const [dayName, fromName, toName] = namesOf(index) as [string, string, string];
  const error = (name: string) => errors.byField[name] ?? '';
  return [
    { name: dayName, label: 'Day', type: 'date', width: 'col-12 col-sm-6', value: day, error: error(dayName) },
    { name: fromName, label: 'From', type: 'time', width: 'col-6 col-sm-3', value: from, error: error(fromName) },
    { name: toName, label: 'Until', type: 'time', width: 'col-6 col-sm-3', value: to, error: error(toName) },
  ];
}

function namesOf(index: number): string[] {
  return ['day', 'from', 'to'].map((name) => `${name}_${index + 1}`);
}

function backTo({ token }: LinkRow): Link {
  return { href: candidatePath(token), label: 'Back to your interview' };
}
