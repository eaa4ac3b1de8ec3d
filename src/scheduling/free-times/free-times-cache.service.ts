import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComConfigsService } from '../../cal-com/cal-com-configs.service.js';
import type { CalComConnection } from '../../cal-com/cal-com-connection.js';
import { CalComService } from '../../cal-com/cal-com.service.js';
import type { Actor } from '../../shared/actor.js';
import { CandidateStates, pagePatienceMs } from '../candidates/states/candidate-states.service.js';

export const daysAhead = 14;
const dayMs = 24 * 60 * 60 * 1000;

interface Asked {
  readonly eventTypeId: number;
  readonly chosenLength: number;
}

/** Keeps what Cal.com last said about free times, for the pages that must not ask it. */
@Injectable()
export class FreeTimesCacheService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly calCom: CalComService,
    private readonly states: CandidateStates,
  ) {}

  /**
   * Asks for what somebody can still choose, and was not asked for in the last `ageMs`; of one event type alone, if
   * given. What Cal.com does not answer stays as it was, with its age.
   */
  async refresh(actor: Actor, { ageMs, eventTypeId }: { ageMs: number; eventTypeId?: number }): Promise<void> {
    await this.states.refresh(actor, pagePatienceMs);
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return;
    }
    for (const due of await this.claimDue(actor, ageMs, eventTypeId ?? null)) {
      await this.ask(actor, connection, due);
    }
  }

  /** Marks them as asked first, so that two at once do not ask the same. */
  private async claimDue({ orgId }: Actor, ageMs: number, eventTypeId: number | null): Promise<Asked[]> {
    const rows = await this.dataSource.query<{ id: string; chosenLength: number }[]>(
      `insert into free_times as known (org_id, event_type_id, chosen_length, asked_at)
       select org_id, event_type_id, chosen_length, clock_timestamp() from choosing_counts
        where org_id = $1 and people > 0 and ($3::bigint is null or event_type_id = $3)
           on conflict (org_id, event_type_id, chosen_length) do update set asked_at = excluded.asked_at
        where known.asked_at <= clock_timestamp() - make_interval(secs => $2)
       returning event_type_id id, chosen_length "chosenLength"`,
      [orgId, ageMs / 1000, eventTypeId],
    );
    return rows.map(({ id, chosenLength }) => ({ eventTypeId: Number(id), chosenLength }));
  }

  private async ask(actor: Actor, connection: CalComConnection, { eventTypeId, chosenLength }: Asked): Promise<void> {
    const start = new Date();
    const asked = await this.calCom.listSlots(connection, {
      eventTypeId,
      start,
      end: new Date(start.getTime() + daysAhead * dayMs),
      timeZone: 'UTC',
      lengthInMinutes: chosenLength || undefined,
    });
    if (!asked.ok) {
      return;
    }
    await this.configs.whileConnected(actor, connection, (manager) =>
      manager.query(
        `update free_times set starts = $4, fetched_at = $5
          where org_id = $1 and event_type_id = $2 and chosen_length = $3 and coalesce(fetched_at < $5, true)`,
        [actor.orgId, eventTypeId, chosenLength, asked.value.map((slot) => slot.start), start],
      ),
    );
  }
}
