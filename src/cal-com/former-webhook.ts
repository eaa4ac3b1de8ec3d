import { parsedJson } from './failure-from-answer.js';
import type { Vault } from '../encryption/vault.service.js';
import type { CalComConnection } from './cal-com-connection.js';

export const removeWebhookQueue = 'remove-webhook';

/** A webhook at Cal.com that nobody needs any more. */
export interface FormerWebhook {
  readonly orgId: string;
  readonly webhookId: string;
  /** Ciphertext: what it was registered over. `null`: that is not known any more. */
  readonly connection: string | null;
  /** The first is 1. */
  readonly attempt: number;
}

type Place = Pick<FormerWebhook, 'orgId' | 'webhookId'>;

export function sealedConnection(vault: Vault, connection: CalComConnection, place: Place): string {
  return vault.encrypt(JSON.stringify(connection), placeOf(place));
}

export function openedConnection(vault: Vault, { connection, ...place }: FormerWebhook): CalComConnection | null {
  const opened = connection && vault.decrypt(connection, placeOf(place));
  return opened ? (parsedJson(opened) as CalComConnection) : null;
}

function placeOf({ orgId, webhookId }: Place): string {
  return `${orgId}|${removeWebhookQueue}|connection|${webhookId}`;
}
