import type { WebhookState } from '../../cal-com/cal-com-webhooks.service.js';
import { relativeTime } from '../../shared/zoned-time.js';
import type { Flash } from '../../web/flash.js';

/** How the news of bookings gets here. */
export interface UpdatesView {
  readonly badge: { readonly tone: string; readonly icon: string; readonly word: string };
  readonly about: string;
  readonly since: string | null;
  readonly lastSeen: string | null;
  readonly address: string | null;
  readonly lastRead: string;
  readonly readProblem: string | null;
}

export function updatesView(state: WebhookState, zone: string): UpdatesView {
  const isRegistered = state.phase === 'registered';
  return {
    badge: badgeOf(state),
    about: aboutOf(state),
    since: isRegistered && state.since ? relativeTime(state.since, zone) : null,
    lastSeen: isRegistered ? (state.seenAt ? relativeTime(state.seenAt, zone) : 'Nothing has come yet') : null,
    address: isRegistered ? state.address : null,
    lastRead: state.readAt ? relativeTime(state.readAt, zone) : 'Not read yet',
    readProblem: state.readProblem,
  };
}

/** What an admin who had it registered again is told. */
export function registrationFlash({ phase, problem }: WebhookState): Flash {
  if (phase === 'asking') {
    return { tone: 'info', strong: 'Cal.com has not answered yet.', text: 'This page shows it once it does.' };
  }
  if (phase === 'polling') {
    return { tone: 'warn', strong: 'There is no webhook.', text: problem ?? '' };
  }
  return problem
    ? {
        tone: 'warn',
        strong: 'Cal.com could not be asked.',
        text: `${problem} The webhook from before may still work.`,
      }
    : { tone: 'good', strong: 'Registered.', text: 'Cal.com tells Interlude of each booking at once.' };
}

/** One sentence behind "Saved." */
export function howNewsComes(state: WebhookState | null): string {
  if (state?.phase === 'registered') return 'Bookings appear here at once, by webhook.';
  if (state?.phase === 'polling') return 'There is no webhook, so bookings are read every few minutes.';
  return 'The webhook for bookings is being registered.';
}

function badgeOf({ phase, seenAt }: WebhookState): UpdatesView['badge'] {
  if (phase === 'asking') return { tone: 'info', icon: 'hourglass', word: 'Being registered' };
  if (phase === 'polling') return { tone: 'warn', icon: 'webhook-off', word: 'Polling only' };
  return { tone: 'good', icon: 'webhook', word: seenAt ? 'Receiving' : 'Registered' };
}

function aboutOf({ phase, problem }: WebhookState): string {
  if (phase === 'asking') return 'Cal.com is being asked.';
  if (phase === 'polling') return problem ?? '';
  return problem ? `The last look whether it is still there failed. ${problem}` : '';
}
