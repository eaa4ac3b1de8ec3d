import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In, Not } from 'typeorm';
import { recordChange } from '../activity/record-activity.js';
import { ask, timeOf, type Question } from '../database/ask.js';
import type { Actor } from '../shared/actor.js';
import { CalComConfig } from './cal-com-config.entity.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import { CalComEventType } from './cal-com-event-type.entity.js';
import type { CalComFailure } from './cal-com-failure.js';
import { failed, success, type CalComOutcome } from './cal-com-outcome.js';
import { CalComService } from './cal-com.service.js';
import type { CalEventType } from './cal-event-type.js';
import { warningAsText } from './event-type-warnings.js';

export interface KnownEventTypes {
  /** Those of the last time Cal.com was asked, by title. */
  readonly eventTypes: readonly CalComEventType[];
  readonly fetchedAt: Date | null;
  readonly defaultEventTypeId: number | null;
  /** Why they could not be read for the first time, just now. */
  readonly failure: CalComFailure | null;
}

interface KnownRow {
  readonly fetchedAt: string | null;
  readonly defaultEventTypeId: number | null;
  readonly eventTypes: readonly Omit<CalComEventType, 'warningList' | 'offersLength'>[];
}

/** What an organization can book: a copy of its event types at Cal.com. */
@Injectable()
export class CalComEventTypesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly calCom: CalComService,
    private readonly configs: CalComConfigsService,
  ) {}

  /** Asks Cal.com when it was never asked over this connection. */
  async list(actor: Actor): Promise<KnownEventTypes> {
    return this.askedOnce(actor, await this.stored(actor));
  }

  /** The same, where what is stored was read before. */
  async askedOnce(actor: Actor, stored: KnownEventTypes): Promise<KnownEventTypes> {
    if (stored.fetchedAt) return stored;
    const refreshed = await this.refresh(actor);
    if (refreshed?.ok) return this.stored(actor);
    return { ...stored, failure: refreshed ? refreshed.failure : null };
  }

  /** Without asking Cal.com. */
  async stored(actor: Actor): Promise<KnownEventTypes> {
    return (await ask(this.dataSource, { known: this.known(actor) })).known;
  }

  known({ orgId }: Actor): Question<KnownEventTypes> {
    return {
      sql: `select c.event_types_fetched_at "fetchedAt", c.default_event_type_id "defaultEventTypeId",
                   (select coalesce(json_agg(t order by t.title, t."eventTypeId"), '[]')
                      from (select org_id "orgId", event_type_id "eventTypeId", title, slug, hidden, used, warnings,
                                   length_in_minutes "lengthInMinutes", booking_url "bookingUrl",
                                   length_in_minutes_options "lengthInMinutesOptions"
                              from cal_com_event_types where org_id = $1) t) "eventTypes"
              from (values ($1::uuid)) org (id) left join cal_com_configs c on c.org_id = org.id`,
      values: [orgId],
      read: ([row]: [KnownRow]) => ({
        eventTypes: row.eventTypes.map((eventType) => Object.assign(new CalComEventType(), eventType)),
        fetchedAt: timeOf(row.fetchedAt),
        defaultEventTypeId: row.defaultEventTypeId,
        failure: null,
      }),
    };
  }

  async find(actor: Actor, eventTypeId: number): Promise<CalComEventType | null> {
    const { orgId } = actor;
    return this.dataSource.getRepository(CalComEventType).findOneBy({ orgId, eventTypeId });
  }

  /** One that we do not know may be new at Cal.com, which is asked then. */
  async look(actor: Actor, eventTypeId: number): Promise<CalComOutcome<CalComEventType>> {
    const known = await this.find(actor, eventTypeId);
    if (known) return success(known);
    const refreshed = await this.refresh(actor);
    if (refreshed && !refreshed.ok) return refreshed;
    const found = await this.find(actor, eventTypeId);
    return found ? success(found) : failed({ kind: 'not-found', what: 'event type' });
  }

  /** `null`: none was chosen, or Cal.com has it no more. */
  async findDefault(actor: Actor): Promise<CalComEventType | null> {
    const config = await this.dataSource.getRepository(CalComConfig).findOneBy({ orgId: actor.orgId });
    return config?.defaultEventTypeId ? this.find(actor, config.defaultEventTypeId) : null;
  }

  /**
   * Whether bookings of this type are the organization's business: its default, one that was ticked, or one that a
   * link was made for.
   */
  async uses({ orgId }: Actor, eventTypeId: number): Promise<boolean> {
    const [answer] = await this.dataSource.query<{ uses: boolean }[]>(`select ${usesEventTypeSql('$1', '$2')} uses`, [
      orgId,
      eventTypeId,
    ]);
    return answer!.uses;
  }

  /** Those that candidates' links were made for. */
  async listLinked({ orgId }: Actor): Promise<Set<number>> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'select distinct event_type_id id from booking_links where org_id = $1',
      [orgId],
    );
    return new Set(rows.map(({ id }) => Number(id)));
  }

  /**
   * Has the bookings of these read, and of no others but the default and those with links, which keep their mark.
   * `false`: the organization has not all of them. Where one is new, Cal.com is asked from the beginning.
   */
  async chooseUsed(actor: Actor, eventTypeIds: readonly number[]): Promise<boolean> {
    const { orgId } = actor;
    const linked = await this.listLinked(actor);
    return this.dataSource.transaction(async (manager) => {
      const config = await manager.findOneBy(CalComConfig, { orgId });
      const known = await manager.findBy(CalComEventType, { orgId });
      if (!eventTypeIds.every((id) => known.some(({ eventTypeId }) => eventTypeId === id))) return false;
      const open = known.filter(
        ({ eventTypeId }) => eventTypeId !== config?.defaultEventTypeId && !linked.has(eventTypeId),
      );
      const isNew = open.some(({ eventTypeId, used }) => !used && eventTypeIds.includes(eventTypeId));
      for (const { eventTypeId } of open) {
        await manager.update(CalComEventType, { orgId, eventTypeId }, { used: eventTypeIds.includes(eventTypeId) });
      }
      if (isNew) await manager.update(CalComConfig, { orgId }, { bookingsCursor: null, bookingsDueAt: null });
      const deed = { action: 'event-types.used-chosen', subject: { type: 'cal-com', id: orgId } } as const;
      const idsOf = (eventTypes: readonly CalComEventType[]) =>
        eventTypes.map(({ eventTypeId }) => eventTypeId).toSorted();
      await recordChange(manager, actor, deed, {
        before: { eventTypes: idsOf(open.filter(({ used }) => used)) },
        after: { eventTypes: idsOf(open.filter(({ eventTypeId }) => eventTypeIds.includes(eventTypeId))) },
      });
      return true;
    });
  }

  /** Reads them from Cal.com and stores them. `null`: Cal.com is not configured. */
  async refresh(actor: Actor): Promise<CalComOutcome<readonly CalEventType[]> | null> {
    const connection = await this.configs.connection(actor);
    if (!connection) return null;
    const outcome = await this.calCom.listEventTypes(connection);
    if (outcome.ok) {
      await this.configs.whileConnected(actor, connection, (manager, config) =>
        replaceEventTypes(manager, config, outcome.value),
      );
    }
    return outcome;
  }

  /** `false`: the organization has no such event type. */
  async chooseDefault(actor: Actor, eventTypeId: number): Promise<boolean> {
    if (!(await this.find(actor, eventTypeId))) return false;
    const { orgId } = actor;
    await this.dataSource.transaction(async (manager) => {
      const configs = manager.getRepository(CalComConfig);
      const before = await configs.findOne({ where: { orgId }, lock: { mode: 'pessimistic_write' } });
      await configs.update({ orgId }, { defaultEventTypeId: eventTypeId, updatedAt: new Date() });
      const deed = {
        action: 'event-type.default-chosen',
        subject: { type: 'event-type', id: String(eventTypeId) },
      } as const;
      await recordChange(manager, actor, deed, {
        before: { eventType: before?.defaultEventTypeId ?? null },
        after: { eventType: eventTypeId },
      });
    });
    return true;
  }
}

