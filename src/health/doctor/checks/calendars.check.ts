import { describeCalComFailure } from '../../../cal-com/cal-com-failure.js';
import type { OrganizationCheck } from '../check.js';
import { amber, green, notChecked, red } from '../finding.js';
import { notConnected } from './connected.js';

export const calendarsCheck: OrganizationCheck = {
  of: 'organization',
  title: 'Connected calendars',
  async examine({ configs, calCom }, actor) {
    const connection = await configs.connection(actor);
    const asked = connection && (await calCom.listCalendars(connection));
    if (!asked) {
      return notChecked(notConnected);
    }
    if (!asked.ok) {
      return notChecked(`They could not be asked for. ${describeCalComFailure(asked.failure)}`);
    }
    const unreadable = asked.value.find(({ readable }) => !readable);
    if (unreadable) {
      return red(
        `Cal.com cannot read ${unreadable.name}, so it may offer times that are taken, or none.`,
        'Connect that calendar again in Cal.com.',
      );
    }
    if (!asked.value.some(({ blocking }) => blocking > 0)) {
      return amber(
        'No calendar blocks times: candidates may book while the host is busy.',
        'Connect a calendar in Cal.com and have it checked for conflicts.',
      );
    }
    return green(`Cal.com reads ${asked.value.map(({ name }) => name).join(', ')}.`);
  },
};
