import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { usesEventTypeSql } from '../../cal-com/cal-com-event-types.service.js';
import type { FoundEndpoint } from '../../cal-com/webhook-endpoints.service.js';
import { Batches } from '../../shared/batches.js';
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
  /** It was not there before. */
  readonly kept: boolean;
}

const mostAtOnce = 50;

/** Keeps what Cal.com tells of bookings that are the organization's business: whoever books waits there for our answer. */
@Injectable()
export class CalComDeliveriesService {
  private readonly batches = new Batches<CalComDelivery, Taken>((deliveries) => this.keep(deliveries), mostAtOnce);

  constructor(private readonly dataSource: DataSource) {}

  /** What arrives at the same time is one statement. */
  take(delivery: CalComDelivery): Promise<Taken> {
    return this.batches.add(delivery);
  }

  private async keep(deliveries: readonly CalComDelivery[]): Promise<Taken[]> {
    return (await store(this.dataSource, deliveries)).map(takenAs);
  }
}

/**
 * Not the rest of a recruiter's calendar: only event types in use, and bookings that are known, or were moved from one
 * that is. What is about no booking at all says nothing of a calendar; that it came is kept.
 */
async function store(dataSource: DataSource, deliveries: readonly CalComDelivery[]): Promise<Judged[]> {
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
    is_news: event.bookingId !== null && isAboutBooking(event),
  }));
  const payloads = deliveries.map(({ body, event }) => event.bookingId && body.toString('utf8').replaceAll('\0', ''));
  return dataSource.query<Judged[]>(
    `with told as (
       select * from jsonb_to_recordset($1::text::jsonb) as t (
         place int, org_id uuid, endpoint_id text, sealed_secret text, external_id text, booking_id text,
         former_booking_id text, event_type_id bigint, type text, is_news boolean)
     ), judged as (
       select t.*,
              exists (select 1 from cal_com_configs c where c.org_id = t.org_id and c.endpoint_id = t.endpoint_id
                         and c.webhook_secret = t.sealed_secret) in_force,
              coalesce(t.booking_id is null and t.event_type_id is null
                or ${usesEventTypeSql('t.org_id', 't.event_type_id')}
                or exists (select 1 from cal_com_bookings b
                            where b.org_id = t.org_id and b.booking_id in (t.booking_id, t.former_booking_id)), false) ours,
              exists (select 1 from cal_com_bookings b
                       where b.org_id = t.org_id and b.booking_id in (t.booking_id, t.former_booking_id)
                         and b.erased_at is not null) is_erased
         from told t
     ), kept as (
       insert into webhook_deliveries (provider, external_id, org_id, booking_id, type, payload, handled_at)
       select 'cal_com', external_id, org_id, booking_id, type, case when not is_erased then ($2::text[])[place + 1] end,
              case when not is_news then clock_timestamp() end
         from judged where in_force and ours
           on conflict (provider, external_id) do nothing
       returning external_id
     )
     select j.in_force "inForce", j.ours, k.external_id is not null kept from judged j left join kept k using (external_id) order by j.place`,
    [JSON.stringify(told), payloads],
  );
}

function takenAs({ inForce, ours, kept }: Judged): Taken {
  if (!inForce) {
    return 'unsigned';
  }
  return ours ? (kept ? 'kept' : 'repeated') : 'ignored';
}
