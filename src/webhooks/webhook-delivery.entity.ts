import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** What a provider told us, as it told it; each delivery is kept once. */
@Entity('webhook_deliveries')
@Index('webhook_deliveries_by_booking', ['orgId', 'bookingId'], { where: '(booking_id IS NOT NULL)' })
@Index('webhook_deliveries_with_payload', ['receivedAt'], { where: '(payload IS NOT NULL)' })
@Index('webhook_deliveries_to_pass_on', ['receivedAt'], {
  where: `((provider = 'cal_com'::text) AND (handled_at IS NULL))`,
})
@Unique('webhook_deliveries_once', ['provider', 'externalId'])
export class WebhookDelivery {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'webhook_deliveries_pk' })
  id!: string;

  @Column('text')
  provider!: string;

  /** The provider's name for this delivery: the same for each repetition of it. */
  @Column('text')
  externalId!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey('Org', { name: 'webhook_deliveries_org', onDelete: 'CASCADE' })
  orgId!: string | null;

  /** Cal.com's `uid` of the booking it tells of. */
  @Column('text', { nullable: true })
  bookingId!: string | null;

  @Column('text')
  type!: string;

  /** The body as it came; cleared when it is no longer needed. */
  @Column('text', { nullable: true })
  payload!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  receivedAt!: Date;

  /** Null while there is something to do because of it. */
  @Column('timestamptz', { nullable: true })
  handledAt!: Date | null;
}
