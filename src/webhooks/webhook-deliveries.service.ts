import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.service.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

export type ArrivedDelivery = Pick<WebhookDelivery, 'provider' | 'externalId' | 'type'> &
  Partial<Pick<WebhookDelivery, 'orgId' | 'bookingId'>> & {
    /** The body as it came; null where nobody will look at it. */
    readonly payload: string | null;
  };

/** What a queue of deliveries gets. */
export interface DeliveryJob {
  readonly deliveryId: string;
}

/** Every signed delivery is kept once, whatever it says, and handled by a job. */
@Injectable()
export class WebhookDeliveriesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  /** A repetition changes nothing. */
  async keep(delivery: ArrivedDelivery, queue: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const deliveryId = await this.store(manager, delivery);
      if (deliveryId) {
        await this.jobs.enqueue(manager, queue, { deliveryId } satisfies DeliveryJob);
      }
    });
  }

  /** The id of its row; null for a repetition. */
  async store(
    manager: EntityManager,
    { provider, externalId, orgId, bookingId, type, payload }: ArrivedDelivery,
  ): Promise<string | null> {
    const [stored] = await manager.query<{ id: string }[]>(
      `insert into webhook_deliveries (provider, external_id, org_id, booking_id, type, payload)
       values ($1, $2, $3, $4, $5, $6) on conflict (provider, external_id) do nothing returning id`,
      [provider, externalId, orgId ?? null, bookingId ?? null, type, payload?.replaceAll('\0', '') ?? null],
    );
    return stored?.id ?? null;
  }

  /** At most once with effect: what `act` does is kept exactly when the delivery is marked. Its payload is cleared. */
  async handle(
    { deliveryId }: DeliveryJob,
    act: (manager: EntityManager, delivery: WebhookDelivery) => Promise<void>,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const delivery = await manager.findOne(WebhookDelivery, {
        where: { id: deliveryId },
        lock: { mode: 'pessimistic_write' },
      });
      if (!delivery || delivery.handledAt) {
        return;
      }
      await act(manager, delivery);
      await manager.update(WebhookDelivery, deliveryId, { handledAt: () => 'clock_timestamp()', payload: null });
    });
  }
}
