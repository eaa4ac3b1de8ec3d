import type { ConfirmView } from '../../accounts/reauthentication.service.js';
import { fullTime, relativeTime, shortTime } from '../../shared/zoned-time.js';
import { type FieldError, formErrors, type FormErrors } from '../../web/forms.js';
import { whatGoes, whatStays } from '../erasure/erasure.view.js';
import type { Badge, Link } from '../page-parts.view.js';
import { counted, plural } from '../plural.js';
import { lastKeptDay } from './kept-until.js';
import { noticeDays, retentionPath } from './retention-notices.service.js';
import type { RetentionRule } from './retention-rule.entity.js';
import { candidatesOf, type Outlook } from './retention.service.js';

/** One assessment of `views/partials/scheduling/retention/assessments.hbs`. */
interface RowView {
  readonly title: string;
  readonly href: string;
  readonly candidates: string;
  /** '' where nobody has an interview to come. */
  readonly waiting: string;
  readonly closed: string;
  readonly eraseAt: string;
  readonly badge: Badge | null;
  /** Where to keep them longer; '' in a preview. */
  readonly keepHref: string;
}

/** `views/pages/scheduling/retention/retention.hbs`: the rule, and whom it reaches next. */
export interface RetentionView extends Record<string, unknown> {
  readonly title: string;
  readonly noticeDays: number;
  readonly isOn: boolean;
  readonly status: string;
  /** '' where it was never set. */
  readonly changed: string;
  readonly eraseAfterDays: string;
  /** '' where nothing is announced. */
  readonly announced: string;
  readonly rows: readonly RowView[];
  readonly errors: FormErrors;
}

/** `views/pages/scheduling/retention/preview.hbs`: what a rule would do, asked before it is in force. */
export interface PreviewView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly noticeDays: number;
  readonly days: number;
  readonly near: readonly RowView[];
  readonly nearSum: string;
  readonly nearCandidates: number;
  readonly later: readonly RowView[];
  readonly goes: readonly string[];
  readonly stays: readonly string[];
  readonly button: string;
  readonly confirm: ConfirmView;
  readonly errors: FormErrors;
}

/** `views/pages/scheduling/retention/keep.hbs`: one assessment, and how to keep its candidates longer. */
export interface KeepView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly href: string;
  readonly reopenHref: string;
  readonly kept: string;
  readonly until: string;
  readonly hint: string;
  readonly errors: FormErrors;
}

const back: Link = { href: retentionPath, label: 'Retention' };
const staysHere = [
  'The same person at another assessment, until the time of that one is over',
  'Whoever has an interview to come, until it is over',
];

export function retentionView(input: {
  readonly rule: RetentionRule | null;
  /** As typed, where that was refused. */
  readonly typed: string | null;
  readonly outlook: readonly Outlook[];
  readonly timeZone: string;
  readonly errors: readonly FieldError[];
}): RetentionView {
  const { rule, typed, outlook, timeZone, errors } = input;
  const days = rule?.eraseAfterDays ?? null;
  const noticed = outlook.filter(({ noticedAt }) => noticedAt);
  return {
    title: 'Retention',
    noticeDays,
    isOn: days !== null,
    status:
      days === null
        ? 'Off: Interlude erases nobody by itself.'
        : `On: ${plural(days, 'day')} after an assessment closes, its candidates are erased.`,
    changed: rule ? `Changed: ${relativeTime(rule.changedAt, timeZone)}` : '',
    eraseAfterDays: typed ?? String(days ?? ''),
    announced: noticed.length > 0 ? `${sumInWords(noticed)} will be erased.` : '',
    rows: outlook.map((each) => rowView(each, timeZone, keepHref(each.assessmentId))),
    errors: formErrors(['eraseAfterDays'], errors),
  };
}

export function previewView(input: {
  readonly days: number;
  readonly isOn: boolean;
  readonly outlook: readonly Outlook[];
  readonly timeZone: string;
  readonly confirm: ConfirmView;
  readonly errors: readonly FieldError[];
}): PreviewView {
  const { days, isOn, outlook, timeZone, confirm, errors } = input;
  const near = outlook.filter(({ isNear }) => isNear);
  const rows = (list: readonly Outlook[]) => list.map((each) => rowView({ ...each, noticedAt: null }, timeZone, ''));
  return {
    title: `Erase candidates ${plural(days, 'day')} after their assessment closes?`,
    sub: 'Nothing has changed yet.',
    back,
    noticeDays,
    days,
    near: rows(near),
    nearSum: near.length > 0 ? sumInWords(near) : '',
    nearCandidates: candidatesOf(near),
    later: rows(outlook.filter(({ isNear }) => !isNear)),
    goes: whatGoes,
    stays: [...staysHere, ...whatStays],
    button: isOn ? `Change it to ${plural(days, 'day')}` : 'Turn it on',
    confirm,
    errors: formErrors(['candidates', confirm.field], errors),
  };
}

export function keepView(input: {
  readonly outlook: Outlook;
  readonly typed: string;
  readonly timeZone: string;
  readonly errors: readonly FieldError[];
}): KeepView {
  const { outlook, typed, timeZone, errors } = input;
  const { assessmentId, title, candidates, eraseAt, keptUntil } = outlook;
  return {
    title: `Keep ${title}`,
    sub: announcement(candidates, eraseAt, timeZone),
    back,
    href: `${keepHref(assessmentId)}/keeping`,
    reopenHref: `/app/assessments/${assessmentId}/reopening`,
    kept: keptUntil ? `Kept until the end of ${lastKeptDay(keptUntil, timeZone)}, as somebody asked for.` : '',
    until: typed,
    hint: `The last day, as 2027-12-31. ${noticeDays} days before its end, the erasure is announced again.`,
    errors: formErrors(['until'], errors),
  };
}

/** `248 candidates of 3 assessments`. */
function sumInWords(list: readonly Outlook[]): string {
  const of = list.length === 1 ? list[0]!.title : `${counted(list.length)} assessments`;
  return `${plural(candidatesOf(list), 'candidate')} of ${of}`;
}

export function announcement(candidates: number, eraseAt: Date, timeZone: string, now = new Date()): string {
  const at = fullTime(eraseAt, timeZone);
  return eraseAt > now
    ? `${plural(candidates, 'candidate')} will be erased on ${at}.`
    : `Their time was over on ${at}: they are being erased, and whoever has an interview to come after it.`;
}

function rowView(outlook: Outlook, timeZone: string, href: string): RowView {
  const { assessmentId, title, closedAt, keptUntil, noticedAt, eraseAt, candidates, waiting } = outlook;
  return {
    title,
    href: `/app/scheduling?assessment_id=${assessmentId}`,
    candidates: plural(candidates, 'candidate'),
    waiting:
      waiting > 0
        ? `${counted(waiting)} ${waiting === 1 ? 'has' : 'have'} an interview to come and ${waiting === 1 ? 'is' : 'are'} erased after it.`
        : '',
    closed: shortTime(closedAt, timeZone),
    eraseAt: fullTime(eraseAt, timeZone),
    badge: noticedAt
      ? { tone: 'warn', icon: 'megaphone', word: 'Announced' }
      : keptUntil && keptUntil > new Date()
        ? { tone: 'info', icon: 'archive', word: `Kept until ${lastKeptDay(keptUntil, timeZone)}` }
        : null,
    keepHref: href,
  };
}

function keepHref(assessmentId: string): string {
  return `${retentionPath}/assessments/${assessmentId}`;
}
