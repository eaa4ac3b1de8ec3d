import { Injectable } from '@nestjs/common';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { CalComEventTypesService } from '../../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { EventTypeChoice } from '../../event-type-choices.service.js';
import { describeBookingFailure } from '../booking-outcome.js';
import { firstDay, OfferedTimesService, type OfferedTimes } from '../times/offered-times.service.js';

/** Where a booking could move: the free times of its event type. */
@Injectable()
export class RescheduleTimesService {
  constructor(
    private readonly eventTypes: CalComEventTypesService,
    private readonly offered: OfferedTimesService,
  ) {}

  async list(actor: Actor, booking: CalComBooking, day: unknown, zone: string): Promise<OfferedTimes> {
    const from = firstDay(day, zone);
    const choice = await this.choiceOf(actor, booking);
    if (typeof choice === 'string') {
      return { from, times: [], trouble: choice };
    }
    const { times, trouble } = await this.offered.list(actor, choice, from);
    return { from, times: times.filter((start) => start.getTime() !== booking.startTime.getTime()), trouble };
  }

  /** Its event type with its own length, or why there is none. */
  private async choiceOf(
    actor: Actor,
    { eventTypeId, startTime, endTime }: CalComBooking,
  ): Promise<EventTypeChoice | string> {
    if (eventTypeId === null) {
      return 'Cal.com has the event type of this booking no more.';
    }
    const eventType = await this.eventTypes.look(actor, eventTypeId);
    if (!eventType.ok) {
      return describeBookingFailure(eventType.failure);
    }
    const minutes = (endTime.getTime() - startTime.getTime()) / 60_000;
    return { eventTypeId, lengthInMinutes: eventType.value.lengthInMinutesOptions.length > 1 ? minutes : null };
  }
}
