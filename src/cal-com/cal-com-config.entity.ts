import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Org } from '../accounts/org.entity.js';
import { calIdColumn } from './cal-id-column.js';

/** How one organization reaches Cal.com. Without a key of its own it is the environment's, where that serves it. */
@Entity('cal_com_configs')
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

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;
}
