import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { DataSource } from 'typeorm';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import { Jobs } from '../../jobs/jobs.service.js';
import type { Actor } from '../../shared/actor.js';
import { WebhookDeliveriesService } from '../webhook-deliveries.service.js';
import { type BookingHint, bookingHintDelayMs, bookingHintQueue } from './booking-hint.js';
import { type CalComEvent, isAboutBooking } from './cal-com-event.js';

export interface CalComDelivery {
  readonly endpointId: string;
  /** As it came. */
  readonly body: Buffer;
  readonly event: CalComEvent;
}

/** Keeps what Cal.com tells of bookings that are the organization's business, and has those bookings read again. */
@Injectable()
export class CalComDeliveriesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly deliveries: WebhookDeliveriesService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly jobs: Jobs,
  ) {}

  /** `false`: an exact repetition, which changed nothing. */
  async take(actor: Actor, delivery: CalComDelivery): Promise<boolean> {
    return (await this.isOurs(actor, delivery.event)) ? this.keep(actor, delivery) : true;
  }

  private keep({ orgId }: Actor, { endpointId, body, event }: CalComDelivery): Promise<boolean> {
    const { trigger, bookingId } = event;
    return this.dataSource.transaction(async (manager) => {
      const deliveryId = await this.deliveries.store(manager, {
        provider: 'cal_com',
        externalId: createHash('sha256').update(`${endpointId}\n`).update(body).digest('base64url'),
        orgId,
        bookingId,
        type: trigger,
        payload: bookingId && body.toString('utf8'),
      });
      if (deliveryId && bookingId && isAboutBooking(event)) {
        const hint: BookingHint = { orgId, bookingId, trigger, deliveryId };
        await this.jobs.enqueue(manager, bookingHintQueue, hint, {
          key: `${orgId}:${bookingId}`,
          startAfter: new Date(Date.now() + bookingHintDelayMs),
        });
      }
      return deliveryId !== null;
    });
  }

  /** Not the rest of a recruiter's calendar; what is about no booking at all says nothing of it. */
  private async isOurs(actor: Actor, { bookingId, formerBookingId, eventTypeId }: CalComEvent): Promise<boolean> {
    if (eventTypeId === null && bookingId === null) {
      return true;
    }
    return (
      (eventTypeId !== null && (await this.eventTypes.uses(actor, eventTypeId))) ||
      this.knows(actor, [bookingId, formerBookingId])
    );
  }

  private async knows({ orgId }: Actor, bookingIds: readonly (string | null)[]): Promise<boolean> {
    const [answer] = await this.dataSource.query<{ known: boolean }[]>(
      'select exists (select 1 from cal_com_bookings where org_id = $1 and booking_id = any($2)) known',
      [orgId, bookingIds.filter((id) => id !== null)],
    );
    return answer!.known;
  }
}
