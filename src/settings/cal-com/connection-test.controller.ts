import { Controller, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { CalAccount } from '../../cal-com/cal-account.js';
import { CalComCalendarsService } from '../../cal-com/cal-com-calendars.service.js';
import { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import type { CalEventType } from '../../cal-com/cal-event-type.js';
import type { Actor } from '../../shared/actor.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { CalComSettingsPage, keyMissing, notRead, path, type Trouble } from './cal-com-settings-page.service.js';

const mostNamed = 5;

/** Whether the connection works: whose account answers, in which zone, and what can be booked there. */
@Needs('admin')
@Controller(`${path}/test`)
export class ConnectionTestController {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly calendars: CalComCalendarsService,
    private readonly page: CalComSettingsPage,
  ) {}

  @Post()
  async test(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const startedAtMs = Date.now();
    const tested = await this.configs.test(actor);
    const tookMs = Date.now() - startedAtMs;
    const fetched = tested?.ok ? await this.eventTypes.refresh(actor) : null;
    if (!tested) return this.page.show(actor, request, { errors: [keyMissing] });
    if (!tested.ok) {
      const trouble: Trouble = { strong: 'The connection does not work.', failure: tested.failure, retry: 'test' };
      return this.page.show(actor, request, { trouble });
    }
    if (fetched && !fetched.ok) return this.page.show(actor, request, { trouble: notRead(fetched.failure) });
    await this.calendars.refresh(actor);
    return new Redirect(path, {
      tone: 'good',
      strong: 'The connection works.',
      text: `${account(tested.value)} ${bookable(fetched?.value ?? [])} Cal.com answered in ${(tookMs / 1000).toFixed(1)} s.`,
    });
  }
}

function account({ name, email, timeZone }: CalAccount): string {
  return `Signed in as ${name ?? email ?? 'your account'}${timeZone ? `, in ${timeZone}` : ''}.`;
}

function bookable(eventTypes: readonly CalEventType[]): string {
  if (eventTypes.length === 0) return 'There is no event type yet.';
  const names = eventTypes.slice(0, mostNamed).map(({ title }) => title);
  const more = eventTypes.length - names.length;
  return `${eventTypes.length === 1 ? 'One event type' : `${eventTypes.length} event types`}: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
}
