import { Body, Controller, NotFoundException, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { CalComCalendarsService } from '../../cal-com/cal-com-calendars.service.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../shared/actor.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { CalComSettingsPage, keyMissing, notRead, path } from './cal-com-settings-page.service.js';

/** Which event types Cal.com has, which one is the default, and whose bookings are read. */
@Needs('admin')
@Controller(path)
export class EventTypesController {
  constructor(
    private readonly eventTypes: CalComEventTypesService,
    private readonly calendars: CalComCalendarsService,
    private readonly page: CalComSettingsPage,
  ) {}

  @Post('event-types')
  async read(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const read = await this.eventTypes.refresh(actor);
    if (!read) return this.page.show(actor, request, { errors: [keyMissing] });
    if (!read.ok) return this.page.show(actor, request, { trouble: notRead(read.failure) });
    await this.calendars.refresh(actor);
    const count = read.value.length === 1 ? 'one event type' : `${read.value.length} event types`;
    return new Redirect(path, { tone: 'good', strong: 'Fetched again.', text: `Cal.com has ${count}.` });
  }

  @Post('default-event-type')
  async chooseDefault(@CurrentActor() actor: Actor, @Body('eventTypeId') id: unknown): Promise<Redirect> {
    const eventTypeId = eventTypeIdOf(id);
    if (eventTypeId === null || !(await this.eventTypes.chooseDefault(actor, eventTypeId))) {
      throw new NotFoundException();
    }
    const chosen = await this.eventTypes.find(actor, eventTypeId);
    return new Redirect(path, { tone: 'good', strong: 'Saved.', text: `${chosen?.title} is the default now.` });
  }

  /** None ticked is an answer too: the default and those with links count always. */
  @Post('used-event-types')
  async chooseUsed(@CurrentActor() actor: Actor, @Body('eventTypeIds') ids: unknown): Promise<Redirect> {
    const chosen = (Array.isArray(ids) ? ids : ids === undefined ? [] : [ids]).map(eventTypeIdOf);
    if (!chosen.every((id) => id !== null) || !(await this.eventTypes.chooseUsed(actor, chosen))) {
      throw new NotFoundException();
    }
    return new Redirect(path, {
      tone: 'good',
      strong: 'Saved.',
      text: 'Bookings of the event types in use are read from Cal.com, and no others.',
    });
  }
}

function eventTypeIdOf(id: unknown): number | null {
  return typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null;
}
