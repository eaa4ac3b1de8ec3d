import { Injectable, Logger } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { ask, timeOf, type Question } from '../../database/ask.js';
import type { Actor } from '../../shared/actor.js';
import { tooOld } from './too-old.js';
import { countFitting } from './fitting.js';
import { FreeTimesCacheService } from './free-times-cache.service.js';

/** Free times of an event type against the people who can still choose one. */
export interface Capacity {
  readonly eventTypeId: number;
  readonly title: string;
  readonly people: number;
  /** In the next two weeks; null where Cal.com did not say within the last hour. */
  readonly freeTimes: number | null;
  readonly fetchedAt: Date | null;
}

interface CapacityRow {
  readonly eventTypeId: number;
  readonly title: string;
  readonly minutes: number;
  readonly people: number;
  readonly starts: readonly string[] | null;
  readonly fetchedAt: string | null;
}

const freshMs = 3 * 60_000;
const patienceMs = 2_500;

@Injectable()
export class CapacityService {
  private readonly logger = new Logger('free times');

  constructor(
    private readonly dataSource: DataSource,
    private readonly cache: FreeTimesCacheService,
  ) {}

  /** Of each event type that somebody can still choose a time of, by the states as they are kept; Cal.com is not asked. */
  ofActor({ orgId }: Actor): Question<Capacity[]> {
    return {
      sql: `select distinct on (c.event_type_id) c.event_type_id "eventTypeId", t.title,
              coalesce(nullif(c.chosen_length, 0), t.length_in_minutes) minutes,
              (sum(c.people) over (partition by c.event_type_id))::int people,
              case when f.fetched_at > ${tooOld}
                   then array(select s from unnest(f.starts) s where s > clock_timestamp()) end starts,
              f.fetched_at "fetchedAt"
         from choosing_counts c
         join cal_com_event_types t on t.org_id = $1 and t.event_type_id = c.event_type_id
         left join free_times f on f.org_id = $1 and f.event_type_id = c.event_type_id
                               and f.chosen_length = c.chosen_length
        where c.org_id = $1 and c.people > 0
        order by c.event_type_id, minutes desc`,
      values: [orgId],
      read: (rows: readonly CapacityRow[]) =>
        rows.map(({ eventTypeId, title, people, starts, minutes, fetchedAt }) => ({
          eventTypeId,
          title,
          people,
          freeTimes:
            starts &&
            countFitting(
              starts.map((start) => timeOf(start)),
              minutes,
            ),
          fetchedAt: timeOf(fetchedAt),
        })),
    };
  }

  /** For a page of an admin who is about to send: asks Cal.com first where that was long ago, but does not wait long. */
  async find(actor: Actor, eventTypeId: number): Promise<Capacity | null> {
    const refreshed = this.cache
      .refresh(actor, { ageMs: freshMs, eventTypeId })
      .catch((error: unknown) => this.logger.error(error));
    await Promise.race([refreshed, pause(patienceMs, null, { ref: false })]);
    const { capacities } = await ask(this.dataSource, { capacities: this.ofActor(actor) });
    return capacities.find((capacity) => capacity.eventTypeId === eventTypeId) ?? null;
  }
}
