import { Injectable } from '@nestjs/common';
import { DateTime } from 'luxon';
import { OrgsService } from '../../../accounts/orgs.service.js';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import { CalComService } from '../../../cal-com/cal-com.service.js';
import type { Actor } from '../../../shared/actor.js';
import { calComProblem } from '../cal-com-problem.js';
import { EventTypeLookupService } from '../event-type-lookup.service.js';
import { lengthChoice } from '../length-choice.js';
import { refusal } from '../payload.pipe.js';
import type { SlotsAnswer } from './slots.answer.js';
import type { SlotsQuery } from './slots.query.js';

const mostDays = 62;

/** The free times of an event type, as Cal.com has them now. */
@Injectable()
export class FreeTimesService {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly eventTypes: EventTypeLookupService,
    private readonly orgs: OrgsService,
  ) {}

  async list(actor: Actor, query: SlotsQuery): Promise<SlotsAnswer> {
    const timeZone = query.time_zone ?? (await this.orgs.find(actor)).timeZone;
    const { start, end } = readRange(query, timeZone);
    const connection = await this.configs.connection(actor);
    if (!connection) {
      throw calComProblem({ kind: 'not-configured' });
    }
    const eventType = await this.eventTypes.require(actor, query.event_type_id);
    const chosenLength = lengthChoice(eventType, query.length_in_minutes);
    const asked = await this.calCom.listSlots(connection, {
      eventTypeId: eventType.eventTypeId,
      start,
      end,
      timeZone,
      lengthInMinutes: chosenLength ?? undefined,
    });
    if (!asked.ok) {
      throw calComProblem(asked.failure);
    }
    const minutes = chosenLength ?? eventType.lengthInMinutes;
    const slots = asked.value.map((slot) => DateTime.fromJSDate(slot.start, { zone: timeZone }));
    return {
      data: slots.map((slot) => ({ start_time: slot.toISO()!, end_time: slot.plus({ minutes }).toISO()! })),
      time_zone: timeZone,
    };
  }
}

/** A day is the whole of it, in the zone asked for. */
function readRange({ from, to }: SlotsQuery, zone: string): { start: Date; end: Date } {
  const isDay = (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text);
  const start = DateTime.fromISO(from, { zone });
  const last = DateTime.fromISO(to, { zone });
  const end = isDay(to) ? last.endOf('day') : last;
  if (!start.isValid || !end.isValid || end <= start || end.diff(start, 'days').days > mostDays) {
    throw refusal([{ field: 'to', message: `\`to\` is after \`from\`, by at most ${mostDays} days.` }]);
  }
  return { start: start.toJSDate(), end: end.toJSDate() };
}
