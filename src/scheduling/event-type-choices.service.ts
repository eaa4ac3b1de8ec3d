import { Injectable } from '@nestjs/common';
import { CalComConfigsService } from '../cal-com/cal-com-configs.service.js';
import type { CalComEventType } from '../cal-com/cal-com-event-type.entity.js';
import { CalComEventTypesService, type KnownEventTypes } from '../cal-com/cal-com-event-types.service.js';
import { describeCalComFailure } from '../cal-com/cal-com-failure.js';
import type { Actor } from '../shared/actor.js';
import type { Option } from './page-parts.view.js';

/** An event type, and its length where it offers several: `4` or `4:30` in a form. */
export interface EventTypeChoice {
  readonly eventTypeId: number;
  readonly lengthInMinutes: number | null;
}

/** A choice with what a page says of it. */
export interface ChosenEventType extends EventTypeChoice {
  /** As a form carries it. */
  readonly value: string;
  /** `Interview · 30 min`. */
  readonly label: string;
  readonly minutes: number;
  /** Cal.com takes what is booked for a request, until the host says yes. */
  readonly needsConfirmation: boolean;
}

export interface EventTypeChoices {
  readonly connected: boolean;
  /** Why Cal.com could not be asked, in words; null when all is well. */
  readonly trouble: string | null;
  readonly options: readonly Option[];
}

/** What can be chosen in the list of event types: one entry for each length a type offers. */
@Injectable()
export class EventTypeChoicesService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly eventTypes: CalComEventTypesService,
  ) {}

  async list(actor: Actor, chosen: string): Promise<EventTypeChoices> {
    return this.choicesOf(actor, await this.eventTypes.stored(actor), chosen);
  }

  /** Of what is known; Cal.com is asked when it never was. */
  async choicesOf(actor: Actor, stored: KnownEventTypes, chosen: string): Promise<EventTypeChoices> {
    const known = await this.eventTypes.askedOnce(actor, stored);
    const connected = known.eventTypes.length > 0 || (await this.configs.connection(actor)) !== null;
    const selected = chosen || String(known.defaultEventTypeId ?? '');
    const choices = known.eventTypes.flatMap(choicesAmong);
    const hit =
      choices.find(({ value }) => value === selected) ?? choices.find(({ value }) => value.startsWith(`${selected}:`));
    return {
      connected,
      trouble: known.failure && describeCalComFailure(known.failure),
      options: choices.map((choice) => ({ ...choice, selected: choice === hit })),
    };
  }

  /** The choice that a form's `event_type_id` stands for, or null if the organization has no such type or length. */
  async read(actor: Actor, value: string): Promise<EventTypeChoice | null> {
    const chosen = await this.choose(actor, value);
    return chosen && { eventTypeId: chosen.eventTypeId, lengthInMinutes: chosen.lengthInMinutes };
  }

  /** The same, with what a page says of it. */
  async choose(actor: Actor, value: string): Promise<ChosenEventType | null> {
    const [, id, length] = /^(\d{1,15})(?::(\d{1,4}))?$/.exec(value) ?? [];
    const eventType = id ? await this.eventTypes.find(actor, Number(id)) : null;
    if (!eventType || (length && !eventType.offersLength(Number(length)))) {
      return null;
    }
    const lengthInMinutes = length ? Number(length) : null;
    const minutes = lengthInMinutes ?? eventType.lengthInMinutes;
    return {
      value,
      eventTypeId: eventType.eventTypeId,
      lengthInMinutes,
      minutes,
      label: labelOf(eventType, minutes),
      needsConfirmation: eventType.warningList().some(({ code }) => code === 'needs-confirmation'),
    };
  }

  /** `Interview · 30 min`. */
  async describe(actor: Actor, choice: EventTypeChoice): Promise<string> {
    const eventType = await this.eventTypes.find(actor, choice.eventTypeId);
    return eventType
      ? labelOf(eventType, choice.lengthInMinutes ?? eventType.lengthInMinutes)
      : 'An event type Cal.com has no more';
  }
}

function choicesAmong(eventType: CalComEventType): { value: string; label: string }[] {
  const { eventTypeId, lengthInMinutesOptions, lengthInMinutes } = eventType;
  return lengthInMinutesOptions.length > 1
    ? lengthInMinutesOptions.map((length) => ({ value: `${eventTypeId}:${length}`, label: labelOf(eventType, length) }))
    : [{ value: String(eventTypeId), label: labelOf(eventType, lengthInMinutes) }];
}

function labelOf(eventType: CalComEventType, lengthInMinutes: number): string {
  return `${eventType.title} · ${lengthInMinutes} min`;
}
