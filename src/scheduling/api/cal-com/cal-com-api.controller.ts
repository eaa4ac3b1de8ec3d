import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { CalComEventTypesService } from '../../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../../shared/actor.js';
import { Reads } from '../api.decorators.js';
import { EventTypeLookupService } from '../event-type-lookup.service.js';
import { PayloadPipe } from '../payload.pipe.js';
import { eventTypeAnswer, EventTypesAnswer } from './event-types.answer.js';
import { FreeTimesService } from './free-times.service.js';
import { SlotsAnswer } from './slots.answer.js';
import { SlotsQuery } from './slots.query.js';

@ApiTags('Cal.com')
@Controller('api/admin/scheduling/cal-com')
export class CalComApiController {
  constructor(
    private readonly lookup: EventTypeLookupService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly freeTimes: FreeTimesService,
  ) {}

  @Get('event-types')
  @Reads({
    does: 'Lists the event types',
    more: 'Read from Cal.com each time, hidden ones included.',
    answer: EventTypesAnswer,
    problems: [409, 502, 503],
  })
  async listEventTypes(@CurrentActor() actor: Actor): Promise<EventTypesAnswer> {
    await this.lookup.refresh(actor);
    const { eventTypes } = await this.eventTypes.stored(actor);
    return { data: eventTypes.map(eventTypeAnswer) };
  }

  @Get('slots')
  @Reads({
    does: 'Lists the free times of an event type',
    more: 'In the order of their start; times carry the offset of the zone asked for.',
    answer: SlotsAnswer,
    problems: [409, 422, 502, 503],
  })
  async listSlots(@CurrentActor() actor: Actor, @Query(PayloadPipe) query: SlotsQuery): Promise<SlotsAnswer> {
    return this.freeTimes.list(actor, query);
  }
}
