import { hasTimeZoneData, neededTimeZoneData } from '../../time-zone-data.js';
import type { ServerCheck } from '../check.js';
import { green, red } from '../finding.js';

export const timeZoneDataCheck: ServerCheck = {
  of: 'server',
  title: 'Time-zone data',
  needsDatabase: false,
  async examine({ timeZoneData }) {
    return hasTimeZoneData(timeZoneData)
      ? green(`Version ${timeZoneData}.`)
      : red(
          `Version ${timeZoneData || 'unknown'} is older than ${neededTimeZoneData}: hours may be wrong.`,
          'Run the app on the latest Node 24.',
        );
  },
};
