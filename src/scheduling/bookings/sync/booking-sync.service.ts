import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { CalComConfig } from '../../../cal-com/cal-com-config.entity.js';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { CancelOutcome } from '../booking-outcome.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingReadingsService } from './booking-readings.service.js';
import { BookingReconcilerService, type Reconciliation } from './booking-reconciler.service.js';

/** How far our copy is in step with Cal.com. */
export interface SyncState {
  readonly connected: boolean;
  /** Everything that changed at Cal.com before this moment is known here. */
  readonly syncedAt: Date | null;
  /** Why the last look failed, in plain words. */
  readonly problem: string | null;
}

/** Several interviews of one kind ahead of one candidate: somebody has to say which one is meant. */
export interface BookingConflict {
  readonly invitationId: string;
  readonly bookings: readonly CalComBooking[];
}

/** Our copy of the bookings and Cal.com: how far it is in step, what a person has to settle. */
@Injectable()
export class BookingSyncService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly records: BookingRecordsService,
    private readonly readings: BookingReadingsService,
    private readonly reconciler: BookingReconcilerService,
  ) {}

  async state(actor: Actor): Promise<SyncState> {
    const config = await this.dataSource.getRepository(CalComConfig).findOneBy({ orgId: actor.orgId });
    return {
      connected: (await this.configs.connection(actor)) !== null,
      syncedAt: config?.bookingsSyncedAt ?? null,
      problem: config?.bookingsProblem ?? null,
    };
  }

  /** Asks Cal.com about everything that changed since the last time. */
  reconcile(actor: Actor): Promise<Reconciliation> {
    return this.reconciler.reconcile(actor);
  }

  /** Asks Cal.com about one booking; `null`: the organization has no such booking. */
  async refresh(actor: Actor, bookingId: string): Promise<CancelOutcome | null> {
    const known = await this.records.find(actor, bookingId);
    if (!known) {
      return null;
    }
    const connection = await this.configs.connection(actor);
    if (!connection) {
      return { ok: false, failure: { kind: 'not-configured' } };
    }
    const read = await this.readings.read(actor, connection, bookingId);
    return read.ok ? { ok: true, booking: read.value.stored ?? known } : read;
  }

  /** Those that are open and nobody's yet, the next to start first. */
  async listUnmatched({ orgId }: Actor): Promise<CalComBooking[]> {
    return this.dataSource
      .getRepository(CalComBooking)
      .createQueryBuilder('b')
      .where(`b.orgId = :orgId and b.matchedBy is null and b.status in ('pending', 'confirmed')`, { orgId })
      .orderBy('b.startTime')
      .getMany();
  }

  async listConflicts({ orgId }: Actor): Promise<BookingConflict[]> {
    const bookings = await this.dataSource
      .getRepository(CalComBooking)
      .createQueryBuilder('b')
      .where(`b.orgId = :orgId and ${isInConflict('b')}`, { orgId })
      .orderBy('b.startTime')
      .getMany();
    const byCandidate = Map.groupBy(bookings, (booking) => booking.invitationId!);
    return [...byCandidate].map(([invitationId, both]) => ({ invitationId, bookings: both }));
  }
}

/** SQL: whether the booking with this alias is one of several of its kind that are ahead of the same candidate. */
export function isInConflict(alias: string): string {
  const isAhead = (each: string) =>
    `${each}.status in ('pending', 'confirmed') and ${each}.end_time > clock_timestamp()`;
  return `${isAhead(alias)} and exists (
    select 1 from cal_com_bookings twin
     where twin.invitation_id = ${alias}.invitation_id and twin.id <> ${alias}.id
       and twin.event_type_id is not distinct from ${alias}.event_type_id and ${isAhead('twin')})`;
}
