import { timeAgo } from '../../../shared/time-ago.js';
import type { OrganizationCheck } from '../check.js';
import { amber, green, notChecked, red } from '../finding.js';
import { isConnected, notConnected } from './connected.js';

const lateAfterMs = 30 * 60_000;
const lostAfterMs = 24 * 60 * 60_000;
const restart = 'Check that the app runs and look for "booking" in its log.';

export const syncAgeCheck: OrganizationCheck = {
  of: 'organization',
  title: 'Bookings read',
  async examine({ configs, webhooks, now }, actor) {
    if (!(await isConnected(configs, actor))) {
      return notChecked(notConnected);
    }
    const state = await webhooks.state(actor);
    if (!state?.readAt) {
      return amber(`They were not read from Cal.com yet. ${state?.readProblem ?? ''}`.trim(), restart);
    }
    const text = `They were last read from Cal.com ${timeAgo(state.readAt, now())}.`;
    const ageMs = now().getTime() - state.readAt.getTime();
    if (ageMs > lostAfterMs) {
      return red(`${text} ${state.readProblem ?? ''}`.trim(), restart);
    }
    if (state.readProblem) {
      return amber(`${text} The last try failed. ${state.readProblem}`, 'Interlude tries again every few minutes.');
    }
    return ageMs > lateAfterMs ? amber(text, restart) : green(text);
  },
};
