import { clockTime, shortTime, zoneInWords } from '../../shared/zoned-time.js';
import type { Badge, Link, Pager, Pill, Prompt } from '../page-parts.view.js';
import { plural } from '../plural.js';
import { emailBadges, sendBadges } from './send-badges.js';
import type { EmailCounts, SendState } from './send.entity.js';
import type { SendEmail, SendWithCounts } from './sends.service.js';
import { skipReasons } from './skip-reasons.js';

/** `views/pages/scheduling/sends/show.hbs`: a send from its dispatch on. */
export interface SendView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly id: string;
  readonly canAct: boolean;
  readonly prompt: Prompt | null;
  /** While nothing has left. */
  readonly undo: { readonly heading: string; readonly text: string } | null;
  readonly progress: ProgressView | null;
  readonly trouble: TroubleView | null;
  readonly listTitle: string;
  readonly emails: readonly {
    readonly id: string;
    readonly name: string;
    readonly address: string;
    readonly badge: Badge;
    readonly since: string;
    readonly note: string;
  }[];
  readonly pager: Pager;
  /** The page reads itself again while something moves. */
  readonly refresh: { readonly seconds: number; readonly url: string } | null;
}

export interface ProgressView {
  readonly heading: string;
  readonly note: string;
  readonly asOf: string;
  readonly total: number;
  readonly done: number;
  /** Rectangles in a box as wide as `total`. */
  readonly parts: readonly { readonly tone: string; readonly x: number; readonly width: number }[];
  readonly pills: readonly (Pill & { readonly tone: string })[];
  readonly stopLabel: string;
  readonly stopText: string;
}

export interface TroubleView {
  readonly heading: string;
  readonly sub: string;
  readonly retryAllLabel: string;
  readonly rows: readonly {
    readonly id: string;
    readonly name: string;
    readonly address: string;
    readonly badge: Badge;
    readonly what: string;
    readonly retryLabel: string;
  }[];
}

/** `views/pages/scheduling/sends/index.hbs`. */
export interface SendsView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly rows: readonly {
    readonly href: string;
    readonly name: string;
    readonly by: string;
    readonly eventType: string;
    readonly badge: Badge;
    readonly size: string;
    readonly trouble: string;
  }[];
  readonly start: Link;
}

export interface SendInput {
  readonly found: SendWithCounts;
  readonly eventType: string;
  readonly trouble: readonly SendEmail[];
  readonly emails: readonly SendEmail[];
  readonly stateShown: string | null;
  readonly nextAfter: number | null;
  readonly timeZone: string;
  readonly prompt: Prompt | null;
  readonly canAct: boolean;
  readonly now: Date;
}

/** States in which a person has to decide something. */
export const troubledStates = ['failed', 'bounced', 'complained', 'unknown'];

const underWay = new Set(['queued', 'sending', 'draft']);
const refreshSeconds = 2;

export function sendView(input: SendInput): SendView {
  const { found, timeZone, now, stateShown } = input;
  const { send, counts } = found;
  const state = send.state(counts, now);
  const path = `/app/sends/${send.id}`;
  const filter = stateShown ? `state=${stateShown}&` : '';
  const shown = stateShown ? (counts[stateShown] ?? 0) : totalOf(counts);
  return {
    title: `Send of ${shortTime(send.dispatchedAt ?? send.createdAt, timeZone, now)}`,
    sub: `By ${found.createdByName ?? 'a program'} · ${input.eventType} · times in ${zoneInWords(timeZone, now)}`,
    back: { href: '/app/sends', label: 'Sends' },
    id: send.id,
    canAct: input.canAct,
    prompt: input.prompt,
    undo: state === 'waiting' ? undoOf(counts, clockTime(send.dueAt!, timeZone)) : null,
    progress: state === 'waiting' ? null : progress(input, state),
    trouble: trouble(input),
    listTitle: stateShown ? `${emailBadges[stateShown]!.word}: ${shown}` : `All ${plural(shown, 'email')}`,
    emails: input.emails.map((email) => ({
      id: email.id,
      name: email.toName,
      address: email.toAddress,
      badge: emailBadges[email.state]!,
      since: email.state === 'queued' ? 'waiting' : clockTime(email.stateAt, timeZone),
      note: emailInWords(email),
    })),
    pager: {
      previous: null,
      next: input.nextAfter === null ? null : `${path}?${filter}after=${input.nextAfter}`,
      range: `${input.emails.length} of ${shown}`,
    },
    refresh: state === 'waiting' || state === 'sending' ? { seconds: refreshSeconds, url: path } : null,
  };
}

