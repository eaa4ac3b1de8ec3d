import { timeAgo } from '../../../shared/time-ago.js';
import type { OrganizationCheck } from '../check.js';
import { amber, green, notChecked, red } from '../finding.js';
import { isConnected, notConnected } from './connected.js';

const staleAfterMs = 30 * 24 * 60 * 60_000;
const chooseOne = 'Choose a default under Settings, Cal.com.';

export const eventTypesCheck: OrganizationCheck = {
  of: 'organization',
  title: 'Event types',
  async examine({ configs, eventTypes: service, now }, actor) {
    if (!(await isConnected(configs, actor))) {
      return notChecked(notConnected);
    }
    const { eventTypes, fetchedAt, defaultEventTypeId } = await service.stored(actor);
    if (!fetchedAt) {
      return amber('They were never fetched from Cal.com.', 'Press Fetch again under Settings, Cal.com.');
    }
    const age = timeAgo(fetchedAt, now());
    if (eventTypes.length === 0) {
      return red(`Cal.com had none, ${age}.`, 'Make one in Cal.com, then press Fetch again under Settings, Cal.com.');
    }
    const usual = eventTypes.find(({ eventTypeId }) => eventTypeId === defaultEventTypeId);
    if (!usual) {
      return red(defaultEventTypeId ? 'The default one is gone from Cal.com.' : 'None is the default.', chooseOne);
    }
    return now().getTime() - fetchedAt.getTime() > staleAfterMs
      ? amber(`They were fetched ${age}.`, 'Press Fetch again under Settings, Cal.com.')
      : green(`${eventTypes.length} known, fetched ${age}; the default is ${usual.title}.`);
  },
};
