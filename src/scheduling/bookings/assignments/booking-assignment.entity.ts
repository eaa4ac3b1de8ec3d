import { Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../../../accounts/org.entity.js';
import { User } from '../../../accounts/user.entity.js';
import { calIdColumn } from '../../../cal-com/cal-id-column.js';

/** Times that somebody checked and had booked for several candidates, one after the other. */
@Entity('booking_assignments')
@Unique('booking_assignments_org_id', ['orgId', 'id'])
export class BookingAssignment {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'booking_assignments_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'booking_assignments_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('bigint', { transformer: calIdColumn })
  eventTypeId!: number;

  /** Only where the event type offers several lengths. */
  @Column('integer', { nullable: true })
  lengthInMinutes!: number | null;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'booking_assignments_created_by', onDelete: 'SET NULL' })
  createdBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
