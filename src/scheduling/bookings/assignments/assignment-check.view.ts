import { DateTime } from 'luxon';
import { fullTime, shortDay, zoneInWords } from '../../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../../web/forms.js';
import type { ChosenEventType } from '../../event-type-choices.service.js';
import type { OnExisting } from '../../links/booking-links.service.js';
import type { HiddenField, Link, Option, Prompt } from '../../page-parts.view.js';
import { plural } from '../../plural.js';
import { isAtNight, theirTime } from '../booking-time.js';
import { bookedInWords, mailsInWords } from '../new/booking-words.js';
import { timesTrouble } from '../times/offered-times.view.js';
import { pickedTimeAsText } from './picked-time.js';
import type { Proposal, Proposals } from './time-proposals.service.js';

export interface ProposedRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  /** What a tick stands for; '' where there is nothing to tick. */
  readonly pick: string;
  readonly checked: boolean;
  readonly when: string;
  readonly theirs: string;
  readonly note: string;
}

/** `views/pages/scheduling/bookings/assignment-check.hbs`: asked before anything is booked. */
export interface AssignmentCheckView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly prompts: readonly Prompt[];
  readonly errors: FormErrors;
  readonly notBefore: string;
  readonly today: string;
  /** What becomes of those who have an interview; empty where nobody has. */
  readonly existing: readonly Option[];
  readonly rows: readonly ProposedRow[];
  readonly possible: boolean;
  readonly count: string;
  readonly mails: string;
  readonly fields: readonly HiddenField[];
}

export interface AssignmentCheckInput {
  readonly proposals: Proposals;
  readonly eventType: ChosenEventType;
  readonly notBefore: string;
  readonly onExisting: OnExisting;
  readonly leftOut: ReadonlySet<string>;
  readonly errors: readonly FieldError[];
  readonly timeZone: string;
  readonly now: Date;
}

const fields = ['picks', 'not_before', 'on_existing'];
const cancellations = ' Of each interview that is cancelled for it, it mails that too.';
const unreachable = 'Mail to this address came back: tell them another way';

export function assignmentCheckView(input: AssignmentCheckInput): AssignmentCheckView {
  const { proposals, eventType, onExisting, timeZone, now } = input;
  const rows = proposals.rows.toSorted((one, other) => groupOf(one) - groupOf(other));
  const shown = rows.map((row) => proposedRow(row, input));
  const offered = shown.filter(({ pick }) => pick);
  const isAnyBooked = rows.some(({ candidate }) => candidate.open.length > 0 && !candidate.hindrance);
  return {
    title: 'Assign the next free times',
    sub: `${eventType.label}. Nothing is booked yet. Times are in ${zoneInWords(timeZone, now)}.`,
    back: { href: '/app/scheduling', label: 'Scheduling' },
    prompts: prompts(proposals, timeZone),
    errors: formErrors(fields, input.errors),
    notBefore: input.notBefore,
    today: DateTime.fromJSDate(now, { zone: timeZone }).toISODate()!,
    existing: isAnyBooked ? existingChoices(onExisting) : [],
    rows: shown,
    possible: offered.length > 0,
    count: plural(offered.filter(({ checked }) => checked).length, 'interview'),
    mails: mailsInWords(eventType.needsConfirmation) + (isAnyBooked && onExisting === 'replace' ? cancellations : ''),
    fields: [
      { name: 'event_type_id', value: eventType.value },
      { name: 'offered', value: offered.map(({ id }) => id).join(' ') },
      ...rows.map(({ candidate }) => ({ name: 'invitation_ids[]', value: candidate.invitation.id })),
    ],
  };
}

function proposedRow({ candidate, wanted, start }: Proposal, input: AssignmentCheckInput): ProposedRow {
  const { timeZone, leftOut, now, proposals } = input;
  const { invitation, hindrance, open, isUnreachable } = candidate;
  const { id, name, email } = invitation;
  const booked = open.map((booking) => bookedInWords(booking, timeZone, now)).join('; ');
  const isAhead = open.some(({ endTime }) => endTime > now);
  const left = `No free time is left before ${shortDay(proposals.until.toJSDate(), timeZone)}`;
  const notes = [
    hindrance && `Skipped: ${hindrance}`,
    booked && !hindrance && `${wanted ? (isAhead ? 'To be cancelled' : 'A second one') : 'Kept'}: ${booked}`,
    wanted && !start && (proposals.trouble === null ? left : 'The free times could not be read'),
    start && isAtNight(start, candidate.timeZone) && 'Early or late there',
    wanted && isUnreachable && unreachable,
  ];
  const replaces = open.map(({ bookingId }) => bookingId);
  return {
    id,
    name,
    email,
    pick: start ? pickedTimeAsText({ invitationId: id, start, replaces }) : '',
    checked: start !== null && !leftOut.has(id),
    when: start ? fullTime(start, timeZone, now) : '',
    theirs: start ? theirTime(start, candidate.timeZone, timeZone) : '',
    note: notes.filter(Boolean).join('. '),
  };
}

/** Who gets a time first, then who finds none, who has one, who is skipped. */
function groupOf({ candidate, wanted, start }: Proposal): number {
  return start ? 0 : wanted ? 1 : candidate.hindrance ? 3 : 2;
}

function prompts({ rows, until, trouble }: Proposals, timeZone: string): Prompt[] {
  const left = rows.filter(({ wanted, start }) => wanted && !start).length;
  if (trouble !== null) {
    return [timesTrouble(trouble, null)];
  }
  if (left === 0) {
    return [];
  }
  const strong = `${plural(left, 'candidate')} ${left === 1 ? 'gets' : 'get'} no time.`;
  const text = `No more are free before ${shortDay(until.toJSDate(), timeZone)}: they stand below, without one.`;
  return [{ tone: 'warn', icon: 'calendar-clock', strong, text, action: null, urgent: false }];
}

function existingChoices(onExisting: OnExisting): Option[] {
  return [
    { value: 'reuse', label: 'Keep it' },
    { value: 'replace', label: 'Cancel it and book anew' },
  ].map((choice) => ({ ...choice, selected: choice.value === onExisting }));
}
