import type { Check } from '../check.js';
import { calComKeyCheck } from './cal-com-key.check.js';
import { calendarsCheck } from './calendars.check.js';
import { clockCheck } from './clock.check.js';
import { databaseCheck } from './database.check.js';
import { encryptionKeysCheck } from './encryption-keys.check.js';
import { eventTypesCheck } from './event-types.check.js';
import { jobQueueCheck } from './job-queue.check.js';
import { mailCheck } from './mail.check.js';
import { publicUrlCheck } from './public-url.check.js';
import { syncAgeCheck } from './sync-age.check.js';
import { timeZoneDataCheck } from './time-zone-data.check.js';
import { versionCheck } from './version.check.js';
import { webhookCheck } from './webhook.check.js';

/** In the order in which they are told. */
export const allChecks: readonly Check[] = [
  databaseCheck,
  encryptionKeysCheck,
  calComKeyCheck,
  eventTypesCheck,
  calendarsCheck,
  webhookCheck,
  syncAgeCheck,
  mailCheck,
  publicUrlCheck,
  jobQueueCheck,
  clockCheck,
  timeZoneDataCheck,
  versionCheck,
];
