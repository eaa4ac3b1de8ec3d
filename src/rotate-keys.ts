import type { DataSource } from 'typeorm';
import { recordActivity } from './activity/record-activity.js';
import { sealedValues } from './cal-com/sealed-values.js';
import type { Settings } from './config/settings.js';
import { SealedStore } from './encryption/sealed-store.js';
import { Vault } from './encryption/vault.service.js';

export interface RotationReport {
  readonly sentences: readonly string[];
  /** Every stored value is encrypted with the first key now. */
  readonly complete: boolean;
}

/** Encrypts whatever is stored with the first of `ENCRYPTION_KEYS`, while the app may run. */
export async function rotateKeys(database: DataSource, settings: Settings): Promise<RotationReport> {
  const vault = new Vault(settings);
  const { changed, states } = await new SealedStore(database, vault, sealedValues).rotate();
  const [first, ...others] = vault.keyIds;
  const operator = { orgId: null, userId: null, as: 'command' } as const;
  await recordActivity(database.manager, operator, { action: 'keys.rotated', after: { secrets: changed, key: first } });
  const total = states.current + states.older + states.unreadable;
  const sentences = [`${changed} of ${total} stored secrets were encrypted again, with the key ${first}.`];
  if (states.unreadable > 0) {
    sentences.push(
      `${states.unreadable} cannot be read with any key and stayed as they are: put the missing key back, or enter the Cal.com key again in the settings, and take second factors off with admin:reset-factor.`,
    );
  }
  if (states.older > 0) {
    sentences.push(
      `${states.older} were written with another key meanwhile: restart the app with ${first} as the first key, then rotate again.`,
    );
  } else if (others.length > 0) {
    sentences.push(
      `Nothing needs ${others.join(', ')} any more: take ${others.length === 1 ? 'it' : 'them'} out of ENCRYPTION_KEYS.`,
    );
  }
  return { sentences, complete: states.older + states.unreadable === 0 };
}
