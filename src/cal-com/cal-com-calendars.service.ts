import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import type { CalCalendar } from './cal-calendar.js';
import { CalComConfig } from './cal-com-config.entity.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import type { CalComFailure } from './cal-com-failure.js';
import type { CalComOutcome } from './cal-com-outcome.js';
import { CalComService } from './cal-com.service.js';

export interface KnownCalendars {
  readonly calendars: readonly CalCalendar[];
  readonly fetchedAt: Date | null;
  /** Why they could not be fetched for the first time, just now. */
  readonly failure: CalComFailure | null;
}

/** What keeps the host's times from being offered twice: a copy of the calendar accounts that Cal.com looks into. */
@Injectable()
export class CalComCalendarsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calCom: CalComService,
    private readonly configs: CalComConfigsService,
  ) {}

  /** Asks Cal.com when it was never asked over this connection. */
  async list(actor: Actor): Promise<KnownCalendars> {
    const stored = await this.stored(actor);
    if (stored.fetchedAt) return stored;
    const refreshed = await this.refresh(actor);
    if (refreshed?.ok) return this.stored(actor);
    return { ...stored, failure: refreshed ? refreshed.failure : null };
  }

  /** Without asking Cal.com. */
  async stored({ orgId }: Actor): Promise<KnownCalendars> {
    const config = await this.dataSource.getRepository(CalComConfig).findOneBy({ orgId });
    const fetchedAt = config?.calendarsFetchedAt ?? null;
    return { calendars: (fetchedAt && config?.calendars) || [], fetchedAt, failure: null };
  }

  /** `null`: Cal.com is not configured. */
  async refresh(actor: Actor): Promise<CalComOutcome<readonly CalCalendar[]> | null> {
    const connection = await this.configs.connection(actor);
    if (!connection) return null;
    const outcome = await this.calCom.listCalendars(connection);
    if (outcome.ok) {
      await this.configs.whileConnected(actor, connection, (manager, { orgId }) =>
        manager.query(
          'update cal_com_configs set calendars = $2::jsonb, calendars_fetched_at = clock_timestamp() where org_id = $1',
          [orgId, JSON.stringify(outcome.value)],
        ),
      );
    }
    return outcome;
  }
}
