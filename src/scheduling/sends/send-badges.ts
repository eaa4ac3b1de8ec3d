import type { Badge } from '../page-parts.view.js';
import type { SendState } from './send.entity.js';

/** How each state of a send is shown. */
export const sendBadges: Readonly<Record<SendState, Badge>> = {
  draft: { tone: 'neutral', icon: 'pencil-line', word: 'Draft' },
  waiting: { tone: 'neutral', icon: 'hourglass', word: 'Waiting' },
  sending: { tone: 'info', icon: 'loader-circle', word: 'Sending' },
  paused: { tone: 'warn', icon: 'circle-pause', word: 'Paused' },
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

/** States in which a person has to decide something. */
export const troubledStates: readonly string[] = ['failed', 'bounced', 'complained', 'suppressed', 'unknown'];

/** How each event in the life of an email is shown; the others are states. */
export const eventBadges: Readonly<Record<string, Badge>> = {
  retried: { tone: 'neutral', icon: 'rotate-cw', word: 'Retried' },
  sent_again: { tone: 'warn', icon: 'rotate-cw', word: 'Sent again anyway' },
  opt_out_overruled: { tone: 'warn', icon: 'mail-plus', word: 'Written to once' },
  released: { tone: 'neutral', icon: 'undo-2', word: 'Back in the queue' },
  refused_together: { tone: 'neutral', icon: 'split', word: 'Refused with others' },
  busy: { tone: 'neutral', icon: 'timer', word: 'Asked to slow down' },
  deferred: { tone: 'neutral', icon: 'timer', word: 'Put off' },
  paused: { tone: 'warn', icon: 'circle-pause', word: 'Paused' },
  unclear: { tone: 'warn', icon: 'circle-help', word: 'No clear answer' },
  sent: { tone: 'accent', icon: 'check', word: 'Sent by the mail service' },
};
