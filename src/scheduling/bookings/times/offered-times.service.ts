import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import { CalComService } from '../../../cal-com/cal-com.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { EventTypeChoice } from '../../event-type-choices.service.js';
import { describeBookingFailure } from '../booking-outcome.js';

/** The free times from a day on; `trouble` says why Cal.com told none. */
export interface OfferedTimes {
  readonly from: DateTime;
  readonly times: readonly Date[];
  readonly trouble: string | null;
}

export const daysOffered = 7;

/** The free times of an event type, as Cal.com has them now. */
@Injectable()
export class OfferedTimesService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
  ) {}

  /** In so many days from this one on; those before today have no times. */
  async list(
    actor: Actor,
    { eventTypeId, lengthInMinutes }: EventTypeChoice,
    from: DateTime,
    days = daysOffered,
  ): Promise<OfferedTimes> {
    const none = (trouble: string): OfferedTimes => ({ from, times: [], trouble });
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return none(describeBookingFailure({ kind: 'not-configured' }));
    }
    const slots = await this.calCom.listSlots(connection, {
      eventTypeId,
      start: new Date(Math.max(Date.now(), from.toMillis())),
      end: from.plus({ days }).toJSDate(),
      timeZone: from.zoneName!,
      lengthInMinutes: lengthInMinutes ?? undefined,
    });
    return slots.ok
      ? { from, times: slots.value.map(({ start }) => start), trouble: null }
      : none(describeBookingFailure(slots.failure));
  }
}

/** The day that is asked for, as `2026-11-24`, in the zone; today where it is none or has passed. */
export function firstDay(day: unknown, zone: string): DateTime {
  const today = DateTime.now().setZone(zone).startOf('day');
  const asked = typeof day === 'string' && /^\d{4}-\d\d-\d\d$/.test(day) ? DateTime.fromISO(day, { zone }) : today;
  return asked.isValid && asked > today ? asked : today;
}
