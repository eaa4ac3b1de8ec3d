import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import { CalComCalendarsService } from '../../cal-com/cal-com-calendars.service.js';
import { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import { type CalComFailure, describeCalComFailure } from '../../cal-com/cal-com-failure.js';
import { CalComWebhooksService } from '../../cal-com/cal-com-webhooks.service.js';
import type { Actor } from '../../shared/actor.js';
import { timeAgo } from '../../shared/time-ago.js';
import { type FieldError, formErrors } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { accountView } from './account.view.js';
import { connectionView } from './connection.view.js';
import { eventTypeView } from './event-type.view.js';
import { updatesView } from './updates.view.js';

export const path = '/app/settings/cal-com';

/** The page has two forms that ask for the password. */
export const disconnectionField = 'disconnectionPassword';

export const keyMissing: FieldError = { field: 'apiKey', message: 'Save an API key first.' };

/** What went wrong between us and Cal.com; `retry` is the post that tries it again. */
export interface Trouble {
  readonly strong: string;
  readonly failure: CalComFailure;
  readonly retry: 'test' | 'event-types' | null;
}

/** A post that did not succeed. */
export interface Posted {
  readonly apiUrl?: string;
  readonly bookingLinkDays?: string;
  readonly errors?: readonly FieldError[];
  readonly trouble?: Trouble;
}

const askingRefreshSeconds = 2;

@Injectable()
export class CalComSettingsPage {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly calendars: CalComCalendarsService,
    private readonly webhooks: CalComWebhooksService,
    private readonly orgs: OrgsService,
    private readonly reauthentication: Reauthentication,
  ) {}

  async show(actor: Actor, request: Request, posted: Posted | null = null): Promise<Page> {
    const setup = await this.configs.setup(actor);
    const connection = connectionView(setup);
    const known = posted ? await this.eventTypes.stored(actor) : await this.eventTypes.list(actor);
    const calendars = posted ? await this.calendars.stored(actor) : await this.calendars.list(actor);
    const linked = await this.eventTypes.listLinked(actor);
    const state = connection.connected ? await this.webhooks.state(actor) : null;
    const { timeZone, bookingLinkDays } = await this.orgs.find(actor);
    const bookingUrls = known.eventTypes.map(({ bookingUrl }) => bookingUrl);
    const trouble = posted?.trouble ?? (known.failure && notRead(known.failure));
    return new Page(
      'settings/cal-com/cal-com',
      {
        title: 'Cal.com settings',
        connection,
        confirm: this.reauthentication.view(request, posted?.errors),
        confirmDisconnection: this.reauthentication.view(request, posted?.errors, disconnectionField),
        apiUrl: posted?.apiUrl ?? setup.apiUrl,
        account: connection.connected ? accountView(setup, bookingUrls, calendars) : null,
        linkLife: posted?.bookingLinkDays ?? String(bookingLinkDays),
        errors: formErrors(['apiKey', 'apiUrl', 'bookingLinkDays'], posted?.errors),
        trouble: trouble && { ...trouble, text: describeCalComFailure(trouble.failure) },
        leftover: await this.webhooks.leftover(actor),
        updates: state && updatesView(state, timeZone),
        refresh: state?.phase === 'asking' && !posted ? { seconds: askingRefreshSeconds } : null,
        eventTypes: known.eventTypes.map((eventType) =>
          eventTypeView(eventType, {
            isDefault: eventType.eventTypeId === known.defaultEventTypeId,
            isLinked: linked.has(eventType.eventTypeId),
          }),
        ),
        fetched: known.fetchedAt && timeAgo(known.fetchedAt),
        defaultIsGone: known.fetchedAt !== null && isGone(known),
      },
      posted ? 422 : 200,
    );
  }
}

export function notRead(failure: CalComFailure): Trouble {
  return { strong: 'The event types could not be read.', failure, retry: 'event-types' };
}

function isGone(known: { defaultEventTypeId: number | null; eventTypes: readonly { eventTypeId: number }[] }): boolean {
  const { defaultEventTypeId, eventTypes } = known;
  return defaultEventTypeId !== null && !eventTypes.some(({ eventTypeId }) => eventTypeId === defaultEventTypeId);
}
