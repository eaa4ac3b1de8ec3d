import { listOf, readEach, recordOf, textOf, wholeNumberOf } from './answer-values.js';

/** Where Cal.com sends news, as it tells it (API v2). */
export interface CalWebhook {
  readonly id: string;
  readonly subscriberUrl: string;
  readonly triggers: readonly string[];
  readonly active: boolean;
  /** `undefined`: Cal.com does not say. */
  readonly secret: string | null | undefined;
  /** Where there is one, it takes the place of the body. */
  readonly payloadTemplate: string | null;
}

export type NewCalWebhook = Pick<CalWebhook, 'subscriberUrl' | 'triggers'> & { readonly secret: string };

/** A UUID, though the documentation says that the id is a number. */
export function readWebhook(data: unknown): CalWebhook | null {
  const webhook = recordOf(data);
  const id = textOf(webhook?.['id']) ?? wholeNumberOf(webhook?.['id'])?.toString() ?? null;
  const subscriberUrl = textOf(webhook?.['subscriberUrl']);
  if (!webhook || id === null || subscriberUrl === null) return null;
  return {
    id,
    subscriberUrl,
    triggers: (listOf(webhook['triggers']) ?? []).filter((trigger) => typeof trigger === 'string'),
    active: webhook['active'] === true,
    secret: webhook['secret'] === undefined ? undefined : textOf(webhook['secret']),
    payloadTemplate: textOf(webhook['payloadTemplate']),
  };
}

export function readWebhooks(data: unknown): readonly CalWebhook[] | null {
  const entries = listOf(data);
  return entries && readEach(entries, readWebhook).read;
}
