import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { SETTINGS, type Settings } from '../config/settings.js';
import type { CalComConnection } from './cal-com-connection.js';
import { CalComService } from './cal-com.service.js';
import type { CalWebhook } from './cal-webhook.js';
import { describeWebhookFailure, endpointsUrl, type WebhookEndpoint, whyNotReachable } from './webhook-endpoint.js';
import { WebhookEndpoints, type WebhookResult } from './webhook-endpoints.service.js';

/** What we want to hear of; MEETING_STARTED tells nothing that the clock does not. */
const triggers = [
  'BOOKING_CREATED',
  'BOOKING_RESCHEDULED',
  'BOOKING_REQUESTED',
  'BOOKING_CANCELLED',
  'BOOKING_REJECTED',
  'BOOKING_NO_SHOW_UPDATED',
  'MEETING_ENDED',
];

/** When it is looked for after an unclear answer. */
const lookDelaysMs = [0, 2_000, 5_000];

/** Cal.com's side of the webhook: one for each endpoint, of the user and not of an event type, or each would tell. */
@Injectable()
export class WebhookRegistration {
  constructor(
    private readonly calCom: CalComService,
    private readonly endpoints: WebhookEndpoints,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Leaves exactly one at Cal.com for this endpoint, and none for those of ours that nobody has any more. */
  async ensure(connection: CalComConnection, endpoint: WebhookEndpoint): Promise<WebhookResult> {
    const unreachable = whyNotReachable(connection, this.settings);
    if (unreachable) return { webhookId: null, problem: unreachable };
    const listed = await this.calCom.listWebhooks(connection);
    if (!listed.ok) return { webhookId: endpoint.webhookId, problem: describeWebhookFailure(listed.failure) };

    const [present, ...others] = this.of(endpoint, listed.value);
    for (const webhook of [...others, ...(await this.abandoned(listed.value))]) {
      await this.calCom.deleteWebhook(connection, webhook.id);
    }
    if (present && isAsWanted(present, endpoint)) return { webhookId: present.id, problem: null };
    const removed = present && (await this.calCom.deleteWebhook(connection, present.id));
    if (removed && !removed.ok && removed.failure.kind !== 'not-found') {
      return { webhookId: null, problem: describeWebhookFailure(removed.failure) };
    }
    return this.create(connection, endpoint);
  }

  private async create(connection: CalComConnection, endpoint: WebhookEndpoint): Promise<WebhookResult> {
    const subscriberUrl = this.urlOf(endpoint);
    const made = await this.calCom.createWebhook(connection, { subscriberUrl, triggers, secret: endpoint.secret });
    if (made.ok) return { webhookId: made.value.id, problem: null };
    const mayExist =
      made.failure.kind === 'unknown-outcome' ||
      (made.failure.kind === 'rejected' && made.failure.code === 'webhook-exists');
    return mayExist
      ? this.lookFor(connection, endpoint)
      : { webhookId: null, problem: describeWebhookFailure(made.failure) };
  }

  /** After a create that may have happened or not: it is never sent again by itself. */
  private async lookFor(connection: CalComConnection, endpoint: WebhookEndpoint): Promise<WebhookResult> {
    for (const delayMs of lookDelaysMs) {
      await pause(delayMs);
      const listed = await this.calCom.listWebhooks(connection);
      const found = listed.ok ? this.of(endpoint, listed.value)[0] : undefined;
      if (found) return { webhookId: found.id, problem: null };
    }
    return { webhookId: null, problem: unclear };
  }

  private of(endpoint: WebhookEndpoint, webhooks: readonly CalWebhook[]): CalWebhook[] {
    return webhooks.filter(({ subscriberUrl }) => subscriberUrl === this.urlOf(endpoint));
  }

  /** Other organizations may share the account: theirs stay. */
  private async abandoned(webhooks: readonly CalWebhook[]): Promise<CalWebhook[]> {
    const prefix = endpointsUrl(this.settings);
    const ours = webhooks.filter(({ subscriberUrl }) => subscriberUrl.startsWith(prefix));
    const idOf = ({ subscriberUrl }: CalWebhook) => subscriberUrl.slice(prefix.length);
    const known = await this.endpoints.listKnown(ours.map(idOf));
    return ours.filter((webhook) => !known.has(idOf(webhook)));
  }

  private urlOf({ endpointId }: WebhookEndpoint): string {
    return endpointsUrl(this.settings) + endpointId;
  }
}

const unclear =
  'Cal.com did not answer clearly, and has no webhook for Interlude so far. Register again to look once more.';

function isAsWanted(webhook: CalWebhook, { secret }: WebhookEndpoint): boolean {
  const saysOtherSecret = webhook.secret !== undefined && webhook.secret !== secret;
  return (
    webhook.active &&
    !saysOtherSecret &&
    webhook.payloadTemplate === null &&
    triggers.every((trigger) => webhook.triggers.includes(trigger))
  );
}
