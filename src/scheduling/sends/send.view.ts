import type { SendingPause } from '../../email/delivery/rate-gates.service.js';
import { clockTime, comingTime, shortTime, zoneInWords } from '../../shared/zoned-time.js';
import type { Badge, Link, Pager, Prompt } from '../page-parts.view.js';
import { plural } from '../plural.js';
import { emailInWords } from './email-in-words.js';
import { progressView, totalOf, type ProgressView } from './progress.view.js';
import { emailBadges } from './send-badges.js';
import type { SendProgress } from './send-progress.service.js';
import type { SendState } from './send.entity.js';
import type { SendEmail, SendWithCounts } from './sends.service.js';
import { troubleView, type TroubleView } from './trouble.view.js';

/** `views/pages/scheduling/sends/show.hbs`: a send from its dispatch on. */
export interface SendView extends Record<string, unknown> {
  readonly title: string;
  readonly sub: string;
  readonly back: Link;
  readonly id: string;
  readonly canAct: boolean;
  readonly prompt: Prompt | null;
  /** While nothing has left. */
  readonly undo: UndoView | null;
  readonly progress: ProgressView | null;
  readonly trouble: TroubleView | null;
  readonly listTitle: string;
  readonly emails: readonly {
    readonly id: string;
    readonly invitationId: string | null;
    readonly name: string;
    readonly address: string;
    readonly badge: Badge;
    readonly since: string;
    readonly note: string;
  }[];
  readonly pager: Pager;
  /** The page reads itself again while something moves. */
  readonly refresh: { readonly seconds: number } | null;
}

export interface UndoView {
  readonly heading: string;
  readonly text: string;
  readonly refreshHref: string;
}

export interface SendInput {
  readonly found: SendWithCounts;
  readonly eventType: string;
  readonly progress: SendProgress | null;
  readonly pause: SendingPause | null;
  readonly dailyMailCap: number | null;
  readonly trouble: readonly SendEmail[];
  readonly retriable: number;
  readonly emails: readonly SendEmail[];
  readonly stateShown: string | null;
  readonly after: number;
  readonly nextAfter: number | null;
  readonly timeZone: string;
  readonly prompt: Prompt | null;
  readonly canAct: boolean;
  /** The mail service tells later what became of what it took. */
  readonly hearsOfDelivery: boolean;
  readonly now: Date;
}

const refreshSeconds: Readonly<Partial<Record<SendState, number>>> = { waiting: 2, sending: 2, paused: 10 };
const deliveryRefreshSeconds = 15;
const deliveryWatchedMs = 15 * 60 * 1_000;

export function sendView(input: SendInput): SendView {
  const { found, timeZone, now, stateShown, pause } = input;
  const { send, counts, capped } = found;
  const state = send.state(counts, now, { paused: pause !== null, capped });
  const shown = stateShown ? (counts[stateShown] ?? 0) : totalOf(counts);
  const refreshHref = addressOf(input, input.after);
  return {
    title: `Send of ${shortTime(send.dispatchedAt ?? send.createdAt, timeZone, now)}`,
    sub: `By ${found.createdByName ?? 'a program'} · ${input.eventType} · times in ${zoneInWords(timeZone, now)}`,
    back: { href: '/app/sends', label: 'Sends' },
    id: send.id,
    canAct: input.canAct,
    prompt: input.prompt,
    undo: state === 'waiting' ? undoView(input, refreshHref) : null,
    progress: state === 'waiting' ? null : progressView({ ...input, state, refreshHref }),
    trouble: troubleView({ counts, emails: input.trouble, retriable: input.retriable }),
    listTitle: stateShown
      ? `${emailBadges[stateShown]!.word}: ${shown}`
      : `${shown > 1 ? 'All ' : ''}${plural(shown, 'email')}`,
    emails: input.emails.map((email) => ({
      id: email.id,
      invitationId: email.invitationId,
      name: email.toName,
      address: email.toAddress,
      badge: emailBadges[email.state]!,
      since: email.state === 'queued' ? 'waiting' : sinceInWords(email.stateAt, timeZone, now),
      note: emailInWords(email),
    })),
    pager: {
      previous: input.after > 0 ? addressOf(input, 0) : null,
      next: input.nextAfter === null ? null : addressOf(input, input.nextAfter),
      range: `${input.emails.length} of ${shown}`,
    },
    refresh: refreshOf(input, state),
  };
}

function addressOf({ found, stateShown }: SendInput, after: number): string {
  const query = new URLSearchParams({
    ...(stateShown && { state: stateShown }),
    ...(after > 0 && { after: String(after) }),
  });
  return `/app/sends/${found.send.id}${query.size > 0 ? `?${query.toString()}` : ''}`;
}

function undoView({ found: { send, counts }, timeZone, now }: SendInput, refreshHref: string): UndoView {
  const dueAt = send.dueAt!;
  const isSoon = comingTime(dueAt, timeZone, now).length === 'HH:mm'.length;
  const leavesAt = isSoon ? clockTime(dueAt, timeZone) : shortTime(dueAt, timeZone, now);
  const seconds = Math.ceil((dueAt.getTime() - now.getTime()) / 1000);
  const left = seconds === 1 ? '1 second is left' : `${seconds} seconds are left`;
  return {
    heading: `${plural(counts['queued'] ?? 0, 'email')} will leave at ${leavesAt}`,
    text: `Nothing has been sent. As of ${clockTime(now, timeZone)}, ${left}`,
    refreshHref,
  };
}

/** `14:12:05` today, else `Fri 20 Nov, 09:12`. */
function sinceInWords(at: Date, timeZone: string, now: Date): string {
  const isToday = shortTime(at, timeZone, now).split(',')[0] === shortTime(now, timeZone, now).split(',')[0];
  return isToday ? clockTime(at, timeZone) : shortTime(at, timeZone, now);
}

function refreshOf(
  { found: { send, counts }, hearsOfDelivery, now }: SendInput,
  state: SendState,
): SendView['refresh'] {
  const seconds = refreshSeconds[state];
  if (seconds) {
    return { seconds };
  }
  const mayHear = hearsOfDelivery && (counts['accepted'] || counts['delayed']);
  const isRecent = send.dueAt !== null && now.getTime() - send.dueAt.getTime() < deliveryWatchedMs;
  return mayHear && isRecent ? { seconds: deliveryRefreshSeconds } : null;
}