export function sendsView(
  sends: readonly { readonly found: SendWithCounts; readonly eventType: string }[],
  timeZone: string,
  now: Date,
): SendsView {
  return {
    title: 'Sends',
    sub: `Times are in ${zoneInWords(timeZone, now)}`,
    rows: sends.map(({ found: { send, counts, createdByName }, eventType }) => ({
      href: `/app/sends/${send.id}`,
      name: shortTime(send.dispatchedAt ?? send.createdAt, timeZone, now),
      by: `By ${createdByName ?? 'a program'}`,
      eventType,
      badge: sendBadges[send.state(counts, now)],
      size: plural(totalOf(counts), 'email'),
      trouble: troubleInWords(counts),
    })),
    start: { href: '/app/scheduling', label: 'Go to Scheduling' },
  };
}

/** What the state of a mail means, in words. */
export function emailInWords(email: Pick<SendEmail, 'state' | 'reason' | 'reasonCode'>): string {
  const words: Readonly<Record<string, string>> = {
    accepted: 'Handed to the mail service; delivery not confirmed yet',
    delivered: 'It arrived',
    queued: 'Waits for its turn',
    sending: 'On its way to the mail service',
  };
  return email.reason ?? skipReasons[email.reasonCode ?? '']?.why ?? words[email.state] ?? '';
}

function undoOf(counts: EmailCounts, leavesAt: string): SendView['undo'] {
  return {
    heading: `${plural(counts['queued'] ?? 0, 'email')} will leave at ${leavesAt}`,
    text: 'Nothing has left yet, and nothing leaves before that.',
  };
}

function progress({ found, stateShown, timeZone, now }: SendInput, state: SendState): ProgressView {
  const { send, counts } = found;
  const total = totalOf(counts);
  const done = total - sumOf(counts, (name) => underWay.has(name));
  const queued = state === 'sending' ? (counts['queued'] ?? 0) : 0;
  const present = Object.keys(emailBadges).filter((name) => counts[name]);
  let x = 0;
  return {
    heading: state === 'cancelled' ? 'Cancelled: nothing has left' : `${done} of ${total} done`,
    note: state === 'sending' ? 'Mails are leaving right now' : '',
    asOf: `As of ${clockTime(now, timeZone)}`,
    total: Math.max(total, 1),
    done,
    parts: present.map((name) => {
      x += counts[name]!;
      return { tone: emailBadges[name]!.tone, x: x - counts[name]!, width: counts[name]! };
    }),
    pills: present.map((name) => ({
      href: name === stateShown ? `/app/sends/${send.id}` : `/app/sends/${send.id}?state=${name}`,
      icon: emailBadges[name]!.icon,
      label: emailBadges[name]!.word,
      count: String(counts[name]),
      current: name === stateShown,
      tone: emailBadges[name]!.tone,
    })),
    stopLabel: queued > 0 ? `Stop the rest (${queued})` : '',
    stopText:
      queued > 0 ? `Stopping keeps the ${queued} queued from leaving. What is on its way cannot be called back.` : '',
  };
}

function trouble({ found: { counts }, trouble: emails }: SendInput): TroubleView | null {
  const failed = counts['failed'] ?? 0;
  const needing = sumOf(counts, (name) => troubledStates.includes(name));
  if (emails.length === 0) {
    return null;
  }
  return {
    heading: needing === 1 ? '1 needs you' : `${needing} need you`,
    sub: `${troubleInWords(counts)}. A retry writes only to the people in this list.`,
    retryAllLabel: failed > 1 ? `Retry all ${failed} failed` : '',
    rows: emails.map((email) => ({
      id: email.id,
      name: email.toName,
      address: email.toAddress,
      badge: emailBadges[email.state]!,
      what: emailInWords(email),
      retryLabel: email.state === 'failed' ? 'Retry' : '',
    })),
  };
}

function troubleInWords(counts: EmailCounts): string {
  return troubledStates
    .filter((name) => counts[name])
    .map((name) => `${counts[name]} ${name}`)
    .join(', ');
}

function totalOf(counts: EmailCounts): number {
  return sumOf(counts, () => true);
}

function sumOf(counts: EmailCounts, wanted: (state: string) => boolean): number {
  return Object.entries(counts).reduce((sum, [state, count]) => (wanted(state) ? sum + count! : sum), 0);
}
