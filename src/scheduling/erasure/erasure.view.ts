import type { ConfirmView } from '../../accounts/reauthentication.service.js';
import { fullTime } from '../../shared/zoned-time.js';
import { formErrors, type FieldError, type FormErrors } from '../../web/forms.js';
import { candidateHref } from '../candidates/candidate-place.js';
import type { Link } from '../page-parts.view.js';
import { counted, plural } from '../plural.js';
import type { Erasure } from './erasure.entity.js';
import type { ErasureTotals, PersonToErase } from './erasures.service.js';

/** `views/pages/scheduling/erasures/question.hbs`: asked before anything goes. */
export interface ErasureQuestionView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly href: string;
  /** The first, where they are several. */
  readonly who: readonly (Link & { readonly assessment: string })[];
  /** How many are not named; '' where all are. */
  readonly whoMore: string;
  readonly goes: readonly string[];
  readonly stays: readonly string[];
  readonly mails: readonly string[];
  /** '' where there are no bookings. */
  readonly bookings: string;
  readonly openBookings: string;
  readonly button: string;
  readonly confirm: ConfirmView;
  readonly errors: FormErrors;
}

/** `views/pages/scheduling/erasures/show.hbs`: how far it is. */
export interface ErasureView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly heading: string;
  readonly details: readonly string[];
  readonly total: number;
  readonly done: number;
  readonly bookings: string;
  readonly refresh: { readonly seconds: number } | null;
}

export const namedPeople = 20;
const list: Link = { href: '/app/scheduling', label: 'Scheduling' };
export const whatGoes: readonly string[] = [
  'Name, address, time zone and the id of the assessment platform',
  'The text of mails, and requests on their way as soon as they are settled',
  'What the mail service and Cal.com told about them',
  'Names, addresses, places and reasons of their bookings',
  'Notes about them, and what they wrote: wishes, reasons',
  'Files of candidates that wait to be imported: they have to be chosen again',
];
export const whatStays: readonly string[] = [
  'How many there were, with their states and times: mails, links, bookings, answers',
  'The activity log, which names nobody: it reads “an erased candidate”',
  'A fingerprint of address and id, so that no import brings them back to the assessment',
  'A fingerprint of an address that gets no mail, so that it stays so',
];

export function erasureQuestionView(input: {
  readonly erasure: Pick<Erasure, 'id'>;
  readonly totals: ErasureTotals;
  /** The first of those whom it is about. */
  readonly some: readonly PersonToErase[];
  readonly confirm: ConfirmView;
  readonly errors: readonly FieldError[];
}): ErasureQuestionView {
  const { erasure, totals, some, confirm, errors } = input;
  const { picked, others, queuedMails, mailsOnTheirWay, bookings, openBookings } = totals;
  const total = picked + others;
  const [only] = total === 1 ? some : [];
  const whom = only?.name ?? plural(total, 'candidate');
  return {
    title: `Erase ${whom}?`,
    sub: others > 0 ? `${plural(picked, 'candidate')} selected; ${alsoThere(others)}.` : 'This cannot be undone.',
    back: only ? { href: candidateHref(only.id), label: only.name } : list,
    href: `/app/erasures/${erasure.id}`,
    who: only ? [] : some.map(({ id, name, assessment }) => ({ href: candidateHref(id), label: name, assessment })),
    whoMore: total > some.length ? `and ${counted(total - some.length)} more` : '',
    goes: whatGoes,
    stays: whatStays,
    mails: [
      queuedMails > 0
        ? `${plural(queuedMails, 'mail')} that ${queuedMails === 1 ? 'waits' : 'wait'} will be skipped.`
        : 'No mail to them waits to be sent.',
      ...(mailsOnTheirWay > 0
        ? [
            `${plural(mailsOnTheirWay, 'mail')} ${mailsOnTheirWay === 1 ? 'is' : 'are'} leaving right now: that is waited for, and then erased too.`,
          ]
        : []),
    ],
    bookings: bookings > 0 ? `Cal.com keeps its own copy of ${plural(bookings, 'booking')}.` : '',
    openBookings:
      openBookings > 0
        ? `${plural(openBookings, 'interview')} ${openBookings === 1 ? 'is' : 'are'} still to come.`
        : '',
    button: `Erase ${whom} for good`,
    confirm,
    errors: formErrors([confirm.field], errors),
  };
}

export function erasureView(erasure: Erasure, totals: ErasureTotals, timeZone: string, now: Date): ErasureView {
  const { picked, others, waiting, held, done, bookings } = totals;
  const total = picked + others;
  const erased = held + done;
  return {
    title: erasure.finishedAt ? 'Erased' : 'Erasing',
    sub: `Begun ${fullTime(erasure.begunAt!, timeZone, now)}`,
    back: list,
    heading: erasure.finishedAt
      ? `${plural(total, 'candidate')} ${total === 1 ? 'is' : 'are'} erased.`
      : `${counted(erased)} of ${plural(total, 'candidate')} erased`,
    details: [
      waiting > 0
        ? `${plural(waiting, 'candidate')} ${waiting === 1 ? 'waits' : 'wait'} for ${waiting === 1 ? 'its' : 'their'} turn.`
        : '',
      held > 0
        ? `Of ${plural(held, 'candidate')}, a mail is on its way: its address and text go once the mail service has answered. Nobody has to stay on this page.`
        : '',
    ].filter(Boolean),
    total,
    done: erased,
    bookings: bookings > 0 ? `Cal.com keeps its own copy of ${plural(bookings, 'booking')}.` : '',
    refresh: erasure.finishedAt ? null : { seconds: 5 },
  };
}

function alsoThere(others: number): string {
  return others === 1
    ? 'one more invitation to another assessment has the same address and goes too. This cannot be undone'
    : `${counted(others)} more invitations to other assessments have the same addresses and go too. This cannot be undone`;
}
