import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { Badge } from '../page-parts.view.js';
import type { SchedulingStatus } from './scheduling-status.js';

/** How each scheduling status is shown, in lists and in the counts above them. */
export const schedulingBadges: Readonly<Record<SchedulingStatus, Badge>> = {
  not_invited: { tone: 'neutral', icon: 'circle-dashed', word: 'Not invited' },
  link_ready: { tone: 'accent', icon: 'link', word: 'Link ready' },
  invited: { tone: 'info', icon: 'send', word: 'Invited' },
  opened: { tone: 'teal', icon: 'mail-open', word: 'Opened' },
  booked: { tone: 'good', icon: 'calendar-check-2', word: 'Booked' },
  cancelled: { tone: 'neutral', icon: 'calendar-x', word: 'Cancelled' },
  no_show: { tone: 'warn', icon: 'user-x', word: 'No-show' },
  declined: { tone: 'neutral', icon: 'circle-slash', word: 'Declined' },
  failed: { tone: 'bad', icon: 'circle-alert', word: 'Failed' },
};

/** What a candidate asked for or said, until somebody settles it. */
export const attentionBadge: Badge = { tone: 'warn', icon: 'message-square', word: 'Needs attention' };

/** Beside the status, which stays what it is: no mail goes to this person. */
export function suppressionBadge(cause: SuppressionCause): Badge {
  return cause === 'opt_out'
    ? { tone: 'neutral', icon: 'bell-off', word: 'Opted out' }
    : { tone: 'warn', icon: 'mail-minus', word: 'Suppressed' };
}
