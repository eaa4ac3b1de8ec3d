import { type CalComFailure, describeCalComFailure } from '../../../cal-com/cal-com-failure.js';
import type { OrganizationCheck } from '../check.js';
import { amber, type Finding, green, notChecked, red } from '../finding.js';

export const calComKeyCheck: OrganizationCheck = {
  of: 'organization',
  title: 'Cal.com key',
  async examine({ configs, calCom }, actor) {
    const { keySource, apiUrl } = await configs.setup(actor);
    if (keySource === 'none') {
      return amber('Cal.com is not connected.', 'Enter an API key under Settings, Cal.com.');
    }
    const connection = await configs.connection(actor);
    if (!connection) {
      return notChecked('The stored key cannot be read: see the encryption keys.');
    }
    const asked = await calCom.fetchMe(connection);
    if (!asked.ok) {
      return refusal(asked.failure);
    }
    const { name, email, timeZone } = asked.value;
    const who = [name ?? email ?? 'an account without a name', timeZone].filter(Boolean).join(', ');
    return green(`${new URL(apiUrl).host} accepts the key: ${who}.`);
  },
};

function refusal(failure: CalComFailure): Finding {
  const text = describeCalComFailure(failure);
  if (failure.kind === 'rate-limited') {
    return amber(text, 'Wait; Interlude goes on by itself.');
  }
  return failure.kind === 'unauthorized' || failure.kind === 'rejected'
    ? red(text, 'Enter a key that works under Settings, Cal.com.')
    : red(text, 'Look at status.cal.com, and at the address under Settings, Cal.com.');
}