/** The rule of `uses`, for a statement that looks at many. */
export function usesEventTypeSql(orgId: string, eventTypeId: string): string {
  return `(exists (select 1 from cal_com_configs where org_id = ${orgId} and default_event_type_id = ${eventTypeId})
        or exists (select 1 from cal_com_event_types
                    where org_id = ${orgId} and event_type_id = ${eventTypeId} and used)
        or exists (select 1 from booking_links where org_id = ${orgId} and event_type_id = ${eventTypeId}))`;
}

/** A default that is gone stays chosen, so that nobody is sent to another interview without anyone having decided so. */
async function replaceEventTypes(
  manager: EntityManager,
  { orgId, defaultEventTypeId }: CalComConfig,
  eventTypes: readonly CalEventType[],
): Promise<void> {
  await manager.delete(CalComEventType, { orgId, eventTypeId: Not(In(eventTypes.map(({ id }) => id))) });
  const rows = eventTypes.map(({ id, warnings, ...facts }) => ({
    ...facts,
    orgId,
    eventTypeId: id,
    lengthInMinutesOptions: [...facts.lengthInMinutesOptions],
    warnings: warnings.map(warningAsText),
  }));
  if (rows.length > 0) await manager.upsert(CalComEventType, rows, ['orgId', 'eventTypeId']);
  const firstReady = eventTypes.find(({ warnings }) => warnings.length === 0) ?? eventTypes[0];
  await manager.update(
    CalComConfig,
    { orgId },
    {
      defaultEventTypeId: defaultEventTypeId ?? firstReady?.id ?? null,
      eventTypesFetchedAt: new Date(),
    },
  );
}
