import { Injectable, NotFoundException } from '@nestjs/common';
import type { CalComEventType } from '../../cal-com/cal-com-event-type.entity.js';
import { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../shared/actor.js';
import { calComProblem } from './cal-com-problem.js';
import { refusal } from './payload.pipe.js';

/** The event type that a request means. Whatever stands in the way is thrown as the problem to answer with. */
@Injectable()
export class EventTypeLookupService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly eventTypes: CalComEventTypesService,
  ) {}

  async requireConnection(actor: Actor): Promise<void> {
    if (!(await this.configs.connection(actor))) {
      throw calComProblem({ kind: 'not-configured' });
    }
  }

  /** By its id, else the organization's default. One we do not know yet may be new at Cal.com. */
  async choose(actor: Actor, eventTypeId: number | undefined): Promise<CalComEventType> {
    return eventTypeId === undefined ? this.chooseDefault(actor) : this.require(actor, eventTypeId);
  }

  async require(actor: Actor, eventTypeId: number): Promise<CalComEventType> {
    const known = await this.eventTypes.find(actor, eventTypeId);
    if (known) {
      return known;
    }
    await this.refresh(actor);
    const found = await this.eventTypes.find(actor, eventTypeId);
    if (!found) {
      throw new NotFoundException('This organization has no such event type.');
    }
    return found;
  }

  /** `null`: none is chosen. */
  async findDefault(actor: Actor): Promise<CalComEventType | null> {
    const { failure } = await this.eventTypes.list(actor);
    if (failure) {
      throw calComProblem(failure);
    }
    return this.eventTypes.findDefault(actor);
  }

  async refresh(actor: Actor): Promise<void> {
    const asked = await this.eventTypes.refresh(actor);
    if (!asked?.ok) {
      throw calComProblem(asked?.failure ?? { kind: 'not-configured' });
    }
  }

  private async chooseDefault(actor: Actor): Promise<CalComEventType> {
    const chosen = await this.findDefault(actor);
    if (!chosen) {
      throw refusal([{ field: 'event_type_id', message: 'Name an event type: the organization has no default.' }]);
    }
    return chosen;
  }
}
