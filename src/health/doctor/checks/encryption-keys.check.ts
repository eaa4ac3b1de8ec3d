import type { ServerCheck } from '../check.js';
import { amber, green, red } from '../finding.js';

export const encryptionKeysCheck: ServerCheck = {
  of: 'server',
  title: 'Encryption keys',
  needsDatabase: false,
  async examine({ settings, sealed }, actors) {
    const [first] = settings.encryptionKeys;
    if (!first) {
      return red('There is no encryption key.', 'Set ENCRYPTION_KEYS, then restart the app.');
    }
    if (actors.length === 0) {
      return green(`The key ${first.id} encrypts. What is stored was not looked at.`);
    }
    const orgIds = new Set(actors.map(({ orgId }) => orgId));
    const values = (await sealed.list()).filter(({ orgId }) => orgIds.has(orgId));
    const count = (state: string) => values.filter((value) => value.state === state).length;
    if (count('unreadable') > 0) {
      return red(
        `No encryption key opens what is stored (${secrets(count('unreadable'))}).`,
        'Put the missing key back into ENCRYPTION_KEYS, or enter the Cal.com key again in the settings, and take second factors off with npm run cli -- admin:reset-factor.',
      );
    }
    if (count('older') > 0) {
      return amber(
        `An older key is still needed (${secrets(count('older'))}).`,
        'Run npm run cli -- keys:rotate before you take that key away.',
      );
    }
    return green(`The key ${first.id} encrypts and opens all that is stored (${secrets(values.length)}).`);
  },
};

function secrets(count: number): string {
  return count === 1 ? 'one secret' : `${count} secrets`;
}
