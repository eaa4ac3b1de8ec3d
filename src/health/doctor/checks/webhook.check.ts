import { timeAgo } from '../../../shared/time-ago.js';
import type { OrganizationCheck } from '../check.js';
import { amber, green, notChecked } from '../finding.js';
import { isConnected, notConnected } from './connected.js';

const again = 'Press Register again under Settings, Cal.com.';

export const webhookCheck: OrganizationCheck = {
  of: 'organization',
  title: 'Webhook of Cal.com',
  async examine({ configs, webhooks, now }, actor) {
    if (!(await isConnected(configs, actor))) {
      return notChecked(notConnected);
    }
    const state = await webhooks.state(actor);
    if (!state || state.phase === 'asking') {
      return amber('Cal.com has not been asked for it yet.', 'Look again in a minute.');
    }
    if (state.phase === 'polling') {
      return amber(`There is none, so bookings show late. ${state.problem ?? ''}`.trim(), again);
    }
    if (state.problem) {
      return amber(`Whether it is still there is not known. ${state.problem}`, again);
    }
    const missed = await webhooks.missedSince(actor);
    if (missed) {
      return amber(`A booking changed ${timeAgo(missed, now())}, and Cal.com told nothing of it.`, again);
    }
    return green(
      state.seenAt ? `It last came ${timeAgo(state.seenAt, now())}.` : 'It is registered; nothing came yet.',
    );
  },
};
