import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { CalComEventTypesService } from '../../../cal-com/cal-com-event-types.service.js';
import { CalComService } from '../../../cal-com/cal-com.service.js';
import type { Actor } from '../../../shared/actor.js';
import { describeBookingFailure } from '../booking-outcome.js';

/** The free times of some days; `trouble` says why Cal.com told none. */
export interface OfferedTimes {
  readonly from: DateTime;
  readonly times: readonly Date[];
  readonly trouble: string | null;
}

export const daysOffered = 7;

/** Where a booking could move: the free times of its event type, as Cal.com has them now. */
@Injectable()
export class RescheduleTimesService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly eventTypes: CalComEventTypesService,
  ) {}

  /** `day` is a day of the zone; the days before today have no times. */
  async list(actor: Actor, booking: CalComBooking, day: unknown, zone: string): Promise<OfferedTimes> {
    const today = DateTime.now().setZone(zone).startOf('day');
    const asked = isDay(day) ? DateTime.fromISO(day, { zone }) : today;
    const from = asked.isValid && asked > today ? asked : today;
    const none = (trouble: string): OfferedTimes => ({ from, times: [], trouble });
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return none(describeBookingFailure({ kind: 'not-configured' }));
    }
    if (booking.eventTypeId === null) {
      return none('Cal.com has the event type of this booking no more.');
    }
    const eventType = await this.eventTypes.look(actor, booking.eventTypeId);
    if (!eventType.ok) {
      return none(describeBookingFailure(eventType.failure));
    }
    const minutes = (booking.endTime.getTime() - booking.startTime.getTime()) / 60_000;
    const slots = await this.calCom.listSlots(connection, {
      eventTypeId: booking.eventTypeId,
      start: new Date(Math.max(Date.now(), from.toMillis())),
      end: from.plus({ days: daysOffered }).toJSDate(),
      timeZone: zone,
      lengthInMinutes: eventType.value.lengthInMinutesOptions.length > 1 ? minutes : undefined,
    });
    if (!slots.ok) {
      return none(describeBookingFailure(slots.failure));
    }
    const starts = slots.value.map(({ start }) => start);
    return { from, times: starts.filter((start) => start.getTime() !== booking.startTime.getTime()), trouble: null };
  }
}

function isDay(text: unknown): text is string {
  return typeof text === 'string' && /^\d{4}-\d\d-\d\d$/.test(text);
}
