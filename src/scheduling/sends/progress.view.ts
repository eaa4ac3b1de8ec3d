import type { SendingPause } from '../../email/delivery/rate-gates.service.js';
import { clockTime, comingTime, nextMidnight, zoneCity } from '../../shared/zoned-time.js';
import type { Pill } from '../page-parts.view.js';
import { plural } from '../plural.js';
import { durationInWords, rateInWords } from './pace.js';
import { emailBadges } from './send-badges.js';
import type { SendProgress } from './send-progress.service.js';
import type { EmailCounts, SendState } from './send.entity.js';
import type { SendWithCounts } from './sends.service.js';

/** `views/partials/scheduling/send-progress.hbs`: how far a send is, and when it will be done. */
export interface ProgressView {
  readonly heading: string;
  /** Beside the heading: when it will be done; '' where that cannot be told. */
  readonly note: string;
  readonly asOf: string;
  readonly refreshHref: string;
  readonly total: number;
  readonly done: number;
  /** Rectangles in a box as wide as `total`. */
  readonly parts: readonly { readonly tone: string; readonly x: number; readonly width: number }[];
  readonly pills: readonly (Pill & { readonly tone: string })[];
  /** What holds mails back, and until when. */
  readonly holds: readonly string[];
  readonly stopLabel: string;
  readonly stopText: string;
}

export interface ProgressInput {
  readonly found: SendWithCounts;
  readonly state: SendState;
  /** Null once nothing of the send is under way. */
  readonly progress: SendProgress | null;
  readonly pause: SendingPause | null;
  readonly dailyMailCap: number | null;
  readonly stateShown: string | null;
  readonly refreshHref: string;
  readonly timeZone: string;
  readonly now: Date;
}

const underWay = new Set(['queued', 'sending', 'draft']);
/** A bar fills up from its begin: what is done stands before what is not. */
const barOrder = [...Object.keys(emailBadges).filter((name) => !underWay.has(name)), 'sending', 'queued', 'draft'];
/** Being told to wait a second is everyday business. */
const longHoldMs = 5_000;

export function progressView(input: ProgressInput): ProgressView {
  const { found, stateShown, timeZone, now } = input;
  const { send, counts } = found;
  const total = totalOf(counts);
  const present = Object.keys(emailBadges).filter((name) => counts[name]);
  let x = 0;
  return {
    heading: headingOf(input),
    note: noteOf(input),
    asOf: `As of ${clockTime(now, timeZone)}`,
    refreshHref: input.refreshHref,
    total: Math.max(total, 1),
    done: doneOf(counts),
    parts: barOrder
      .filter((name) => counts[name])
      .map((name) => {
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
    holds: holdsOf(input),
    ...stopOf(input),
  };
}

export function totalOf(counts: EmailCounts): number {
  return sumOf(counts, () => true);
}

export function sumOf(counts: EmailCounts, wanted: (state: string) => boolean): number {
  return Object.entries(counts).reduce((sum, [state, count]) => (wanted(state) ? sum + count! : sum), 0);
}

function doneOf(counts: EmailCounts): number {
  return sumOf(counts, (name) => !underWay.has(name));
}

function headingOf({ found: { counts }, state }: ProgressInput): string {
  const total = totalOf(counts);
  if (state === 'cancelled') {
    return 'Cancelled: nothing has left';
  }
  if (state === 'paused') {
    return `Paused at ${doneOf(counts)} of ${total}`;
  }
  if (state === 'done' && counts['cancelled']) {
    return `Stopped: ${counts['cancelled']} of ${total} did not leave`;
  }
  return state === 'done' && counts['skipped'] === total
    ? 'Nothing was sent: all were skipped'
    : `${doneOf(counts)} of ${total} done`;
}

function noteOf(input: ProgressInput): string {
  const { state, found, progress } = input;
  if (state !== 'sending' || !progress || isHeld(input)) {
    return '';
  }
  if (progress.perMinute !== null) {
    return paceInWords(input, progress.perMinute);
  }
  if (progress.ahead > 0 && !found.counts['sending']) {
    return `${plural(progress.ahead, 'email')} of other sends leave first`;
  }
  return 'Mails are leaving right now';
}

/** An end is promised only where nothing known stands between. */
function paceInWords({ found, progress, timeZone, now }: ProgressInput, perMinute: number): string {
  const left = dueOf(found) + (found.counts['sending'] ?? 0);
  const seconds = (left / perMinute) * 60;
  const pace = `at ${rateInWords(perMinute)} a minute`;
  if (found.capped > 0 || capStops(found, progress!)) {
    return `Mails are leaving ${pace}`;
  }
  const end = comingTime(new Date(now.getTime() + seconds * 1000), timeZone, now);
  return `${durationInWords(seconds)} left, ${pace}; done at about ${end} ${zoneCity(timeZone)} time`;
}

function holdsOf({ found, state, progress, pause, dailyMailCap, timeZone, now }: ProgressInput): string[] {
  if (!progress || (state !== 'sending' && state !== 'paused')) {
    return [];
  }
  const holds: string[] = [];
  const waiting = dueOf(found);
  if (isHeld({ progress, now })) {
    holds.push(`The mail service asked us to wait until ${clockTime(progress.heldUntil!, timeZone)}.`);
  }
  if (pause && waiting > 0) {
    holds.push(`${waits(waiting)} until the mail service takes mail again. Nothing is lost meanwhile.`);
  }
  if (found.capped > 0 && progress.cappedUntil) {
    const until = comingTime(progress.cappedUntil, timeZone, now);
    const cap = dailyMailCap === null ? 'The daily cap' : `The daily cap of ${dailyMailCap}`;
    holds.push(`${cap} is reached; ${waits(found.capped)} until ${until}.`);
  } else if (!pause && capStops(found, progress)) {
    const until = comingTime(nextMidnight(timeZone, now), timeZone, now);
    holds.push(
      `The daily cap of ${dailyMailCap} lets ${progress.capLeft} more leave today; the rest waits until ${until}.`,
    );
  }
  return holds;
}

function stopOf({ found: { counts }, state, progress }: ProgressInput): Pick<ProgressView, 'stopLabel' | 'stopText'> {
  const stoppable = (counts['queued'] ?? 0) + (progress?.withdrawable ?? 0);
  const gone = (counts['sending'] ?? 0) - (progress?.withdrawable ?? 0);
  if ((state !== 'sending' && state !== 'paused') || stoppable === 0) {
    return { stopLabel: '', stopText: '' };
  }
  const stops = `Stopping keeps the ${stoppable} that have not left from leaving.`;
  const cannot = gone > 0 ? ` The ${gone} on their way cannot be called back.` : '';
  return { stopLabel: `Stop the rest (${stoppable})`, stopText: stops + cannot };
}

/** Queued, and not held back until another day. */
function dueOf({ counts, capped }: SendWithCounts): number {
  return Math.max(0, (counts['queued'] ?? 0) - capped);
}

function isHeld({ progress, now }: Pick<ProgressInput, 'progress' | 'now'>): boolean {
  return (progress?.heldUntil?.getTime() ?? 0) > now.getTime() + longHoldMs;
}

function capStops(found: SendWithCounts, { capLeft }: SendProgress): boolean {
  return capLeft !== null && dueOf(found) > capLeft;
}

function waits(count: number): string {
  return `${count} ${count === 1 ? 'waits' : 'wait'}`;
}
