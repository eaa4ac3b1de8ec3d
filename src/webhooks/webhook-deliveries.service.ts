import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../jobs/jobs.service.js';
import { WebhookDelivery } from './webhook-delivery.entity.js';

export type ArrivedDelivery = Pick<WebhookDelivery, 'provider' | 'externalId' | 'type'> & {
  /** The body as it came. */
  readonly payload: string;
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
  async keep({ provider, externalId, type, payload }: ArrivedDelivery, queue: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const [kept] = await manager.query<{ id: string }[]>(
        `insert into webhook_deliveries (provider, external_id, type, payload) values ($1, $2, $3, $4)
         on conflict (provider, external_id) do nothing returning id`,
        [provider, externalId, type, payload.replaceAll('\0', '')],
      );
      if (kept) {
        await this.jobs.enqueue(manager, queue, { deliveryId: kept.id } satisfies DeliveryJob);
      }
    });
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
