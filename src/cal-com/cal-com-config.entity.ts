import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { Org } from '../accounts/org.entity.js';
import type { CalCalendar } from './cal-calendar.js';
import { calIdColumn } from './cal-id-column.js';

/** How one organization reaches Cal.com. Without a key of its own it is the environment's, where that serves it. */
@Entity('cal_com_configs')
@Unique('cal_com_configs_endpoint_id', ['endpointId'])
export class CalComConfig {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'cal_com_configs_pk' })
  @ForeignKey(() => Org, { name: 'cal_com_configs_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** Ciphertext. */
  @Column('text', { nullable: true })
  apiKey!: string | null;

  @Column('text', { nullable: true })
  apiKeyLastFour!: string | null;

  /** The address the key was saved with, and the only one it is sent to. */
  @Column('text', { nullable: true })
  apiUrl!: string | null;

  @Column('bigint', { nullable: true, transformer: calIdColumn })
  userId!: number | null;

  @Column('text', { nullable: true })
  userName!: string | null;

  @Column('text', { nullable: true })
  userEmail!: string | null;

  @Column('text', { nullable: true })
  userTimeZone!: string | null;

  @Column('bigint', { nullable: true, transformer: calIdColumn })
  defaultEventTypeId!: number | null;

  @Column('timestamptz', { nullable: true })
  eventTypesFetchedAt!: Date | null;

  /** The host's calendar accounts, as Cal.com told them last. */
  @Column('jsonb', { nullable: true })
  calendars!: readonly CalCalendar[] | null;

  @Column('timestamptz', { nullable: true })
  calendarsFetchedAt!: Date | null;

  /** Names our webhook address of this connection; of no use without the secret. */
  @Column('text', { nullable: true })
  endpointId!: string | null;

  /** Cal.com's id of the webhook; null while we only poll. */
  @Column('text', { nullable: true })
  webhookId!: string | null;

  /** Ciphertext. */
  @Column('text', { nullable: true })
  webhookSecret!: string | null;

  /** Why there is no webhook, or why we could not look whether it is there still; in plain words. */
  @Column('text', { nullable: true })
  webhookProblem!: string | null;

  /** Fingerprint of the connection, and of our own address, that the endpoint was made for. */
  @Column('text', { nullable: true })
  webhookConnection!: string | null;

  @Column('timestamptz', { nullable: true })
  webhookRegisteredAt!: Date | null;

  /** When Cal.com was last asked about the webhook; null while it is to be asked. */
  @Column('timestamptz', { nullable: true })
  webhookCheckedAt!: Date | null;

  /** Until then one replica asks Cal.com about the webhook, and no other does. */
  @Column('timestamptz', { nullable: true })
  webhookBusyUntil!: Date | null;

  /** Why the webhook of a former connection is still at Cal.com, in plain words. */
  @Column('text', { nullable: true })
  webhookLeftover!: string | null;

  /** When a rightly signed one last came. */
  @Column('timestamptz', { nullable: true })
  webhookSeenAt!: Date | null;

  /** Every change of a booking up to this moment of Cal.com's clock is known. */
  @Column('timestamptz', { nullable: true })
  bookingsCursor!: Date | null;

  @Column('timestamptz', { nullable: true })
  bookingsSyncedAt!: Date | null;

  /** Why the last look at Cal.com failed, in plain words. */
  @Column('text', { nullable: true })
  bookingsProblem!: string | null;

  /** When to look at Cal.com next; whoever looks puts it off, so that one replica does. */
  @Column('timestamptz', { nullable: true })
  bookingsDueAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;
}
