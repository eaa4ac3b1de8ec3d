import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DataSource, type EntityManager } from 'typeorm';
import { usesEventTypeSql } from '../../cal-com/cal-com-event-types.service.js';
import type { FoundEndpoint } from '../../cal-com/webhook-endpoints.service.js';
import { Jobs } from '../../jobs/jobs.service.js';
import { Batches } from '../../shared/batches.js';
import { type BookingHint, bookingHintDelayMs, bookingHintQueue } from './booking-hint.js';
import { type CalComEvent, isAboutBooking } from './cal-com-event.js';

export interface CalComDelivery {
  /** What it was verified with. */
  readonly endpoint: FoundEndpoint;
  /** As it came. */
  readonly body: Buffer;
  readonly event: CalComEvent;
}

/** `unsigned`: the endpoint has another secret by now, or is gone. `ignored`: it is nobody's business here. */
export type Taken = 'unsigned' | 'ignored' | 'repeated' | 'kept';

interface Judged {
  readonly inForce: boolean;
  readonly ours: boolean;
  /** Of the row; null for a repetition. */
  readonly id: string | null;
}

const mostAtOnce = 50;

/**
 * Keeps what Cal.com tells of bookings that are the organization's business, and has those bookings read again. What
 * arrives at the same time is one transaction: whoever books waits at Cal.com for our answer.
 */
@Injectable()
export class CalComDeliveriesService {
  private readonly batches = new Batches<CalComDelivery, Taken>((deliveries) => this.keep(deliveries), mostAtOnce);

  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  take(delivery: CalComDelivery): Promise<Taken> {
    return this.batches.add(delivery);
  }

  private keep(deliveries: readonly CalComDelivery[]): Promise<Taken[]> {
    return this.dataSource.transaction(async (manager) => {
      const judged = await store(manager, deliveries);
      await this.hint(manager, deliveries, judged);
      return judged.map(takenAs);
    });
  }

  private async hint(
    manager: EntityManager,
    deliveries: readonly CalComDelivery[],
    judged: readonly Judged[],
  ): Promise<void> {
    const startAfter = new Date(Date.now() + bookingHintDelayMs);
    const hints = deliveries.flatMap(({ endpoint: { orgId }, event }, index): BookingHint[] => {
      const deliveryId = judged[index]!.id;
      const { bookingId, trigger } = event;
      return deliveryId && bookingId && isAboutBooking(event) ? [{ orgId, bookingId, trigger, deliveryId }] : [];
    });
    if (hints.length > 0) {
      const jobs = hints.map((hint) => ({ data: hint, key: `${hint.orgId}:${hint.bookingId}`, startAfter }));
      await this.jobs.enqueueAll(manager, bookingHintQueue, jobs);
    }
  }
}

/**
 * Not the rest of a recruiter's calendar: only event types in use, and bookings that are known, or were moved from one
 * that is. What is about no booking at all says nothing of a calendar; that it came is kept.
 */
async function store(manager: EntityManager, deliveries: readonly CalComDelivery[]): Promise<Judged[]> {
  const told = deliveries.map(({ endpoint: { endpointId, orgId, sealedSecret }, body, event }, place) => ({
    place,
    org_id: orgId,
    endpoint_id: endpointId,
    sealed_secret: sealedSecret,
    external_id: createHash('sha256').update(`${endpointId}\n`).update(body).digest('base64url'),
    booking_id: event.bookingId,
    former_booking_id: event.formerBookingId,
    event_type_id: event.eventTypeId,
    type: event.trigger,
  }));
  const payloads = deliveries.map(({ body, event }) => event.bookingId && body.toString('utf8').replaceAll('\0', ''));
  return manager.query<Judged[]>(
    `with told as (
       select * from jsonb_to_recordset($1::text::jsonb) as t (
         place int, org_id uuid, endpoint_id text, sealed_secret text, external_id text, booking_id text,
         former_booking_id text, event_type_id bigint, type text)
     ), judged as (
       select t.*,
              exists (select 1 from cal_com_configs c where c.org_id = t.org_id and c.endpoint_id = t.endpoint_id
                         and c.webhook_secret = t.sealed_secret) in_force,
              coalesce(t.booking_id is null and t.event_type_id is null
                or ${usesEventTypeSql('t.org_id', 't.event_type_id')}
                or exists (select 1 from cal_com_bookings b
                            where b.org_id = t.org_id and b.booking_id in (t.booking_id, t.former_booking_id)), false) ours
         from told t
     ), kept as (
       insert into webhook_deliveries (provider, external_id, org_id, booking_id, type, payload)
       select 'cal_com', external_id, org_id, booking_id, type, ($2::text[])[place + 1]
         from judged where in_force and ours
           on conflict (provider, external_id) do nothing
       returning id, external_id
     )
     select j.in_force "inForce", j.ours, k.id from judged j left join kept k using (external_id) order by j.place`,
    [JSON.stringify(told), payloads],
  );
}

function takenAs({ inForce, ours, id }: Judged): Taken {
  if (!inForce) {
    return 'unsigned';
  }
  return ours ? (id ? 'kept' : 'repeated') : 'ignored';
}
