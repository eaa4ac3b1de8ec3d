import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { calIdColumn } from '../../cal-com/cal-id-column.js';

/** When an event type could be booked in the next two weeks, as Cal.com said last: pages of candidates never ask it. */
@Entity('free_times')
export class FreeTimes {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'free_times_pk' })
  @ForeignKey('Org', { name: 'free_times_org', onDelete: 'CASCADE' })
  orgId!: string;

  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'free_times_pk', transformer: calIdColumn })
  eventTypeId!: number;

  /** As links have it, where the type offers several; else 0. */
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'free_times_pk' })
  chosenLength!: number;

  /** In order. */
  @Column('timestamptz', { array: true, default: '{}' })
  starts!: Date[];

  /** Null until Cal.com answered. */
  @Column('timestamptz', { nullable: true })
  fetchedAt!: Date | null;

  /** When it was asked last, whatever it answered. */
  @Column('timestamptz')
  askedAt!: Date;
}
