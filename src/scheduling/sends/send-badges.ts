import type { Badge } from '../page-parts.view.js';
import type { SendState } from './send.entity.js';

/** How each state of a send is shown. */
export const sendBadges: Readonly<Record<SendState, Badge>> = {
  draft: { tone: 'neutral', icon: 'pencil-line', word: 'Draft' },
  waiting: { tone: 'neutral', icon: 'hourglass', word: 'Waiting' },
  sending: { tone: 'info', icon: 'loader-circle', word: 'Sending' },
  done: { tone: 'good', icon: 'check', word: 'Done' },
  cancelled: { tone: 'neutral', icon: 'circle-slash', word: 'Cancelled' },
};

/** How each state of an email is shown, in the order of its life, which is also the order of the counts. */
export const emailBadges: Readonly<Record<string, Badge>> = {
  draft: { tone: 'neutral', icon: 'pencil-line', word: 'Draft' },
  skipped: { tone: 'neutral', icon: 'circle-slash', word: 'Skipped' },
  queued: { tone: 'neutral', icon: 'clock', word: 'Queued' },
  sending: { tone: 'info', icon: 'loader-circle', word: 'Sending' },
  accepted: { tone: 'accent', icon: 'check', word: 'Accepted' },
  delivered: { tone: 'good', icon: 'check-check', word: 'Delivered' },
  delayed: { tone: 'warn', icon: 'timer', word: 'Delayed' },
  bounced: { tone: 'warn', icon: 'mail-x', word: 'Bounced' },
  complained: { tone: 'warn', icon: 'mail-warning', word: 'Complained' },
  suppressed: { tone: 'warn', icon: 'mail-minus', word: 'Suppressed' },
  failed: { tone: 'bad', icon: 'circle-alert', word: 'Failed' },
  cancelled: { tone: 'neutral', icon: 'circle-slash', word: 'Cancelled' },
  unknown: { tone: 'warn', icon: 'circle-help', word: 'Unknown' },
};
