import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** What a provider told us, as it told it; each delivery is kept once. */
@Entity('webhook_deliveries')
@Unique('webhook_deliveries_once', ['provider', 'externalId'])
export class WebhookDelivery {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pk' })
  id!: string;

  @Column('text')
  provider!: string;

  /** The provider's name for this delivery: the same for each repetition of it. */
  @Column('text')
  externalId!: string;

  @Column('text')
  type!: string;

  /** Cleared when it is no longer needed. */
  @Column('jsonb', { nullable: true })
  payload!: unknown;

  @Column('timestamptz', { default: () => 'now()' })
  receivedAt!: Date;

  @Column('timestamptz', { nullable: true })
  handledAt!: Date | null;
}
