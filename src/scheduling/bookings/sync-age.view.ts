import { timeAgo } from '../../shared/time-ago.js';
import type { Prompt } from '../page-parts.view.js';
import type { SyncState } from './sync/booking-sync.service.js';

/** How old what a page shows of Cal.com is: a sentence for its head, and a word where something keeps it from being newer. */
export interface SyncAge {
  readonly sentence: string;
  readonly prompt: Prompt | null;
}

/** Older than several passes: nobody can rely on it any more. */
const staleAfterMs = 30 * 60_000;

export function syncAge({ connected, syncedAt, problem }: SyncState, canConfigure: boolean, now: Date): SyncAge {
  const age = syncedAt && timeAgo(syncedAt, now);
  const sentence = age ? `As of ${age} at Cal.com.` : 'Cal.com has not been asked yet.';
  const known = age ? `What is shown is what it said ${age}.` : 'Nothing is known yet.';
  const settings = canConfigure ? { href: '/app/settings/cal-com', label: 'Open the Cal.com settings' } : null;
  const warn = { tone: 'warn' as const, icon: 'unplug', action: settings, urgent: false };
  if (!connected) {
    return {
      sentence,
      prompt: { ...warn, strong: 'Cal.com is not connected.', text: age ? known : 'Bookings come from there.' },
    };
  }
  if (problem) {
    return { sentence, prompt: { ...warn, strong: 'The last look at Cal.com failed.', text: `${problem} ${known}` } };
  }
  if (syncedAt && now.getTime() - syncedAt.getTime() > staleAfterMs) {
    return { sentence, prompt: { ...warn, strong: 'Cal.com was not asked for a while.', text: known, action: null } };
  }
  return { sentence, prompt: null };
}
